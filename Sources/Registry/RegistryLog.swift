import Files

/// A file of lines that only grows, each a JSON object; a last line that a crash cut short does not count.
struct RegistryLog {
    let path: String

    /// The whole lines, the oldest first; none where there is no file.
    func lines() throws -> [JSONField] {
        guard kind(of: path) != nil else { return [] }
        let limit = ModelRegistry.limit(of: lastComponent(of: path))
        // What stands behind the last line break is no line yet.
        let pieces = try readBytes(ofPlainFile: path, atMost: limit).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).dropLast()
        return try pieces.enumerated().map { place, piece in
            do {
                return JSONField(try JSONValue(parsing: Array(piece), maximumDepth: 4), file: path)
            } catch var error as InputError {
                (error.file, error.line) = (path, place + 1)
                throw error
            }
        }
    }

    /// Adds a line and syncs it; takes off first what a crash left of one.
    func append(_ line: JSONObject) throws {
        try mend()
        try appendLine(JSONValue.object(line).text(), to: path)
    }

    /// Takes off a last line that a crash cut short.
    func mend() throws {
        guard kind(of: path) != nil else { return }
        let bytes = try readBytes(ofPlainFile: path, atMost: ModelRegistry.limit(of: lastComponent(of: path)))
        guard let last = bytes.last, last != UInt8(ascii: "\n") else { return }
        let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        try writeAtomically(Array(bytes[..<end]), to: path)
    }
}
