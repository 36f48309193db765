import Files

/// A version that was removed, as a line of `removed.log`.
public struct RemovedVersion: Hashable, Sendable {
    /// When, in Unix seconds.
    public var at: Double
    /// Who.
    public var who: String
    /// Its number, which is not given again.
    public var version: Int
    /// Its kind; `unknown` where its manifest could not be read.
    public var kind: String
    /// SHA-256 of its manifest; empty where that could not be read.
    public var digest: String
    /// Its parent.
    public var parentVersion: Int?
    /// When it was published; 0 where that could not be read.
    public var created: Double

    var line: JSONObject {
        JSONObject([
            ("at", .number(at)), ("who", .string(who)), ("version", .integer(version)), ("kind", .string(kind)),
            ("digest", .string(digest)), ("parentVersion", parentVersion.map(JSONValue.integer) ?? .null),
            ("created", .number(created)),
        ])
    }

    init(_ line: JSONField) throws {
        try line.refuseUnknown(["at", "who", "version", "kind", "digest", "parentVersion", "created"])
        version = try line["version"].int()
        guard ModelRegistry.versions.contains(version) else {
            throw line["version"].failure("is \(version), which no version is")
        }
        (at, who) = (try line["at"].double(), try line["who"].string())
        (kind, digest) = (try line["kind"].string(), try line["digest"].string())
        parentVersion = try line["parentVersion"].ifPresent { try $0.int() }
        if let parentVersion, !(1..<version).contains(parentVersion) {
            throw line["parentVersion"].failure("is \(parentVersion), which cannot have been before \(version)")
        }
        created = try line["created"].double()
    }

    init(_ version: Int, manifest: ModelManifest?, digest: String?, at: Double, who: String) {
        (self.at, self.who, self.version) = (at, who, version)
        (kind, self.digest) = (manifest?.kind ?? "unknown", digest ?? "")
        (parentVersion, created) = (manifest?.parentVersion, manifest?.created ?? 0)
    }
}

/// One version in the line that led to another.
public struct Ancestor: Codable, Hashable, Sendable {
    /// What became of a version.
    public enum State: String, Codable, Sendable {
        /// It is there.
        case present
        /// It was removed; what is known of it was written down then.
        case removed
        /// It is there, and its manifest cannot be read.
        case damaged
        /// It is not there, and nothing is known of it.
        case unknown
    }

    /// The version.
    public var version: Int
    /// What became of it.
    public var state: State
    /// Its kind; absent where it is not known.
    public var kind: String?
    /// SHA-256 of its manifest; absent where it is not known.
    public var digest: String?
    /// When it was published, in Unix seconds; absent where it is not known.
    public var created: Double?
    /// When it was removed.
    public var removedAt: Double?
    /// Where it was imported from, the nearest first; absent where it was made here.
    public var origins: [ModelManifest.Origin]?
}

extension ModelRegistry {
    func removalLog(_ name: CheckedName) -> RegistryLog { RegistryLog(path: folder(name) + "/removed.log") }

    /// The versions that were removed, in the order of their removal.
    public func removals(of name: CheckedName) throws -> [RemovedVersion] {
        guard kind(of: folder(name)) != nil else { return [] }
        try checkFolder(name)
        return try removalLog(name).lines().enumerated().map { place, line in
            do {
                return try RemovedVersion(line)
            } catch var error as InputError {
                (error.file, error.line) = (line.file, place + 1)
                throw error
            }
        }
    }

    /// A version and those that it came after, the newest first: each was the champion when the one before it was made.
    ///
    /// What was removed since is told from what was written down then.
    /// - Throws: `InputError` where the version itself is not there.
    public func lineage(of name: CheckedName, _ version: Int) throws -> [Ancestor] {
        let (own, digest) = try manifest(of: name, version)
        let removals = Dictionary(try removals(of: name).map { ($0.version, $0) }) { $1 }
        var line = [
            Ancestor(
                version: version, state: .present, kind: own.kind, digest: digest, created: own.created,
                origins: own.origins)
        ]
        var parent = own.parentVersion
        // Each number is smaller than the one before, so that it comes to an end.
        while let version = parent {
            if kind(of: folder(name, version)) != nil {
                guard let (manifest, digest) = try? manifest(of: name, version) else {
                    line.append(Ancestor(version: version, state: .damaged))
                    break
                }
                line.append(
                    Ancestor(
                        version: version, state: .present, kind: manifest.kind, digest: digest,
                        created: manifest.created, origins: manifest.origins))
                parent = manifest.parentVersion
            } else if let removed = removals[version] {
                line.append(
                    Ancestor(
                        version: version, state: .removed, kind: removed.kind, digest: removed.digest,
                        created: removed.created, removedAt: removed.at))
                parent = removed.parentVersion
            } else {
                line.append(Ancestor(version: version, state: .unknown))
                break
            }
        }
        return line
    }
}
