import Kernels
import Layers
import Tensors
import Training

/// Adam with a learning rate that falls along a cosine to a hundredth, on batches drawn with replacement; what is kept is the
/// running mean of the weights.
public struct AveragedDescent: Sendable, Hashable {
    /// Steps.
    public var steps = 8000
    /// Samples in a step.
    public var batch = 8
    /// Of Adam, at the start.
    public var learningRate: Float = 0.003
    /// Of the gradient.
    public var maximumNorm: Float = 1
    /// Of the mean of the weights that is kept.
    public var decay: Float = 0.995

    /// With so many steps.
    init(steps: Int = 8000) { self.steps = steps }

    /// Numbers by name, as in a manifest: its own and `others`, with `prefix` before the names.
    func hyperparameters(beside others: [String: Int], prefix: String) -> [String: Double] {
        let own = [
            "steps": Double(steps), "batch": Double(batch), "learningRate": Double(learningRate),
            "maximumNorm": Double(maximumNorm), "decay": Double(decay),
        ]
        let all = own.merging(others.mapValues { Double($0) }) { own, _ in own }
        return Dictionary(uniqueKeysWithValues: all.map { (prefix + $0.key, $0.value) })
    }

    /// The trained `model`. A step whose gradient is not finite is left out.
    ///
    /// - Parameters:
    ///   - samples: how many there are to learn from, at least one.
    ///   - progress: told of the mean loss of every hundred steps, and of the last ones.
    ///   - loss: of the sample at a place, and its gradient.
    func run<Model: Module>(
        _ model: Model, samples: Int, using generator: inout SeededGenerator,
        progress: (_ step: Int, _ loss: Float) -> Void, loss: (Model, Int) -> (value: Float, gradients: Gradients)
    ) -> Model {
        precondition(samples > 0 && batch > 0, "\(samples) samples, \(batch) in a step")
        var model = model
        var mean = AveragedWeights(model, decay: decay)
        var adam = Adam(learningRate: learningRate)
        let schedule = LearningRateSchedule.cosine(over: .updates(steps), floor: 0.01)
        var (losses, counted): (Float, Int) = (0, 0)
        for step in 0..<steps {
            adam.learningRate = learningRate * Float(schedule.factor(updates: step, epochs: 0))
            let places = (0..<batch).map { _ in Int(generator.next() % UInt64(samples)) }
            var (sum, gradients) = loss(model, places[0])
            for place in places.dropFirst() {
                let result = loss(model, place)
                sum += result.value
                gradients.add(result.gradients, share: 1)
            }
            gradients.scale(by: 1 / Float(batch))
            losses += sum / Float(batch)
            counted += 1
            if gradients.firstNotFinite == nil {
                gradients.clip(toNorm: maximumNorm)
                adam.update(&model, along: gradients)
                mean.add(model)
            }
            guard (step + 1) % 100 == 0 || step + 1 == steps else { continue }
            progress(step + 1, losses / Float(counted))
            (losses, counted) = (0, 0)
        }
        return mean.model
    }
}
