import Files
import Glibc
import Layers

extension ModelRegistry {
    /// Publishes a version under the next free number.
    ///
    /// - Returns: the number.
    /// - Throws: `InputError` that names the file that could not be written; then nothing is there.
    public func publish(
        _ manifest: ModelManifest, weights: WeightArchive, golden: WeightArchive, metrics: String, card: String
    ) throws -> Int {
        try publish(
            manifest,
            files: [
                "weights.safetensors": try Safetensors.encode(weights),
                "golden.safetensors": try Safetensors.encode(golden), "metrics.json": Array(metrics.utf8),
                "card.md": Array(card.utf8),
            ])
    }

    /// Makes the folder of `name`, if it is not there: before work whose result is to be published there.
    ///
    /// - Throws: `InputError` where nothing could be published; then that is known before, and not behind the work.
    public func prepare(for name: CheckedName) throws {
        try makeFolder(folder(name))
        try checkFolder(name)
        // By its name a leftover, for whoever publishes next, should this process die here; one that publishes now may
        // have taken it away already.
        let probe = folder(name) + "/.probe.\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
        try makeFolder(probe)
        try? remove(probe)
    }

    /// Publishes `files`, which are those of a version beside its manifest, under the next free number.
    func publish(_ manifest: ModelManifest, files: [String: [UInt8]]) throws -> Int {
        precondition(files.keys.sorted() == Self.fileNames, "a version of the files \(files.keys.sorted())")
        let name = try CheckedName(manifest.name)
        try makeFolder(folder(name))
        return try changing(name) {
            try removeLeftovers(of: name)
            var manifest = manifest
            manifest.version = try nextVersion(of: name)
            let temporary = folder(name) + "/tmp-\(manifest.version)"
            try makeFolder(temporary)
            do {
                for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
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

    /// Removes what a process that died in the middle of a change left; the lock says that none is in it now.
    ///
    /// - Returns: the names of what was found.
    @discardableResult
    func removeLeftovers(of name: CheckedName, dryRun: Bool = false) throws -> [String] {
        let found = try contents(ofFolder: folder(name)).filter(Self.isLeftover)
        guard !dryRun else { return found }
        for leftover in found.map({ folder(name) + "/" + $0 }) {
            do {
                try remove(leftover)
            } catch {
                // The probe of a training that begins is removed without the lock.
                if kind(of: leftover) != nil { throw error }
            }
        }
        return found
    }

    /// Whether this is the name of half a version, or of a file that was to take the place of another one.
    static func isLeftover(_ entry: String) -> Bool {
        entry.hasPrefix("tmp-") && version(ofFolder: String(entry.dropFirst(4))) != nil
            || entry.hasPrefix(".") && entry.hasSuffix(".tmp")
    }

    /// The folder in which a training of `kind` keeps what it needs to be resumed, until its version is published.
    public func trainingFolder(of name: CheckedName, kind: String) -> String {
        "\(folder(name))/\(Self.trainingPrefix)\(kind)"
    }

    static let trainingPrefix = "tmp-training-"

    /// One more than any version that is or was there, or that an alias names or ever named, so that no number comes twice.
    private func nextVersion(of name: CheckedName) throws -> Int {
        let there = try contents(ofFolder: folder(name)).compactMap(Self.version(ofFolder:))
        let named = try aliases(of: name).values + aliasLog(of: name).flatMap { [$0.from ?? 0, $0.to] }
        let last = try (there + named + removals(of: name).map(\.version)).max() ?? 0
        guard Self.versions.contains(last + 1) else {
            throw InputError("has no number left after \(last)", file: folder(name))
        }
        return last + 1
    }
}
