import Kernels
import Layers
import Tensors
import Training
import WorkflowOptimization

/// Trains ``GCNGains`` on workflows that it draws and runs once with each change that is proposed for them.
///
/// Labels are the parts of the makespan that the changes gain alone; the loss is the squared error of these, in tenths.
public struct GainTrainer: Sendable {
    /// Settings of the training.
    public struct Settings: Sendable, Hashable {
        /// Workflows that are drawn.
        public var workflows = 2000
        /// How it goes down the loss; a sample is a workflow.
        public var descent = AveragedDescent()

        /// The settings that were chosen on drawn workflows to validate.
        public init() {}

        /// The same with another number of steps, and a workflow for each four of them.
        public init(steps: Int) {
            descent = AveragedDescent(steps: steps)
            workflows = max(1, steps / 4)
        }
    }

    /// The shape of the layers that read the workflow.
    public var architecture: GCNArchitecture
    /// Settings of the training.
    public var settings: Settings

    /// A trainer.
    public init(
        architecture: GCNArchitecture = GCNArchitecture(hidden: [32, 16], hasMessages: false),
        settings: Settings = Settings()
    ) {
        (self.architecture, self.settings) = (architecture, settings)
    }

    /// Trains a network.
    ///
    /// - Parameter progress: told of the mean loss of every hundred steps.
    public func train(seed: UInt64, progress: (_ step: Int, _ loss: Float) -> Void = { _, _ in }) throws -> GCNGains {
        precondition(
            settings.workflows > 0 && settings.descent.batch > 0,
            "\(settings.workflows) workflows, \(settings.descent.batch) in a step")
        var generator = SeededGenerator(seed: seed)
        let drawn = try Self.drawn(settings.workflows, using: &generator)
        var model = GCNGains(
            architecture, scales: GraphScales(of: drawn.map { TaskGraph($0.instance) }), using: &generator)
        let inputs = drawn.map { model.input($0.changes, $0.timetable, $0.instance) }
        let targets = drawn.map { drawn in
            Tensor(drawn.gains.map { Float(max($0, -1) / GCNGains.unit) }, shape: [drawn.gains.count, 1])
        }
        model.network = settings.descent.run(
            model.network, samples: drawn.count, using: &generator, progress: progress
        ) { network, place in
            let result = valueAndGradient(of: network) { meanSquaredError($0(inputs[place]), targets[place]) }
            return (result.value, result.gradients)
        }
        return model
    }

    /// What drawn workflows are for that nothing is learned from.
    public enum Part: UInt64, Sendable {
        /// Choosing settings.
        case validation = 0x6a14_5eed_0fc4_a6e
        /// Saying what a version has learned.
        case promotion = 0x9e0d_10f1_75c4_a57
    }

    /// Workflows drawn from a seed of their own, with what each change of them gains.
    public static func unseen(_ count: Int, _ part: Part = .promotion) throws -> [SimulatedChanges] {
        var generator = SeededGenerator(seed: part.rawValue)
        return try drawn(count, using: &generator)
    }

    /// Workflows for which changes are proposed.
    private static func drawn(_ count: Int, using generator: inout SeededGenerator) throws -> [SimulatedChanges] {
        var found: [SimulatedChanges] = []
        while found.count < count {
            let changes = try SimulatedChanges(ImperfectWorkflow(using: &generator).question())
            if !changes.changes.isEmpty { found.append(changes) }
        }
        return found
    }
}
