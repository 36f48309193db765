import Files
import Layers

/// The files of a version that is whole.
struct VersionContent {
    var manifest: ModelManifest
    /// SHA-256 of the manifest.
    var digest: String
    /// The bytes of those files that were asked for.
    var files: [String: [UInt8]]
}

extension ModelRegistry {
    /// The manifest of a version and its digest, without reading the weights.
    public func manifest(of name: CheckedName, _ version: Int) throws -> (manifest: ModelManifest, digest: String) {
        let bytes = try manifestBytes(of: name, version)
        let manifest = try Self.manifest(
            bytes, of: name, version, file: folder(name, version) + "/manifest.json")
        return (manifest, sha256(of: bytes))
    }

    private func manifestBytes(of name: CheckedName, _ version: Int) throws -> [UInt8] {
        let folder = folder(name, version)
        switch Self.versions.contains(version) ? kind(of: folder) : nil {
        case .folder: return try read(folder + "/manifest.json")
        case nil where kind(of: self.folder(name)) != .link:
            let known = try versions(of: name).map(String.init).joined(separator: ", ")
            throw InputError(
                "\(name) has no version \(version)" + (known.isEmpty ? "" : "; there are \(known)"), file: path)
        default:
            try checkFolder(name)
            throw InputError("is no folder", file: folder)
        }
    }

    /// Reads a manifest that must be of this version.
    static func manifest(
        _ bytes: [UInt8], of name: CheckedName, _ version: Int, file: String
    ) throws -> ModelManifest {
        let manifest = try ModelManifest.decode(bytes, file: file)
        func failure(_ field: String, _ problem: String) -> InputError {
            InputError(problem, file: file, field: field)
        }
        guard manifest.name == name.description, manifest.version == version else {
            throw failure(
                manifest.version == version ? "name" : "version",
                "says that it is \(manifest.name.prefix(80)) \(manifest.version)")
        }
        if let parent = manifest.parentVersion, !(1..<version).contains(parent) {
            throw failure("parentVersion", "is \(parent), which cannot have been before \(version)")
        }
        return manifest
    }

    /// Hashes every file of a version anew.
    ///
    /// - Throws: `InputError` that names the file that is missing, more, a link, or not what the manifest says.
    @discardableResult
    public func verify(_ name: CheckedName, _ version: Int) throws -> (manifest: ModelManifest, digest: String) {
        let content = try content(of: name, version)
        return (content.manifest, content.digest)
    }

    /// Verifies a version and reads it. Each file is read once: what was hashed is what is used.
    public func load(_ name: CheckedName, _ version: Int) throws -> ModelVersion {
        let archives: Set = ["weights.safetensors", "golden.safetensors"]
        return try ModelVersion(
            content(of: name, version, keeping: archives), from: folder(name, version))
    }

    /// The model card of a version.
    public func card(of name: CheckedName, _ version: Int) throws -> String {
        try text(of: "card.md", name, version)
    }

    /// What the evaluation of a version came to, as JSON.
    public func metrics(of name: CheckedName, _ version: Int) throws -> String {
        try text(of: "metrics.json", name, version)
    }

    private func text(of file: String, _ name: CheckedName, _ version: Int) throws -> String {
        let bytes = try content(of: name, version, keeping: [file]).files[file] ?? []
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InputError("is no text in UTF-8", file: folder(name, version) + "/" + file)
        }
        return text
    }

    /// Reads every file of a version and keeps those in `kept`.
    ///
    /// - Parameter damage: told of everything but the manifest that is not as it should be, in turn; throws unless the
    ///   search is to go on.
    func content(
        of name: CheckedName, _ version: Int, keeping kept: Set<String> = [],
        damage: (InputError) throws -> Void = { throw $0 }
    ) throws -> VersionContent {
        let folder = folder(name, version)
        let bytes = try manifestBytes(of: name, version)
        let manifest = try Self.manifest(bytes, of: name, version, file: folder + "/manifest.json")
        for problem in manifest.listingProblems { try damage(problem.in(folder + "/manifest.json")) }
        for file in try contents(ofFolder: folder)
        where file != "manifest.json" && !Self.fileNames.contains(file) {
            try damage(InputError("does not belong to the version", file: folder + "/" + file))
        }
        var files = kept.contains("manifest.json") ? ["manifest.json": bytes] : [:]
        for file in Self.fileNames {
            guard let expected = manifest.files[file] else { continue }
            do {
                let bytes = try read(folder + "/" + file)
                guard sha256(of: bytes) == expected else {
                    throw InputError("is not what the manifest says: its SHA-256 differs", file: folder + "/" + file)
                }
                if kept.contains(file) { files[file] = bytes }
            } catch let error as InputError {
                try damage(error)
            }
        }
        return VersionContent(manifest: manifest, digest: sha256(of: bytes), files: files)
    }
}

extension ModelVersion {
    /// Decodes the files of a version that lie, or lay, in `folder`.
    init(_ content: VersionContent, from folder: String) throws {
        func archive(_ file: String) throws -> WeightArchive {
            try Safetensors.decode(content.files[file] ?? [], name: folder + "/" + file)
        }
        self.init(
            manifest: content.manifest, digest: content.digest, weights: try archive("weights.safetensors"),
            golden: try archive("golden.safetensors"))
    }
}

extension ModelManifest {
    /// What is wrong with the list of files.
    var listingProblems: [InputError] {
        let listed = Set(files.keys), known = Set(ModelRegistry.fileNames)
        let strangers = listed.subtracting(known).sorted().map {
            InputError("is no file of a version", field: "files.\($0)")
        }
        return strangers
            + ModelRegistry.fileNames.filter { !listed.contains($0) }.map {
                InputError("is missing", field: "files.\($0)")
            }
    }
}

extension InputError {
    /// The same about `file`.
    func `in`(_ file: String) -> InputError {
        var error = self
        error.file = file
        return error
    }
}
