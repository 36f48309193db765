import ArgumentParser
import Files
import Foundation
import History
import Synchronization
import Training

/// The training of the version to be published: by epochs, with checkpoints, logs and a bar; Ctrl-C ends it at a checkpoint.
struct InterruptibleTraining<Trained: Sendable> {
    /// The kind of model.
    let kind: String
    /// What the training is of: a checkpoint of another one is not its own.
    let identity: JSONObject
    /// Trains, with what goes on beside it.
    let body: @Sendable (TrainingSession) throws -> Trained
    let folder: TrainingFolder
    /// Whether it goes on from the checkpoint.
    let resumes: Bool
    let logs: [any RunLog]
    let isSilent: Bool

    /// What comes out of it, and then answers to the signals that ask it to stop.
    ///
    /// - Throws: `ExitCode` 130 where it was interrupted, after a line that says whether and how it goes on.
    func run() async throws -> Trained {
        let stop = StopRequest(checkpoint: folder.checkpoint, isSilent: isSilent)
        do {
            let trained = try await train(shouldStop: { stop.isAsked })
            stop.trainingIsOver()
            return trained
        } catch let interruption as TrainingInterruption {
            // Parts of a training that keep nothing leave the checkpoint as they found it, which may be none.
            note(
                "interrupted in epoch \(interruption.epoch) after \(counted(interruption.step, "step")); "
                    + (interruption.checkpoint == nil
                        ? folder.hasCheckpoint
                            ? "the same command with --resume goes on from the checkpoint before"
                            : "nothing is kept of it: the training starts anew"
                        : "the same command with --resume goes on from there"))
            throw ExitCode(StopRequest.exitStatus)
        }
    }

    private func train(shouldStop: @escaping @Sendable () -> Bool) async throws -> Trained {
        if folder.hasCheckpoint, !resumes {
            note("the checkpoint of a training that was interrupted is replaced; with --resume it would have gone on")
            try remove(folder.checkpoint)
        }
        guard folder.hasCheckpoint || !resumes else {
            throw InputError(
                "there is nothing to resume; without --resume the training starts", file: folder.checkpoint)
        }
        let (kind, body, isSilent) = (kind, body, isSilent)
        return try await drawing { (news: AsyncStream<TrainingProgress>) in
            await Self.draw(news, title: "train \(kind)", isSilent: isSilent)
        } during: { report in
            let session = TrainingSession(
                of: identity, checkpoint: CheckpointFile(path: folder.checkpoint, resumes: resumes),
                logs: logs, shouldStop: { _ in shouldStop() }, progress: report)
            return try await offload { try body(session) }
        }
    }

    private static func draw(_ news: AsyncStream<TrainingProgress>, title: String, isSilent: Bool) async {
        var bar: ProgressBar?
        var last = (updates: 0, total: 0)
        for await progress in news {
            // Each part of a training counts from its own beginning.
            if bar == nil || progress.totalUpdates != last.total || progress.updates < last.updates {
                bar?.finish()
                bar = ProgressBar(
                    title, total: progress.totalUpdates, startingAt: progress.updates,
                    on: isSilent ? .silent : .standardError)
            }
            last = (progress.updates, progress.totalUpdates)
            bar?.update(to: progress.updates, note: progress.note)
        }
        bar?.finish()
    }
}

/// The wish of SIGINT or SIGTERM that a training ends: the first lets it end at a checkpoint, the second ends it at once.
final class StopRequest: Sendable {
    /// As shells say that a program was interrupted.
    static let exitStatus: Int32 = 130

    /// One value, so that each signal comes either in time for the training or after it.
    private enum Phase: Int, AtomicRepresentable {
        case training
        case asked
        case over
    }

    private let phase = Atomic(Phase.training)
    private let checkpoint: String

    /// Takes the signals from now on; the training keeps its `checkpoint`.
    init(checkpoint: String, isSilent: Bool) {
        self.checkpoint = checkpoint
        onStopSignals { [self] count in
            guard count == 1 else { exitAtOnce(Self.exitStatus) }
            guard move(to: .asked) else { endAfterTraining() }
            if !isSilent { note(Self.start + "stopping after this step; a second signal stops at once") }
        }
    }

    /// Whether the training is to end.
    var isAsked: Bool { phase.load(ordering: .acquiring) == .asked }

    /// The next signal ends the process: what was trained is kept, and there is nothing to wait for.
    ///
    /// A wish that came too late for the training is fulfilled here.
    func trainingIsOver() {
        if !move(to: .over) { endAfterTraining() }
    }

    /// Leaves the training behind; false where that was done before.
    private func move(to next: Phase) -> Bool {
        phase.compareExchange(expected: .training, desired: next, ordering: .acquiringAndReleasing).exchanged
    }

    private func endAfterTraining() -> Never {
        // A training that had too little to learn from by epochs left none.
        let hint = kind(of: checkpoint) == nil ? "" : "; the same command with --resume goes on from there"
        note(Self.start + "interrupted after the training" + hint)
        exitAtOnce(Self.exitStatus)
    }

    /// A terminal shows a bar at that moment.
    private static var start: String { StandardError.isTerminal ? "\n" : "" }
}
