import Files
import Layers

/// Versions of models in a folder, each whole or not there at all.
///
///     models/<name>/<version>/manifest.json weights.safetensors golden.safetensors metrics.json card.md
///     models/<name>/aliases.json  aliases.log
///
/// A version is written into a temporary folder, synced and renamed. Aliases are changed by a line in the log first and
/// then by renaming `aliases.json`, which is the moment at which the change holds.
public struct ModelRegistry: Sendable {
    /// The folder.
    public let path: String

    /// The files of a version beside its manifest.
    static let fileNames = ["card.md", "golden.safetensors", "metrics.json", "weights.safetensors"]

    /// Numbers that a version can have.
    static let versions = 1...1_000_000_000

    /// The registry in the folder at `path`, which is made by the first publication.
    public init(path: String) {
        self.path = path
    }

    func folder(_ name: CheckedName) -> String { "\(path)/\(name)" }

    func folder(_ name: CheckedName, _ version: Int) -> String { "\(path)/\(name)/\(version)" }

    /// Names of models that have a version, sorted.
    public func names() throws -> [CheckedName] {
        guard kind(of: path) == .folder else { return [] }
        return try contents(ofFolder: path).compactMap { try? CheckedName($0) }.filter { try !versions(of: $0).isEmpty }
    }

    /// The versions of a model, ascending.
    public func versions(of name: CheckedName) throws -> [Int] {
        guard kind(of: folder(name)) == .folder else { return [] }
        return try contents(ofFolder: folder(name)).compactMap { entry in
            guard let version = Int(entry), Self.versions.contains(version), "\(version)" == entry,
                kind(of: folder(name, version)) == .folder
            else { return nil }
            return version
        }.sorted()
    }
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

extension ModelRegistry {
    /// Publishes a version under the next free number.
    ///
    /// - Returns: the number.
    /// - Throws: `InputError` that names the file that could not be written; then nothing is there.
    public func publish(
        _ manifest: ModelManifest, weights: WeightArchive, golden: WeightArchive, metrics: String, card: String
    ) throws -> Int {
        let name = try CheckedName(manifest.name)
        try makeFolder(folder(name))
        return try withLock(folder(name) + "/.lock") {
            for leftover in try contents(ofFolder: folder(name)) where Self.isHalfVersion(leftover) {
                try remove(folder(name) + "/" + leftover)
            }
            var manifest = manifest
            manifest.version = try nextVersion(of: name)
            let temporary = folder(name) + "/tmp-\(manifest.version)"
            try makeFolder(temporary)
            do {
                let files: [(String, [UInt8])] = [
                    ("weights.safetensors", try Safetensors.encode(weights)),
                    ("golden.safetensors", try Safetensors.encode(golden)), ("metrics.json", Array(metrics.utf8)),
                    ("card.md", Array(card.utf8)),
                ]
                for (file, bytes) in files {
                    try write(bytes, toNewFile: temporary + "/" + file)
                    manifest.files[file] = sha256(of: bytes)
                }
                try write(try manifest.encoded(), toNewFile: temporary + "/manifest.json")
                try synchronize(temporary)
                try move(temporary, to: folder(name, manifest.version))
            } catch {
                try? remove(temporary)
                throw error
            }
            try synchronize(folder(name))
            return manifest.version
        }
    }

    /// Whether a publication that did not come to its end left the folder of this name.
    private static func isHalfVersion(_ folder: String) -> Bool {
        folder.hasPrefix("tmp-") && Int(folder.dropFirst(4)) != nil
    }

    /// The folder in which a training of `kind` keeps what it needs to be resumed, until its version is published.
    public func trainingFolder(of name: CheckedName, kind: String) -> String {
        "\(folder(name))/tmp-training-\(kind)"
    }

    /// One more than any version that is there or that an alias ever named, so that no number comes twice.
    private func nextVersion(of name: CheckedName) throws -> Int {
        let logged = try aliasLog(of: name).map(\.to).filter(Self.versions.contains)
        return 1 + ((try versions(of: name) + logged).max() ?? 0)
    }

    /// The manifest of a version and its digest, without reading the weights.
    public func manifest(of name: CheckedName, _ version: Int) throws -> (manifest: ModelManifest, digest: String) {
        let folder = folder(name, version)
        guard kind(of: folder) == .folder else {
            let known = try versions(of: name).map(String.init).joined(separator: ", ")
            throw InputError(
                "\(name) has no version \(version)" + (known.isEmpty ? "" : "; there are \(known)"), file: path)
        }
        let file = folder + "/manifest.json"
        let bytes = try readBytes(of: file)
        let manifest = try ModelManifest.decode(bytes, file: file)
        guard manifest.name == name.description, manifest.version == version else {
            throw InputError("says that it is \(manifest.name) \(manifest.version)", file: file)
        }
        return (manifest, sha256(of: bytes))
    }

    /// Hashes every file of a version anew.
    ///
    /// - Throws: `InputError` that names the file that is missing, more, a link, or not what the manifest says.
    @discardableResult
    public func verify(_ name: CheckedName, _ version: Int) throws -> (manifest: ModelManifest, digest: String) {
        let (manifest, digest) = try manifest(of: name, version)
        let folder = folder(name, version)
        guard manifest.files.keys.sorted() == Self.fileNames else {
            throw InputError(
                "does not list \(Self.fileNames.joined(separator: ", "))", file: folder + "/manifest.json",
                field: "files")
        }
        for file in try contents(ofFolder: folder) {
            guard kind(of: folder + "/" + file) == .file else {
                throw InputError("is no plain file", file: folder + "/" + file)
            }
            guard file == "manifest.json" || manifest.files[file] != nil else {
                throw InputError("does not belong to the version", file: folder + "/" + file)
            }
        }
        for (file, expected) in manifest.files.sorted(by: { $0.key < $1.key }) {
            guard try sha256(ofFile: folder + "/" + file) == expected else {
                throw InputError("is not what the manifest says: its SHA-256 differs", file: folder + "/" + file)
            }
        }
        return (manifest, digest)
    }

    /// Verifies a version and reads it.
    public func load(_ name: CheckedName, _ version: Int) throws -> ModelVersion {
        let (manifest, digest) = try verify(name, version)
        func archive(_ file: String) throws -> WeightArchive {
            try Safetensors.read(from: folder(name, version) + "/" + file)
        }
        return ModelVersion(
            manifest: manifest, digest: digest, weights: try archive("weights.safetensors"),
            golden: try archive("golden.safetensors"))
    }

    /// The model card of a version.
    public func card(of name: CheckedName, _ version: Int) throws -> String {
        _ = try manifest(of: name, version)
        return try readText(of: folder(name, version) + "/card.md")
    }
}
