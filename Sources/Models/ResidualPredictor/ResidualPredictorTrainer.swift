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

    /// A predictor that has learned from `executions`.
    public func train(on executions: [TaskExecution], seed: UInt64) throws -> any ResourcePredictor {
        try trainResidual(on: executions, seed: seed)
    }

    /// Samples that it takes to train a network.
    private static var enough: Int { 32 }

    /// The same, with its type.
    public func trainResidual(on executions: [TaskExecution], seed: UInt64) throws -> ResidualPredictor<Network> {
        let usable = Self.inOrderOfCompletion(executions.filter(\.isUsable))
        var generator = SeededGenerator(seed: seed)
        let base = StatisticsPredictor(rules: base.rules, executions: executions)
        let samples = ResidualSample.all(usable)
        let blind = BlindForecasts(of: usable, base: base, seed: seed)
        var predictor = ResidualPredictor(
            architecture: architecture, network: Network(architecture, using: &generator), base: base,
            memory: StepMemory(), calibrations: Calibrations(samples, blind))
        for (sample, forecast) in zip(samples, blind.inFolds) {
            guard let forecast else { continue }
            predictor.memory.insert(sample.step(forecast, memory: &predictor.memory), of: sample.task)
        }
        let near = Division.blocks(samples, blind)
        let set = set(of: samples, near, predictor)
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
        let judgedNear = judged(samples, near, set, by: predictor.network, predictor)
        let judgedBeyond = try judgedBeyond(
            samples, blind, start: start, records: records, seed: generator.next(), predictor)
        predictor.calibrations.judge(samples, blind, near: judgedNear, beyond: judgedBeyond)
        return predictor
    }

    /// By completion; executions without a moment stay where they are.
    private static func inOrderOfCompletion(_ executions: [TaskExecution]) -> [TaskExecution] {
        guard executions.allSatisfy({ $0.completedAt != nil }) else { return executions }
        return executions.enumerated().sorted {
            ($0.element.completedAt ?? 0, $0.offset) < ($1.element.completedAt ?? 0, $1.offset)
        }.map(\.element)
    }

    private func set(
        of samples: [ResidualSample], _ division: Division, _ predictor: ResidualPredictor<Network>
    ) -> SequenceSet<Network> {
        SequenceSet(
            samples, division, scales: predictor.calibrations.types.mapValues(\.group.scale),
            scale: predictor.calibrations.all.scale, architecture: architecture)
    }

    /// What a second network, trained for as many epochs as were best for the first, says of what lies beyond.
    private func judgedBeyond(
        _ samples: [ResidualSample], _ blind: BlindForecasts, start: Network, records: [EpochRecord], seed: UInt64,
        _ predictor: ResidualPredictor<Network>
    ) throws -> [JudgedForecast] {
        guard let division = Division.beyond(samples, blind) else { return [] }
        let set = set(of: samples, division, predictor)
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
        return judged(samples, division, set, by: network, predictor)
    }

    private func judged(
        _ samples: [ResidualSample], _ division: Division, _ set: SequenceSet<Network>, by network: Network,
        _ predictor: ResidualPredictor<Network>
    ) -> [JudgedForecast] {
        let outputs = set.outputs(network, of: set.judging)
        return set.judging.compactMap { place in
            guard let base = division.forecasts[place], let output = outputs[place] else { return nil }
            let (medians, spread) = (
                base.medians, predictor.calibrations.scale(ofType: samples[place].type).residual
            )
            let learned = output.enumerated().map { offset, residual in
                medians[offset / BaseForecast.levels] + residual * spread[offset / BaseForecast.levels]
            }
            return JudgedForecast(
                place: place, base: base, learned: learned, actual: samples[place].actual, age: set.ages[place])
        }
    }
}
