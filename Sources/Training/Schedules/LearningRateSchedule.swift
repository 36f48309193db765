import Glibc

/// How the learning rate changes over a training, as a factor of the optimizer's own.
///
/// ```swift
/// let schedule = LearningRateSchedule.warmUp(over: .updates(200), then: .cosine(over: .epochs(25)))
/// ```
/// Lengths in epochs change the rate between epochs, lengths in updates after each update.
public indirect enum LearningRateSchedule: Sendable, Equatable {
    /// A length of training.
    public enum Length: Sendable, Equatable {
        /// That many steps of the optimizer.
        case updates(Int)
        /// That many passes over the samples.
        case epochs(Int)
    }

    /// 1.
    case constant
    /// γ^⌊t / n⌋ after t of every n.
    case step(every: Length, factor: Float = 0.1)
    /// `f + (1 - f) (1 + cos(π t / n)) / 2` after t of n, and the floor f from then on.
    ///
    /// Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, equation 5, without
    /// restarts.
    case cosine(over: Length, floor: Float = 0)
    /// `s + (1 - s) t / n` after t of n, and then what follows, whose own lengths begin at its end where they are of the
    /// same kind.
    ///
    /// Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.2.
    case warmUp(over: Length, from: Float = 0.01, then: LearningRateSchedule = .constant)
    /// The factor γ more after each `patience` + 1 epochs whose validation loss was no lower than (1 - `threshold`) times
    /// the lowest one, but not below the floor; the `cooldown` is the number of epochs after a reduction that do not
    /// count.
    case reduceOnPlateau(
        factor: Float = 0.1, patience: Int = 10, threshold: Float = 1e-4, cooldown: Int = 0, floor: Float = 0)

    /// The factor after `updates` steps and `epochs` passes; 1 for ``reduceOnPlateau(factor:patience:threshold:cooldown:floor:)``,
    /// which depends on losses: see ``ScheduledLearningRate``.
    public func factor(updates: Int, epochs: Int) -> Double {
        switch self {
        case .constant, .reduceOnPlateau: return 1
        case .step(let every, let factor):
            let (done, length) = every.progress(updates, epochs)
            return pow(Double(factor), Double(done / length))
        case .cosine(let over, let floor):
            let (done, length) = over.progress(updates, epochs)
            let floor = Double(floor)
            return floor + (1 - floor) * (1 + cos(.pi * Double(min(done, length)) / Double(length))) / 2
        case .warmUp(let over, let start, let then):
            let (done, length) = over.progress(updates, epochs)
            guard done >= length else {
                return Double(start) + (1 - Double(start)) * Double(done) / Double(length)
            }
            return switch over {
            case .updates: then.factor(updates: updates - length, epochs: epochs)
            case .epochs: then.factor(updates: updates, epochs: epochs - length)
            }
        }
    }

    /// The reduction on a plateau that is a part of it.
    var plateau: LearningRateSchedule? {
        switch self {
        case .reduceOnPlateau: self
        case .warmUp(_, _, let then): then.plateau
        case .constant, .step, .cosine: nil
        }
    }
}

extension LearningRateSchedule.Length {
    /// How much of which length is over.
    fileprivate func progress(_ updates: Int, _ epochs: Int) -> (done: Int, length: Int) {
        let (done, length) =
            switch self {
            case .updates(let count): (updates, count)
            case .epochs(let count): (epochs, count)
            }
        precondition(length > 0 && done >= 0, "\(done) of \(length) of a schedule")
        return (done, length)
    }
}
