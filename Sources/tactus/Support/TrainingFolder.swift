import Files
import Registry
import Training

/// The folder of a training under way, which this process alone works in.
///
/// It lies among the versions of its name, under a name that no version has, and is removed with the publication of the
/// version that came of it.
final class TrainingFolder: Sendable {
    private let path: String
    private let lock: HeldLock

    /// The checkpoint, which may not be there yet.
    var checkpoint: String { path + "/checkpoint.safetensors" }

    /// The same as a file to read.
    var checkpointFile: CheckpointFile { CheckpointFile(path: checkpoint) }

    /// Takes the folder of trainings of `kind` under `name`, and makes it where it is missing.
    /// - Throws: `InputError` where another process trains in it.
    init(of name: CheckedName, kind: String, in registry: ModelRegistry) throws {
        path = registry.trainingFolder(of: name, kind: kind)
        try makeFolder(path)
        guard let lock = try HeldLock(path: path + "/lock") else {
            throw InputError("another training of \(name), kind \(kind), is under way", file: path)
        }
        self.lock = lock
    }

    /// Whether a training that did not come to its end left a checkpoint.
    var hasCheckpoint: Bool { kind(of: checkpoint) != nil }

    /// Removes it with all that is in it, for a training whose version is published.
    func remove() throws {
        try Files.remove(checkpoint)
        // Another training may begin in it as soon as the lock is gone.
        try? Files.remove(path)
    }

    deinit {
        // Else it is that of another training by now.
        if lock.isInPlace, !hasCheckpoint { try? Files.remove(path) }
    }
}
