import Foundation

/// A folder of its own for one test, deleted at the end.
public struct TemporaryFolder: Sendable {
    /// Its absolute path.
    public let path: String

    /// Calls `body` with a new folder and deletes the folder afterwards.
    public static func with<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "tactus-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(TemporaryFolder(path: path))
    }

    /// The same for work that waits.
    public static func with<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws -> Result {
        let path = NSTemporaryDirectory() + "tactus-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(TemporaryFolder(path: path))
    }

    /// The path of `name` inside.
    public func callAsFunction(_ name: String) -> String {
        path + "/" + name
    }

    /// Writes `text` to the file `name` inside, with the folders on its way, and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try write(Data(text.utf8), to: name)
    }

    /// Writes `data` to the file `name` inside, with the folders on its way, and returns its path.
    @discardableResult
    public func write(_ data: Data, to name: String) throws -> String {
        let url = URL(fileURLWithPath: self(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
        return url.path
    }
}
