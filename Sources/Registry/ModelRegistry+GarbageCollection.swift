import Files

/// What a garbage collection of one name did, or would do.
public struct GarbageCollection: Codable, Hashable, Sendable {
    /// A version that goes.
    public struct Removal: Codable, Hashable, Sendable {
        /// The version.
        public var version: Int
        /// Its kind; `unknown` where its manifest cannot be read.
        public var kind: String
        /// Its size.
        public var bytes: Int
    }

    /// The model.
    public var name: String
    /// Versions that go, ascending.
    public var removed: [Removal]
    /// Versions that stay, ascending.
    public var kept: [Int]
    /// What processes that died left, which goes too.
    public var leftovers: [String]
}

extension ModelRegistry {
    /// Removes versions that no alias names and no promotion ever went to or came from, but for the newest `newest` of
    /// them, and what publications that died left.
    ///
    /// What an alias names, and what a rollback may come back to, stays, whatever its age; so do trainings that can be
    /// resumed. A line in `removed.log` is written and synced before a version goes, so that its number is not given
    /// again and its children know what they came after. Nothing is removed where aliases or log cannot be read.
    /// - Parameter dryRun: whether it is only told what would go.
    public func collectGarbage(
        of name: CheckedName, keepingNewest newest: Int, at: Double, who: String, dryRun: Bool = false
    ) throws -> GarbageCollection {
        precondition(newest >= 0, "the newest \(newest) versions")
        return try changing(name) {
            if !dryRun { try reconcile(name) }
            let (versions, promoted) = (try versions(of: name), try promoted(name))
            // What cannot be read may be no version at all, or one of a newer program.
            let candidates = versions.filter { !promoted.contains($0) && (try? manifest(of: name, $0)) != nil }
            let going = candidates.dropLast(newest)
            // A log that cannot be read is found before anything goes.
            _ = try removals(of: name)
            var removals: [GarbageCollection.Removal] = []
            for version in going {
                let found = try manifest(of: name, version)
                removals.append(
                    .init(
                        version: version, kind: found.manifest.kind,
                        bytes: try files(inFolder: folder(name, version)).reduce(0) { try $0 + size(of: $1) }))
                guard !dryRun else { continue }
                try removalLog(name).append(
                    RemovedVersion(version, manifest: found.manifest, digest: found.digest, at: at, who: who).line)
                // Renamed first: nobody sees half of a version.
                let leaving = folder(name) + "/tmp-\(version)"
                try remove(leaving)
                try move(folder(name, version), to: leaving)
                try synchronize(folder(name))
                try remove(leaving)
            }
            return GarbageCollection(
                name: name.description, removed: removals, kept: versions.filter { !going.contains($0) },
                leftovers: try removeLeftovers(of: name, dryRun: dryRun))
        }
    }
}
