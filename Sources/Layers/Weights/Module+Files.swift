import Files

extension Module {
    /// Writes the parameters to the file `path` as safetensors, each under its name; a reader finds the old file or the new
    /// one whole.
    ///
    /// ```swift
    /// try network.writeWeights(to: "network.safetensors")
    /// var other = Network(using: &generator)          // of the same shapes
    /// try other.readWeights(from: "network.safetensors")
    /// ```
    public func writeWeights(to path: String) throws {
        var archive = WeightArchive()
        write(to: &archive)
        try Safetensors.write(archive, to: path)
    }

    /// Takes the parameters from the file `path`, which holds those of a module like this one and nothing else.
    ///
    /// - Throws: `InputError` that names the file, and the array that is missing, too much, of another shape or type, or
    ///   not finite; the module is then as it was.
    public mutating func readWeights(from path: String) throws {
        let archive = try Safetensors.read(from: path)
        var module = self
        do {
            try module.read(from: archive)
            let names = Set(parameterShapes.map(\.name))
            if let extra = archive.entries.first(where: { !names.contains($0.name) }) {
                throw InputError("has no counterpart in the module", field: extra.name)
            }
        } catch var error as InputError {
            error.file = error.file ?? path
            throw error
        }
        self = module
    }
}
