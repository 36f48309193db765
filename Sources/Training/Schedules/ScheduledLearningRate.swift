/// The learning rate of a training: the optimizer's own, times what a schedule makes of it.
///
/// ```swift
/// var rate = ScheduledLearningRate(0.001, .reduceOnPlateau(factor: 0.5, patience: 2))
/// optimizer.learningRate = rate(updates: 0, epochs: 0)
/// rate.judge(loss: validationLoss)        // after each epoch
/// ```
public struct ScheduledLearningRate: Sendable, Equatable {
    /// λ before the schedule.
    public let base: Float
    /// The schedule.
    public let schedule: LearningRateSchedule
    /// What was seen of the validation loss.
    var plateau = Plateau()

    /// What a reduction on a plateau depends on.
    struct Plateau: Sendable, Equatable {
        /// The lowest loss so far.
        var bestLoss = Float.infinity
        /// Epochs since, as far as they count.
        var waited = 0
        /// Epochs to come that do not count.
        var cooldown = 0
        /// Reductions so far.
        var reductions = 0
    }

    /// The rate `base` under `schedule`.
    public init(_ base: Float, _ schedule: LearningRateSchedule = .constant) {
        self.base = base
        self.schedule = schedule
    }

    /// The rate after `updates` steps and `epochs` passes over the samples.
    public func callAsFunction(updates: Int, epochs: Int) -> Float {
        var factor = schedule.factor(updates: updates, epochs: epochs)
        if case .reduceOnPlateau(let reduction, _, _, _, let floor) = schedule.plateau {
            let reduced = (0..<plateau.reductions).reduce(1.0) { product, _ in product * Double(reduction) }
            factor *= max(reduced, Double(floor))
        }
        return Float(Double(base) * factor)
    }

    /// Tells it the validation `loss` after an epoch.
    public mutating func judge(loss: Float) {
        guard case .reduceOnPlateau(_, let patience, let threshold, let cooldown, _) = schedule.plateau else { return }
        if loss < plateau.bestLoss * (1 - threshold) {
            plateau.bestLoss = loss
            plateau.waited = 0
        } else {
            plateau.waited += 1
        }
        if plateau.cooldown > 0 {
            plateau.cooldown -= 1
            plateau.waited = 0
        }
        if plateau.waited > patience {
            plateau.reductions += 1
            plateau.cooldown = cooldown
            plateau.waited = 0
        }
    }
}
