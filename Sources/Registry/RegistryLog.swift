import Files

/// A file of lines that only grows, each a JSON object; a last line that a crash cut short does not count.
struct RegistryLog {
    let path: String
    /// The most bytes that are read of it, and so the most that it may come to.
    var limit: Int

    init(path: String, limit: Int? = nil) {
        self.path = path
        self.limit = limit ?? ModelRegistry.limit(of: lastComponent(of: path))
    }

    /// The whole lines, the oldest first; none where there is no file.
    func lines() throws -> [JSONField] {
        guard kind(of: path) != nil else { return [] }
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
    /// - Throws: `InputError` where the log would become longer than what is read of it; then it is as it was.
    func append(_ line: JSONObject) throws {
        try mend()
        let text = JSONValue.object(line).text()
        let count = kind(of: path) == nil ? 0 : try size(of: path)
        guard count + text.utf8.count < limit else {
            throw InputError(
                "is full: with one more line it has more than the \(limit) bytes that are read", file: path)
        }
        try appendLine(text, to: path)
    }

    /// Whether a crash cut its last line short.
    func isCutShort() throws -> Bool {
        guard kind(of: path) != nil else { return false }
        let last = try readBytes(ofPlainFile: path, atMost: limit).last
        return last != nil && last != UInt8(ascii: "\n")
    }

    /// Takes off a last line that a crash cut short.
    func mend() throws {
        guard kind(of: path) != nil else { return }
        let bytes = try readBytes(ofPlainFile: path, atMost: limit)
        guard let last = bytes.last, last != UInt8(ascii: "\n") else { return }
        let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        try writeAtomically(Array(bytes[..<end]), to: path)
    }
}
