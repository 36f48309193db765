import Files
import Layers

extension ModelRegistry {
    /// A version as one archive, whose members are `NAME/VERSION/FILE`. The same version gives the same bytes.
    ///
    /// - Throws: `InputError` where the version is not whole.
    public func archive(of name: CheckedName, _ version: Int) throws -> [UInt8] {
        let names = ["manifest.json"] + Self.fileNames
        let content = try content(of: name, version, keeping: Set(names))
        return try TapeArchive.encode(
            names.map { .init(name: "\(name)/\(version)/\($0)", bytes: content.files[$0] ?? []) })
    }

    /// The longest archive that is read, in bytes: the files of a version with their headers.
    static let archiveLimit = fileNames.reduce(limit(of: "manifest.json") + 1 << 16) { $0 + limit(of: $1) }

    /// Publishes the version in the archive in the file `file` under the next free number of its name here.
    ///
    /// The manifest keeps where it came from; its parent there is no parent here. Its evaluation is as it was, but a
    /// comparison with a champion there does not count as one with the champion here.
    /// - Parameter check: what the version must pass beside being whole, such as its self-test.
    /// - Throws: `InputError` that names the member and the field; then nothing was published.
    public func publish(
        archive file: String, at moment: Double, check: (ModelVersion) throws -> Void
    ) throws -> (name: CheckedName, version: Int, manifest: ModelManifest) {
        let bytes = try readBytes(ofPlainFile: file, atMost: Self.archiveLimit, followsLinks: true)
        let (name, content) = try Self.content(of: TapeArchive.decode(bytes, file: file), file: file)
        do {
            try check(ModelVersion(content, from: "\(file)/\(name)/\(content.manifest.version)"))
        } catch let error as InputError {
            throw error.file == nil ? error.in(file) : error
        }
        var manifest = content.manifest
        let origin = ModelManifest.Origin(
            version: manifest.version, digest: content.digest, parentVersion: manifest.parentVersion,
            importedAt: moment)
        manifest.origins = [origin] + (manifest.origins ?? [])
        manifest.parentVersion = nil
        manifest.files = [:]
        manifest.version = try publish(manifest, files: content.files)
        return (name, manifest.version, manifest)
    }

    /// The version that the members of an archive are, if they are the files of one, whole, and nothing else.
    private static func content(
        of members: [TapeArchive.Member], file: String
    ) throws -> (name: CheckedName, content: VersionContent) {
        guard let first = members.first else { throw InputError("holds nothing", file: file) }
        let parts = first.name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let name = try? CheckedName(parts[0]), let version = version(ofFolder: parts[1]) else {
            throw InputError("is not of the form NAME/VERSION/FILE", file: file, field: first.name)
        }
        var files: [String: [UInt8]] = [:]
        for member in members {
            let own = lastComponent(of: member.name)
            guard member.name == "\(name)/\(version)/\(own)", own == "manifest.json" || fileNames.contains(own) else {
                throw InputError("is no file of \(name) \(version)", file: file, field: member.name)
            }
            guard member.bytes.count <= limit(of: own) else {
                throw InputError(
                    "holds \(member.bytes.count) bytes; \(limit(of: own)) are read at the most", file: file,
                    field: member.name)
            }
            files[own] = member.bytes
        }
        let place = "\(file)/\(name)/\(version)/"
        guard let bytes = files.removeValue(forKey: "manifest.json") else {
            throw InputError("is missing", file: file, field: "\(name)/\(version)/manifest.json")
        }
        let manifest = try manifest(bytes, of: name, version, file: place + "manifest.json")
        if let problem = manifest.listingProblems.first { throw problem.in(place + "manifest.json") }
        for file in fileNames {
            guard let bytes = files[file] else { throw InputError("is missing", file: place + file) }
            guard sha256(of: bytes) == manifest.files[file] else {
                throw InputError("is not what the manifest says: its SHA-256 differs", file: place + file)
            }
        }
        return (name, VersionContent(manifest: manifest, digest: sha256(of: bytes), files: files))
    }
}
