import Files

extension ONNXModel {
    /// Writes the model to the file `path`; a reader finds the old file or the new one whole.
    public func write(to path: String) throws {
        try writeAtomically(encoded(), to: path)
    }
}
