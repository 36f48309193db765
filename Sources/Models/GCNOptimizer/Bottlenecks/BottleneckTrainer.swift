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
        /// How it goes down the loss; a sample is a workflow.
        public var descent = AveragedDescent()

        /// The settings that were chosen on applications to validate.
        public init() {}

        /// The same with another number of steps, and a workflow for each four of them.
        public init(steps: Int) {
            descent = AveragedDescent(steps: steps)
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
            settings.workflows > 0 && settings.runs > 0 && settings.descent.batch > 0,
            "\(settings.workflows) workflows, \(settings.runs) runs, \(settings.descent.batch) in a step")
        var generator = SeededGenerator(seed: seed)
        let drawn = try (0..<settings.workflows).map { _ in try GeneratedWorkflow(using: &generator) }
        let scales = GraphScales(of: drawn.map { TaskGraph($0.instance) }, spreads: drawn.map(\.spreads))
        var model = GCNBottlenecks(architecture, scales: scales, using: &generator)
        let inputs = drawn.map { model.input($0.expectedRun, $0.instance, $0.spreads) }
        let targets = drawn.map { Targets($0, runs: settings.runs, using: &generator) }
        // Columns of the outputs by products, which have a derivative.
        let columns = (Tensor([1, 0], shape: [2, 1]), Tensor([0, 1], shape: [2, 1]))
        model.network = settings.descent.run(
            model.network, samples: drawn.count, using: &generator, progress: progress
        ) { network, place in
            let result = valueAndGradient(of: network) { network in
                let outputs = network(inputs[place])
                return binaryCrossEntropy(
                    logits: outputs.matmul(columns.0), targets: targets[place].probabilities)
                    + meanSquaredError(outputs.matmul(columns.1), targets[place].delays)
            }
            return (result.value, result.gradients)
        }
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
}
