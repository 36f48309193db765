import Kernels
import Layers
import Scheduling
import Simulation
import Tensors
import Training

/// Trains ``GCNBottlenecks`` on workflows that it draws and runs many times each with durations resampled.
///
/// Labels are ``BottleneckShares``; the loss is the binary cross entropy of the probabilities plus the squared error of the
/// delays, in tenths of the makespan.
public struct BottleneckTrainer: Sendable {
    /// Settings of the training.
    public struct Settings: Sendable, Hashable {
        /// Workflows that are drawn.
        public var workflows = 2000
        /// Runs of each with durations resampled.
        public var runs = 32
        /// Steps.
        public var steps = 8000
        /// Workflows in a step.
        public var batch = 8
        /// Of Adam, at the start; it falls along a cosine to a hundredth.
        public var learningRate: Float = 0.003
        /// Of the gradient.
        public var maximumNorm: Float = 1
        /// Of the mean of the weights that is kept.
        public var decay: Float = 0.995

        /// The settings that were chosen on applications to validate.
        public init() {}

        /// The same with another number of steps, and a workflow for each four of them.
        public init(steps: Int) {
            self.steps = steps
            workflows = max(1, steps / 4)
        }
    }

    /// The shape of the network.
    public var architecture: GCNArchitecture
    /// Settings of the training.
    public var settings: Settings

    /// A trainer; messages along dependencies did no good on applications to validate, and are left out.
    public init(
        architecture: GCNArchitecture = GCNArchitecture(hasMessages: false), settings: Settings = Settings()
    ) {
        (self.architecture, self.settings) = (architecture, settings)
    }

    /// Trains a network.
    ///
    /// - Parameter progress: told of the mean loss of every hundred steps.
    public func train(seed: UInt64, progress: (_ step: Int, _ loss: Float) -> Void = { _, _ in }) throws
        -> GCNBottlenecks
    {
        precondition(
            settings.workflows > 0 && settings.runs > 0 && settings.batch > 0,
            "\(settings.workflows) workflows, \(settings.runs) runs, \(settings.batch) in a step")
        var generator = SeededGenerator(seed: seed)
        let drawn = try (0..<settings.workflows).map { _ in try GeneratedWorkflow(using: &generator) }
        let scales = GraphScales(of: drawn.map { TaskGraph($0.instance) }, spreads: drawn.map(\.spreads))
        var model = GCNBottlenecks(architecture, scales: scales, using: &generator)
        let inputs = drawn.map { model.input($0.expectedRun, $0.instance, $0.spreads) }
        let targets = drawn.map { Targets($0, runs: settings.runs, using: &generator) }
        var mean = AveragedWeights(model.network, decay: settings.decay)
        var adam = Adam(learningRate: settings.learningRate)
        let schedule = LearningRateSchedule.cosine(over: .updates(settings.steps), floor: 0.01)
        var losses: Float = 0
        for step in 0..<settings.steps {
            adam.learningRate = settings.learningRate * Float(schedule.factor(updates: step, epochs: 0))
            let places = (0..<settings.batch).map { _ in Int(generator.next() % UInt64(drawn.count)) }
            let (loss, found) = Self.gradients(model.network, places.map { (inputs[$0], targets[$0]) })
            var gradients = found
            losses += loss
            if gradients.firstNotFinite == nil {
                gradients.clip(toNorm: settings.maximumNorm)
                adam.update(&model.network, along: gradients)
                mean.add(model.network)
            }
            guard (step + 1) % 100 == 0 else { continue }
            progress(step + 1, losses / 100)
            losses = 0
        }
        model.network = mean.model
        return model
    }

    /// Workflows drawn from a seed of their own, each with the spreads of its durations, to see what was learned.
    public static func unseen(_ count: Int) throws -> [(instance: SchedulingInstance, spreads: [Double])] {
        var generator = SeededGenerator(seed: 0xb077_1e5e_c4ed_0b5e)
        return try (0..<count).map { _ in
            let drawn = try GeneratedWorkflow(using: &generator)
            return (drawn.instance, drawn.spreads)
        }
    }

    /// What the runs of a workflow said, [N, 1] each.
    private struct Targets {
        let probabilities: Tensor
        let delays: Tensor

        init(_ workflow: GeneratedWorkflow, runs: Int, using generator: inout SeededGenerator) {
            let shares = BottleneckShares(
                workflow.instance, spreads: workflow.spreads, runs: runs, using: &generator
            ).estimate
            let shape: Shape = [workflow.spreads.count, 1]
            probabilities = Tensor(shares.probabilities.map { Float($0) }, shape: shape)
            delays = Tensor(shares.delays.map { Float($0 / GCNBottlenecks.delayUnit) }, shape: shape)
        }
    }

    /// The mean loss over workflows of the mean over their tasks, and its gradient.
    private static func gradients(
        _ network: GCNNetwork, _ batch: [(input: GraphInput, targets: Targets)]
    ) -> (loss: Float, Gradients) {
        // Columns of the outputs by products, which have a derivative.
        let columns = (Tensor([1, 0], shape: [2, 1]), Tensor([0, 1], shape: [2, 1]))
        let results = batch.map { input, targets in
            valueAndGradient(of: network) { network in
                let outputs = network(input)
                return binaryCrossEntropy(logits: outputs.matmul(columns.0), targets: targets.probabilities)
                    + meanSquaredError(outputs.matmul(columns.1), targets.delays)
            }
        }
        var (loss, sum) = (results[0].value, results[0].gradients)
        for result in results.dropFirst() {
            loss += result.value
            sum.add(result.gradients, share: 1)
        }
        sum.scale(by: 1 / Float(batch.count))
        return (loss / Float(batch.count), sum)
    }
}
