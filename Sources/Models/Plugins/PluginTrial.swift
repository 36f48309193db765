import Files
import Foundation
import Layers
import Registry

/// What a plugin is, as the process tells it that tried it.
public struct PluginDescription: Sendable, Equatable {
    /// The kind of model.
    public var kind: CheckedName
    /// What it is, in one line.
    public var summary: String
    /// Whether it can train.
    public var trains: Bool
    /// SHA-256 of the library.
    public var sha256: String

    /// As JSON.
    public var json: JSONValue {
        .object(
            JSONObject([
                ("kind", .string(kind.description)), ("summary", .string(summary)), ("trains", .bool(trains)),
                ("sha256", .string(sha256)),
            ]))
    }

    init(_ library: PluginLibrary, sha256: String) {
        (kind, summary, trains) = (library.kind, library.summary, library.trains)
        self.sha256 = sha256
    }

    /// Reads ``json``.
    init(_ field: JSONField) throws {
        kind = try CheckedName(field["kind"].string(), field: "kind")
        summary = try field["summary"].string()
        trains = try field["trains"].bool()
        sha256 = try field["sha256"].string()
    }
}

/// Loads a plugin, and a version of it, where that may crash or hang: in a process that does nothing else.
///
/// That process is the hidden command `tactus plugin-check`; ``PluginLoader`` starts it.
public enum PluginTrial {
    /// Loads the library at `path`, and says what it is.
    ///
    /// - Parameter version: a folder that ``write(_:to:)`` filled; the version is loaded and tests itself.
    public static func run(_ path: String, version: String?) throws -> PluginDescription {
        let digest = try digest(of: path)
        let library = try PluginLibrary(path: path)
        if let version {
            let archive = try Safetensors.read(from: version + "/weights.safetensors")
            let predictor = try PluginPredictor(library, archive, manifest: readBytes(of: version + "/manifest.json"))
            try GoldenAnswers.check(predictor, against: Safetensors.read(from: version + "/golden.safetensors"))
        }
        return PluginDescription(library, sha256: digest)
    }

    /// Bytes that a library may have.
    private static let libraryLimit = 1 << 30

    /// SHA-256 of the library at `path`.
    static func digest(of path: String) throws -> String {
        sha256(of: try readBytes(ofPlainFile: path, atMost: libraryLimit, followsLinks: true))
    }

    /// Writes what there is of `version` into `folder`.
    static func write(_ version: ModelVersion, to folder: String) throws {
        try makeFolder(folder)
        try writeAtomically(version.manifest.bytes(), to: folder + "/manifest.json")
        try writeAtomically(Safetensors.encode(version.weights), to: folder + "/weights.safetensors")
        try writeAtomically(Safetensors.encode(version.golden), to: folder + "/golden.safetensors")
    }
}

extension ModelManifest {
    /// The manifest as a library is told it.
    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}
