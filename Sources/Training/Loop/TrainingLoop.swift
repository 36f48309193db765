import Files
import Kernels
import Layers
import Tensors

/// Epochs of mini-batches until the validation loss stops falling; the weights of the best epoch are kept.
///
/// ```swift
/// let loop = TrainingLoop(
///     AdamW(learningRate: 0.002), schedule: .warmUp(over: .updates(100), then: .cosine(over: .epochs(25))),
///     epochs: 25, batchSize: 64, clipping: .norm(1), patience: 4)
/// let records = try loop.run(&network, samples: count, seed: 1) { network, batch in
///     huberLoss(network(inputs(batch)), targets(batch))
/// } validationLoss: { network in
///     huberLoss(network(heldOut.inputs), heldOut.targets).scalar
/// }
/// ```
/// What comes out is a function of the model, the samples, these settings and the seed: the same bit for bit on the same
/// kind of CPU, and whether the training was interrupted and resumed in between or not.
public struct TrainingLoop<Rule: Optimizer>: Equatable, Sendable {
    /// Moves the weights: as it is before the first step, with the learning rate that the schedule changes.
    public var optimizer: Rule
    /// How the learning rate changes.
    public var schedule: LearningRateSchedule
    /// At most this many passes over the samples.
    public var epochs: Int
    /// Samples in a step.
    public var batchSize: Int
    /// Samples that are computed at once; nil for the whole batch. The gradients of the parts are added up, each by its
    /// share of the samples: this is the batch's own gradient, in less memory, wherever a loss is a mean over samples.
    public var microBatchSize: Int?
    /// The bound on gradients.
    public var clipping: Clipping
    /// Epochs without a lower validation loss before it stops.
    public var patience: Int
    /// The loss explodes where its magnitude is over this many times that of the first batch, or over this number where
    /// the first batch's was below 1; infinity lets it grow.
    public var explosionFactor: Float

    /// A loop with the given settings.
    public init(
        _ optimizer: Rule, schedule: LearningRateSchedule = .constant, epochs: Int = 30, batchSize: Int = 32,
        microBatchSize: Int? = nil, clipping: Clipping = .norm(1), patience: Int = 5, explosionFactor: Float = 1e6
    ) {
        self.optimizer = optimizer
        self.schedule = schedule
        self.epochs = epochs
        self.batchSize = batchSize
        self.microBatchSize = microBatchSize
        self.clipping = clipping
        self.patience = patience
        self.explosionFactor = explosionFactor
    }

    /// Trains `model` in place.
    ///
    /// - Parameters:
    ///   - count: how many samples there are.
    ///   - seed: decides the order of the samples, and what the loss draws.
    ///   - session: what goes on beside the training.
    ///   - loss: the mean loss of the samples at some places.
    ///   - validationLoss: the loss on samples that are kept apart.
    /// - Returns: one record for each epoch.
    /// - Throws: ``TrainingError`` where the loss or a gradient is no finite number or the loss explodes;
    ///   ``TrainingInterruption`` where the session ends it; `InputError` where a checkpoint or a log cannot be written, or
    ///   the checkpoint to resume from is of another run. The model is then as it was at its best.
    @discardableResult
    public func run<Model: Module>(
        _ model: inout Model, samples count: Int, seed: UInt64, session: TrainingSession = TrainingSession(),
        loss: (Model, ArraySlice<Int>) -> Tensor, validationLoss: (Model) -> Float
    ) throws -> [EpochRecord] {
        try run(
            &model, samples: count, seed: seed, session: session,
            drawingLoss: { model, batch, _ in loss(model, batch) }, validationLoss: validationLoss)
    }

