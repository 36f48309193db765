import Files
import Kernels
import Layers
import Prediction
import Tensors
import Training
import Workflows

/// Trains a ``ResidualPredictor`` on top of a base.
///
/// The network learns what the base leaves of executions that it had not seen, so that it meets in service what it met
/// in training. It is then judged twice, because each way of holding out lets something through that the other does not:
/// on blocks of executions among those that it learned from, which also decide when the training stops; and, by a second
/// network of as many epochs, on what lies beyond: the later executions where there are moments, else other runs. The
/// first one is kept, and has a say for a type and target where both were ahead of the base by more than chance.
public struct ResidualPredictorTrainer<Network: ResidualNetwork>: PredictorTrainer {
    /// The kind of model.
    public var kind: String { Network.kind }
    /// Makes the base.
    public var base: StatisticsTrainer
    /// The network's shape.
    public var architecture: Network.Architecture
    /// Epochs, batches, step size.
    public var loop: TrainingLoop<AdamW>
    /// What goes on beside the training.
    public var session: TrainingSession

    /// A trainer with the given parts.
    public init(
        base: StatisticsTrainer = .gated, architecture: Network.Architecture, loop: TrainingLoop<AdamW>,
        session: TrainingSession = TrainingSession()
    ) {
        self.base = base
        self.architecture = architecture
        self.loop = loop
        self.session = session
    }

    /// The same trainer, on a base that knows of machines what `benchmarks` say.
    public func knowing(_ benchmarks: [MachineBenchmark]) -> ResidualPredictorTrainer {
        var trainer = self
        trainer.base = base.knowing(benchmarks)
        return trainer
    }

    /// A predictor that has learned from `executions`.
    public func train(on executions: [TaskExecution], seed: UInt64) throws -> any ResourcePredictor {
        try trainResidual(on: executions, seed: seed)
    }

    /// Samples that it takes to train a network.
    private static var enough: Int { 32 }

    /// The same, with its type.
    public func trainResidual(on executions: [TaskExecution], seed: UInt64) throws -> ResidualPredictor<Network> {
        var generator = SeededGenerator(seed: seed)
        let base = StatisticsPredictor(
            rules: base.rules, executions: executions, benchmarks: base.benchmarks)
        let (samples, blind) = BlindForecasts.samples(of: base)
        var predictor = ResidualPredictor(
            architecture: architecture, network: Network(architecture, using: &generator), base: base,
            memory: StepMemory(), calibrations: Calibrations(samples, blind))
        for (place, sample) in samples.enumerated() {
            guard let forecast = blind.forecast(place) else { continue }
            predictor.memory.insert(sample.step(forecast, memory: &predictor.memory), of: sample.task)
        }
        let set = SequenceSet<Network>(
            samples, blind, .near(samples), predictor.calibrations, architecture: architecture)
        guard set.training.count >= Self.enough, !set.judging.isEmpty else {
            if let checkpoint = session.checkpoint, checkpoint.resumes {
                throw InputError(
                    "leaves too little to train by epochs on, so the checkpoint is not of this run",
                    file: checkpoint.path, field: "history")
            }
            return predictor
        }
        let start = predictor.network
        let records = try loop.run(
            &predictor.network, samples: set.training.count, seed: generator.next(), session: session,
            loss: { network, batch in set.loss(network, of: batch.map { set.training[$0] }) },
            validationLoss: { set.meanLoss($0, of: set.judging) })
        let near = set.judged(predictor.network, samples, predictor.calibrations)
        let beyond = try judgedBeyond(
            samples, blind, start: start, records: records, seed: generator.next(), predictor.calibrations)
        predictor.calibrations.judge(samples, near: near, beyond: beyond)
        return predictor
    }

    /// What a second network, trained for as many epochs as were best for the first, says of what lies beyond.
    private func judgedBeyond(
        _ samples: [ResidualSample], _ blind: BlindForecasts, start: Network, records: [EpochRecord], seed: UInt64,
        _ calibrations: Calibrations
    ) throws -> [JudgedForecast] {
        guard let division = Division.beyond(samples) else { return [] }
        let set = SequenceSet<Network>(samples, blind, division, calibrations, architecture: architecture)
        guard set.training.count >= Self.enough, !set.judging.isEmpty else { return [] }
        let best = records.min { ($0.validationLoss, $0.epoch) < ($1.validationLoss, $1.epoch) }
        var loop = loop
        loop.epochs = best?.epoch ?? 0
        var network = start
        // What judges must not choose: each epoch counts as better than the one before.
        var epoch: Float = 0
        do {
            try loop.run(
                &network, samples: set.training.count, seed: seed,
                session: TrainingSession(shouldStop: session.shouldStop),
                loss: { network, batch in set.loss(network, of: batch.map { set.training[$0] }) },
                validationLoss: { _ in
                    epoch -= 1
                    return epoch
                })
        } catch var interruption as TrainingInterruption {
            // It goes on from the end of the first network's training.
            interruption.checkpoint = session.checkpoint?.path
            throw interruption
        }
        return set.judged(network, samples, calibrations)
    }
}
