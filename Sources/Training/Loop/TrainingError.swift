/// Why a training ended without a model.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The loss of a step was infinite or no number.
    case lossNotFinite(parameter: String, epoch: Int, step: Int)
    /// The gradient by a parameter was infinite or no number.
    case gradientNotFinite(parameter: String, epoch: Int, step: Int)
    /// The loss of a step was over the limit.
    case lossExploded(loss: Float, limit: Float, parameter: String, epoch: Int, step: Int)

    /// The reason in words.
    public var description: String {
        let (what, parameter, epoch, step) =
            switch self {
            case .lossNotFinite(let parameter, let epoch, let step):
                ("the loss is not a finite number", parameter, epoch, step)
            case .gradientNotFinite(let parameter, let epoch, let step):
                ("a gradient is not finite", parameter, epoch, step)
            case .lossExploded(let loss, let limit, let parameter, let epoch, let step):
                ("the loss of \(loss) is over the limit of \(limit)", parameter, epoch, step)
            }
        return "\(what) in epoch \(epoch), step \(step), first seen in the parameter \(parameter); "
            + "a smaller learning rate or clipping may help"
    }
}

/// A training ended because it was asked to, after the step that was under way.
public struct TrainingInterruption: Error, Equatable, Sendable, CustomStringConvertible {
    /// The epoch under way, from 1.
    public var epoch: Int
    /// Steps of it that are done.
    public var step: Int
    /// The file from which the training can go on; nil where none was asked for.
    public var checkpoint: String?

    package init(epoch: Int, step: Int, checkpoint: String?) {
        self.epoch = epoch
        self.step = step
        self.checkpoint = checkpoint
    }

    /// How far it came.
    public var description: String {
        "the training was interrupted in epoch \(epoch) after \(step) step\(step == 1 ? "" : "s")"
            + (checkpoint.map { "; it can go on from \($0)" } ?? "")
    }
}
