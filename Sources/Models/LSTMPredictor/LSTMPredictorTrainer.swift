import Files
import Foundation
import Kernels
import Layers
import Prediction
import Tensors
import Training
import Workflows

/// Trains an ``LSTMPredictor`` on top of a base.
///
/// The network learns what the base leaves: residuals of executions that the base had not seen (five folds), so that it
/// meets in service what it met in training. A fifth of the executions, in blocks, decides when to stop, how much of the
/// correction each type and target takes, and what interval it gets.
public struct LSTMPredictorTrainer: PredictorTrainer {
    /// `lstm`
    public let kind = "lstm"
    /// Makes the base.
    public var base: StatisticsTrainer
    /// The network's shape.
    public var architecture: LSTMArchitecture
    /// Epochs, batches, step size.
    public var loop: TrainingLoop<AdamW>
    /// What goes on beside the training.
    public var session: TrainingSession

    /// A trainer with the given parts.
    public init(
        base: StatisticsTrainer = .gated, architecture: LSTMArchitecture = LSTMArchitecture(),
        loop: TrainingLoop<AdamW> = TrainingLoop(
            AdamW(learningRate: 0.002, weightDecay: 1e-4), epochs: 25, batchSize: 64, patience: 4),
        session: TrainingSession = TrainingSession()
    ) {
        self.base = base
        self.architecture = architecture
        self.loop = loop
        self.session = session
    }

    /// A predictor that has learned from `executions`.
    public func train(on executions: [TaskExecution], seed: UInt64) throws -> any ResourcePredictor {
        try trainLSTM(on: executions, seed: seed)
    }

    /// The same, with its type.
    public func trainLSTM(on executions: [TaskExecution], seed: UInt64) throws -> LSTMPredictor {
        let usable = Self.inOrderOfCompletion(executions.filter(\.isUsable))
        var generator = SeededGenerator(seed: seed)
        var predictor = LSTMPredictor(
            architecture: architecture, network: LSTMNetwork(architecture, using: &generator),
            base: StatisticsPredictor(rules: base.rules, executions: executions), memory: StepMemory(), types: [:],
            pooled: TypeCalibration(scale: TypeScale([]), gate: [0, 0, 0], residuals: []))
        let samples = Self.samples(usable, base: base, seed: seed, into: &predictor)
        predictor.calibrate(samples, outputs: nil)
        let set = SequenceSet(samples, predictor: predictor)
        guard set.training.count >= 32, !set.validation.isEmpty else {
            if let checkpoint = session.checkpoint, checkpoint.resumes {
                throw InputError(
                    "leaves too little to train by epochs on, so the checkpoint is not of this run",
                    file: checkpoint.path, field: "history")
            }
            return predictor
        }
        try loop.run(
            &predictor.network, samples: set.training.count, seed: generator.next(), session: session,
            loss: { network, batch in set.loss(network, of: batch.map { set.training[$0] }) },
            validationLoss: { set.meanLoss($0, of: set.validation) })
        predictor.calibrate(samples, outputs: set.outputs(predictor.network, of: set.validation))
        return predictor
    }

    /// By completion; executions without a moment stay where they are.
    private static func inOrderOfCompletion(_ executions: [TaskExecution]) -> [TaskExecution] {
        guard executions.allSatisfy({ $0.completedAt != nil }) else { return executions }
        return executions.enumerated().sorted {
            ($0.element.completedAt ?? 0, $0.offset) < ($1.element.completedAt ?? 0, $1.offset)
        }.map(\.element)
    }

    /// Each execution with the forecast of a base that had not seen it; the steps go into the predictor's memory.
    private static func samples(
        _ usable: [TaskExecution], base: StatisticsTrainer, seed: UInt64, into predictor: inout LSTMPredictor
    ) -> [LSTMSample] {
        var generator = SeededGenerator(seed: seed ^ 0xF01D)
        let folds = usable.map { _ in Int(generator.next() % 5) }
        var forecasts = [[Double]?](repeating: nil, count: usable.count)
        for fold in 0..<5 {
            let held = usable.indices.filter { folds[$0] == fold }
            let rest = usable.indices.filter { folds[$0] != fold }
            guard !held.isEmpty, !rest.isEmpty else { continue }
            // By the rules that the base will answer by, so that what it leaves here is what it leaves in service.
            let blind = StatisticsPredictor(
                rules: base.rules, executions: rest.map { usable[$0] }, choices: predictor.base.choices)
            let answers = blind.predict(held.map { usable[$0].task })
            for (place, answer) in zip(held, answers) { forecasts[place] = answer.logarithms }
        }
        var counts: [String: Int] = [:]
        return usable.indices.compactMap { place in
            guard let base = forecasts[place] else { return nil }
            let type = usable[place].task.taskType
            let step = predictor.step(usable[place], base: base)
            predictor.memory.insert(step, type: type)
            let rank = counts[type, default: 0]
            counts[type] = rank + 1
            return LSTMSample(type: type, rank: rank, submittedAt: usable[place].task.submittedAt, step: step)
        }
    }
}
