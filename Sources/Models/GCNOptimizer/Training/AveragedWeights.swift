import Kernels
import Layers
import Tensors

/// The running mean of a model's weights over the steps of its training: less noisy than those of any step.
///
///     a ← a + max(1 - d, 10 / (t + 10)) (w - a)
///
/// with the decay d, after t steps: what the first steps were like is soon forgotten. Polyak and Juditsky, "Acceleration of
/// stochastic approximation by averaging", 1992, with an exponential window.
struct AveragedWeights<Model: Module>: Sendable {
    /// The model with the mean weights.
    private(set) var model: Model
    private let decay: Float
    private var steps = 0

    init(_ model: Model, decay: Float) {
        precondition(decay >= 0 && decay < 1, "a decay of \(decay)")
        self.model = model
        self.decay = decay
    }

    /// Takes in the weights of `other` after a step.
    mutating func add(_ other: Model) {
        steps += 1
        let share = max(1 - decay, 10 / Float(steps + 10))
        var (other, weights) = (other, [[Float]]())
        other.forEachParameter { _, parameter in weights.append(parameter.scalars) }
        var place = 0
        model.forEachParameter { _, parameter in
            let own = weights[place]
            parameter.update { mean in
                Elementwise.update(&mean, with: own.span) { $0 + share * ($1 - $0) }
            }
            place += 1
        }
    }
}
