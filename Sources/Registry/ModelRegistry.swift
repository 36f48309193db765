import Files
import Layers

/// Versions of models in a folder, each whole or not there at all.
///
///     models/<name>/<version>/manifest.json weights.safetensors golden.safetensors metrics.json card.md
///     models/<name>/aliases.json  aliases.log  removed.log
///
/// A version is written into a temporary folder, synced and renamed. Aliases are changed by a line in the log first and
/// then by renaming `aliases.json`, which is the moment at which the change holds. A version that is no longer wanted
/// leaves a line in `removed.log`. Whoever changes anything below a name holds the lock `.lock` there.
///
/// What lies in the folder may be hostile: plain files of a bounded size are read and nothing else, and no link below
/// the folder is followed.
public struct ModelRegistry: Sendable {
    /// The folder.
    public let path: String

    /// The files of a version beside its manifest.
    static let fileNames = ["card.md", "golden.safetensors", "metrics.json", "weights.safetensors"]

    /// Numbers that a version can have.
    static let versions = 1...1_000_000_000

    /// The most bytes that are read of a file of this name.
    static func limit(of file: String) -> Int {
        switch file {
        case "weights.safetensors", "golden.safetensors": 1 << 31
        case "metrics.json", "aliases.log", "removed.log": 1 << 26
        default: 1 << 22
        }
    }

    /// The registry in the folder at `path`, which is made by the first publication.
    public init(path: String) {
        self.path = path
    }

    func folder(_ name: CheckedName) -> String { "\(path)/\(name)" }

    func folder(_ name: CheckedName, _ version: Int) -> String { "\(path)/\(name)/\(version)" }

    /// Names of models that have a version, sorted.
    public func names() throws -> [CheckedName] {
        // Of the registry's own path, a link is what the user wants.
        guard kind(of: path + "/") == .folder else { return [] }
        return try contents(ofFolder: path).compactMap { try? CheckedName($0) }.filter { try !versions(of: $0).isEmpty }
    }

    /// The versions of a model, ascending.
    public func versions(of name: CheckedName) throws -> [Int] {
        guard kind(of: folder(name)) == .folder else { return [] }
        return try contents(ofFolder: folder(name)).compactMap(Self.version(ofFolder:)).filter {
            kind(of: folder(name, $0)) == .folder
        }.sorted()
    }

    /// The version whose folder has this name; nil if none can.
    static func version(ofFolder folder: String) -> Int? {
        guard let version = Int(folder), versions.contains(version), "\(version)" == folder else { return nil }
        return version
    }

    /// Refuses a model whose folder is a link, or no folder.
    func checkFolder(_ name: CheckedName) throws {
        switch kind(of: folder(name)) {
        case .folder: return
        case nil: throw InputError("has no model \(name)", file: path)
        case .link: throw InputError("is a link, not a folder", file: folder(name))
        case .file, .other: throw InputError("is no folder", file: folder(name))
        }
    }

    /// The bytes of a plain file below the folder of a model.
    func read(_ file: String) throws -> [UInt8] {
        try readBytes(ofPlainFile: file, atMost: Self.limit(of: lastComponent(of: file)))
    }

    /// Calls `body` while this process alone changes what lies below `name`.
    func changing<Result>(_ name: CheckedName, _ body: () throws -> Result) throws -> Result {
        try checkFolder(name)
        return try withLock(lock(name), body)
    }

    func lock(_ name: CheckedName) -> String { folder(name) + "/.lock" }
}

/// A version with everything that belongs to it, verified.
public struct ModelVersion: Sendable {
    /// What it is.
    public var manifest: ModelManifest
    /// SHA-256 of the manifest, which holds those of all other files.
    public var digest: String
    /// The weights, and the statistics that it stands on.
    public var weights: WeightArchive
    /// Inputs with the answers that it must give for them.
    public var golden: WeightArchive
}
