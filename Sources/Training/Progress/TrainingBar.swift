import Synchronization

/// A function that draws the progress of a training as a ``ProgressBar``, with its epoch and its losses behind it.
///
/// ```swift
/// let session = TrainingSession(progress: progressBar("durations"))
/// ```
/// It is for one run, and ends the line where the run does.
public func progressBar(
    _ title: String, on surface: sending ProgressSurface = .standardError
) -> @Sendable (TrainingProgress) -> Void {
    let bar = TrainingBar(title, on: surface)
    return { bar.draw($0) }
}

/// The bar, made when the number of steps is known.
private final class TrainingBar: Sendable {
    private let title: String
    private let state: Mutex<(surface: ProgressSurface, bar: ProgressBar?)>

    init(_ title: String, on surface: sending ProgressSurface) {
        self.title = title
        state = Mutex((surface, nil))
    }

    func draw(_ progress: TrainingProgress) {
        state.withLock { state in
            var bar =
                state.bar
                ?? ProgressBar(
                    title, total: progress.totalUpdates, startingAt: progress.updates, on: state.surface)
            bar.update(to: progress.updates, note: progress.note)
            if progress.isFinished { bar.finish() }
            state.bar = bar
        }
    }
}

extension TrainingProgress {
    /// Epoch and losses in words: `epoch 3, loss 0.1234, validation loss 0.2345`.
    public var note: String {
        let losses = [("loss", trainingLoss), ("validation loss", validationLoss)]
        return
            (["epoch \(epoch)"] + losses.compactMap { name, loss in loss.map { "\(name) \(Self.rounded($0))" } })
            .joined(separator: ", ")
    }

    /// With four digits behind the point.
    private static func rounded(_ loss: Float) -> String {
        guard loss.isFinite, abs(loss) < 1e9 else { return "\(loss)" }
        let units = Int((Double(abs(loss)) * 10_000).rounded())
        let fraction = "\(units % 10_000)"
        return (loss < 0 ? "-" : "") + "\(units / 10_000)."
            + String(repeating: "0", count: 4 - fraction.count) + fraction
    }
}
