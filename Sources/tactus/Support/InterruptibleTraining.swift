import ArgumentParser
import Files
import Foundation
import History
import Models
import Synchronization
import Training

/// The training of the version to be published: by epochs, with checkpoints, logs and a bar; Ctrl-C ends it at a checkpoint.
struct InterruptibleTraining {
    let publication: PredictorPublication
    let folder: TrainingFolder
    /// Whether it goes on from the checkpoint.
    let resumes: Bool
    let logs: [any RunLog]
    let isSilent: Bool

    /// What comes out of it, and then answers to the signals that ask it to stop.
    ///
    /// - Throws: `ExitCode` 130 where it was interrupted, after a line that says how it goes on.
    func run() async throws -> any PublishablePredictor {
        let stop = StopRequest(isSilent: isSilent)
        do {
            let predictor = try await train(shouldStop: { stop.isAsked })
            stop.trainingIsOver()
            return predictor
        } catch let interruption as TrainingInterruption {
            note(
                "interrupted in epoch \(interruption.epoch) after \(counted(interruption.step, "step")); "
                    + "the same command with --resume goes on from there")
            throw ExitCode(StopRequest.exitStatus)
        }
    }

    private func train(shouldStop: @escaping @Sendable () -> Bool) async throws -> any PublishablePredictor {
        if folder.hasCheckpoint, !resumes {
            note("the checkpoint of a training that was interrupted is replaced; with --resume it would have gone on")
            try remove(folder.checkpoint)
        }
        guard folder.hasCheckpoint || !resumes else {
            throw InputError(
                "there is nothing to resume; without --resume the training starts", file: folder.checkpoint)
        }
        let (publication, isSilent) = (publication, isSilent)
        return try await drawing { (news: AsyncStream<TrainingProgress>) in
            await Self.draw(news, title: "train \(publication.kind.name)", isSilent: isSilent)
        } during: { report in
            let session = TrainingSession(
                of: publication.identity, checkpoint: CheckpointFile(path: folder.checkpoint, resumes: resumes),
                logs: logs, shouldStop: { _ in shouldStop() }, progress: report)
            return try await offload { try publication.train(session) }
        }
    }

    private static func draw(_ news: AsyncStream<TrainingProgress>, title: String, isSilent: Bool) async {
        var bar: ProgressBar?
        for await progress in news {
            if bar == nil {
                bar = ProgressBar(
                    title, total: progress.totalUpdates, startingAt: progress.updates,
                    on: isSilent ? .silent : .standardError)
            }
            let losses = [("loss", progress.trainingLoss), ("validation loss", progress.validationLoss)]
            let text = losses.compactMap { name, loss in loss.map { "\(name) " + String(format: "%.4f", $0) } }
            bar?.update(to: progress.updates, note: (["epoch \(progress.epoch)"] + text).joined(separator: ", "))
        }
        bar?.finish()
    }
}

/// The wish of SIGINT or SIGTERM that a training ends: the first lets it end at a checkpoint, the second ends it at once.
final class StopRequest: Sendable {
    /// As shells say that a program was interrupted.
    static let exitStatus: Int32 = 130

    private let asked = Atomic(false)
    private let trains = Atomic(true)

    /// Takes the signals from now on.
    init(isSilent: Bool) {
        onStopSignals { [self] count in
            guard count == 1 else { exitAtOnce(Self.exitStatus) }
            guard trains.load(ordering: .acquiring) else {
                Self.endAfterTraining()
            }
            asked.store(true, ordering: .releasing)
            // A terminal shows a bar at that moment.
            let start = StandardError.isTerminal ? "\n" : ""
            if !isSilent { note(start + "stopping after this step; a second signal stops at once") }
        }
    }

    /// Whether the training is to end.
    var isAsked: Bool { asked.load(ordering: .acquiring) }

    /// The next signal ends the process: what was trained is kept, and there is nothing to wait for.
    ///
    /// A wish that came too late for the training is fulfilled here.
    func trainingIsOver() {
        trains.store(false, ordering: .releasing)
        if isAsked { Self.endAfterTraining() }
    }

    private static func endAfterTraining() -> Never {
        note(
            (StandardError.isTerminal ? "\n" : "")
                + "interrupted after the training; the same command with --resume goes on from there")
        exitAtOnce(exitStatus)
    }
}