    /// Trains `model` in place, with a loss that draws random numbers, as for dropout.
    ///
    /// - Parameter drawingLoss: the mean loss of the samples at some places; its generator is part of the checkpoint.
    @discardableResult
    public func run<Model: Module>(
        _ model: inout Model, samples count: Int, seed: UInt64, session: TrainingSession = TrainingSession(),
        drawingLoss loss: (Model, ArraySlice<Int>, inout SeededGenerator) -> Tensor, validationLoss: (Model) -> Float
    ) throws -> [EpochRecord] {
        precondition(
            batchSize > 0 && microBatchSize ?? 1 > 0, "batches of \(batchSize), parts of \(microBatchSize ?? 1)")
        let configuration = configuration(session.identity, of: model, samples: count, seed: seed)
        var state = try start(model, samples: count, seed: seed, session, configuration, validationLoss)
        defer { model = state.best }
        for log in session.logs { try log.begin(configuration, updates: state.updates) }
        session.progress(progress(of: state, samples: count))
        while !state.isFinished {
            let batches = Batches(of: count, size: batchSize, seed: seed, epoch: state.epoch)
            for batch in batches.dropFirst(state.step) {
                let record = try step(&state, on: batch, loss)
                for log in session.logs { try log.add(record) }
                let progress = progress(of: state, samples: count)
                session.progress(progress)
                if session.shouldStop(progress) { throw try interruption(of: state, session, configuration) }
            }
            let record = endEpoch(&state, validationLoss: validationLoss(state.model))
            for log in session.logs { try log.add(record) }
            session.progress(progress(of: state, samples: count))
            try session.checkpoint?.write(state, configuration)
        }
        return state.records
    }

    /// The state before the first step, or that of the checkpoint.
    private func start<Model: Module>(
        _ model: Model, samples count: Int, seed: UInt64, _ session: TrainingSession, _ configuration: JSONObject,
        _ validationLoss: (Model) -> Float
    ) throws -> TrainingState<Model, Rule> {
        var state = TrainingState(
            model: model, best: model, optimizer: optimizer,
            rate: ScheduledLearningRate(optimizer.learningRate, schedule), stopping: EarlyStopping(patience: patience),
            generator: SeededGenerator(seed: seed ^ 0xD1CE), isFinished: epochs < 1)
        if let checkpoint = session.checkpoint, checkpoint.resumes {
            try checkpoint.read(&state, configuration, epochs: epochs, samples: count, batchSize: batchSize)
        } else {
            // The model that it starts from counts as an epoch: training never ends with a worse one.
            _ = state.stopping.judge(loss: validationLoss(model), epoch: 0)
        }
        return state
    }

    private func endEpoch<Model: Module>(
        _ state: inout TrainingState<Model, Rule>, validationLoss: Float
    ) -> EpochRecord {
        let record = EpochRecord(
            epoch: state.epoch, updates: state.updates,
            trainingLoss: Float(state.lossSum / Double(max(state.samples, 1))),
            validationLoss: validationLoss,
            learningRate: state.rate(updates: max(state.updates - 1, 0), epochs: state.epoch - 1))
        state.records.append(record)
        state.rate.judge(loss: validationLoss)
        let verdict = state.stopping.judge(loss: validationLoss, epoch: state.epoch)
        if case .best = verdict { state.best = state.model }
        if case .stop = verdict { state.isFinished = true }
        state.epoch += 1
        (state.step, state.lossSum, state.samples) = (0, 0, 0)
        if state.epoch > epochs { state.isFinished = true }
        return record
    }

    private func interruption<Model: Module>(
        of state: TrainingState<Model, Rule>, _ session: TrainingSession, _ configuration: JSONObject
    ) throws -> TrainingInterruption {
        try session.checkpoint?.write(state, configuration)
        return TrainingInterruption(epoch: state.epoch, step: state.step, checkpoint: session.checkpoint?.path)
    }

    private func progress<Model: Module>(of state: TrainingState<Model, Rule>, samples count: Int) -> TrainingProgress {
        TrainingProgress(
            updates: state.updates, totalUpdates: epochs * Batches.count(of: count, size: batchSize),
            epoch: state.isFinished ? state.records.count : state.epoch,
            trainingLoss: state.samples == 0 ? nil : Float(state.lossSum / Double(state.samples)),
            validationLoss: state.records.last?.validationLoss, isFinished: state.isFinished)
    }
}
