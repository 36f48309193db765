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
    /// Why it came to an end before all that goes had gone; absent where it did not.
    public var problem: String?

    /// What was done to the model `name`.
    public init(name: String, removed: [Removal], kept: [Int], leftovers: [String], problem: String? = nil) {
        (self.name, self.removed, self.kept) = (name, removed, kept)
        (self.leftovers, self.problem) = (leftovers, problem)
    }
}

extension ModelRegistry {
    /// Whether the folder of `name` is that of a model: it holds a version that can be read, or a log of its aliases. A
    /// folder that has no more than the name of one may be anything, where a user names the wrong folder for a registry.
    public func holdsModel(_ name: CheckedName) throws -> Bool {
        if kind(of: log(name).path) == .file { return true }
        return try versions(of: name).contains { (try? manifest(of: name, $0)) != nil }
    }

    /// Removes versions that no alias names and no promotion ever went to or came from, but for the newest `newest` of
    /// them, and what publications that died left.
    ///
    /// What an alias names, and what a rollback may come back to, stays, whatever its age; so do trainings that can be
    /// resumed. A line in `removed.log` is written and synced before a version goes, so that its number is not given
    /// again and its children know what they came after. Nothing is removed where aliases or log cannot be read.
    /// - Parameter dryRun: whether it is only told what would go.
    /// - Returns: what went; with the problem where it came to an end before all had gone.
    /// - Throws: `InputError` where nothing was removed.
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
            var collection = GarbageCollection(name: name.description, removed: [], kept: versions, leftovers: [])
            do {
                for version in going {
                    let removal = try removal(of: name, version)
                    if !dryRun { try hide(name, version, at: at, who: who) }
                    collection.removed.append(removal)
                    collection.kept.removeAll { $0 == version }
                    if !dryRun { try remove(hidden(name, version)) }
                }
                collection.leftovers = try removeLeftovers(of: name, dryRun: dryRun)
            } catch let error as InputError where !collection.removed.isEmpty {
                collection.problem = error.description
            }
            return collection
        }
    }

    private func removal(of name: CheckedName, _ version: Int) throws -> GarbageCollection.Removal {
        let sizes = try files(inFolder: folder(name, version)).map { try size(of: $0) }
        return .init(version: version, kind: try manifest(of: name, version).manifest.kind, bytes: clampedSum(sizes))
    }

    /// Writes down that a version goes and renames its folder, so that nobody sees half of it while its files go.
    private func hide(_ name: CheckedName, _ version: Int, at: Double, who: String) throws {
        let (manifest, digest) = try manifest(of: name, version)
        try removalLog(name).append(
            RemovedVersion(version, manifest: manifest, digest: digest, at: at, who: who).line)
        try remove(hidden(name, version))
        try move(folder(name, version), to: hidden(name, version))
        try synchronize(folder(name))
    }

    private func hidden(_ name: CheckedName, _ version: Int) -> String { folder(name) + "/tmp-\(version)" }
}

/// The sum of `sizes`, at most `Int.max`: files with holes claim to be longer than any disk.
func clampedSum(_ sizes: [Int]) -> Int {
    sizes.reduce(0) {
        let (sum, overflow) = $0.addingReportingOverflow($1)
        return overflow ? Int.max : sum
    }
}
