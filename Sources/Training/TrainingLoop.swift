import Layers
import Tensors

/// Why a training ended without a model.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The loss of a step was infinite or no number.
    case lossNotFinite(epoch: Int, step: Int)
    /// The gradient by a parameter was infinite or no number.
    case gradientNotFinite(parameter: String, epoch: Int, step: Int)

    /// The reason in words.
    public var description: String {
        switch self {
        case .lossNotFinite(let epoch, let step):
            "the loss is not a finite number in epoch \(epoch), step \(step); a smaller learning rate may help"
        case .gradientNotFinite(let parameter, let epoch, let step):
            "the gradient by \(parameter) is not finite in epoch \(epoch), step \(step); a smaller learning rate may help"
        }
    }
}

/// What one epoch came to.
public struct EpochRecord: Codable, Equatable, Sendable {
    /// From 1.
    public var epoch: Int
    /// The mean loss over the training batches.
    public var trainingLoss: Float
    /// The loss on the validation samples, after the epoch.
    public var validationLoss: Float
}

/// Epochs of mini-batches until the validation loss stops falling; the weights of the best epoch are kept.
public struct TrainingLoop: Codable, Equatable, Sendable {
    /// At most this many passes over the samples.
    public var epochs: Int
    /// Samples in a step.
    public var batchSize: Int
    /// Step size of Adam.
    public var learningRate: Float
    /// Decoupled weight decay of Adam.
    public var weightDecay: Float
    /// The common norm that gradients are clipped to.
    public var maximumGradientNorm: Float
    /// Epochs without a lower validation loss before it stops.
    public var patience: Int

    /// A loop with the given settings.
    public init(
        epochs: Int = 30, batchSize: Int = 32, learningRate: Float = 0.001, weightDecay: Float = 0,
        maximumGradientNorm: Float = 1, patience: Int = 5
    ) {
        self.epochs = epochs
        self.batchSize = batchSize
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.maximumGradientNorm = maximumGradientNorm
        self.patience = patience
    }

    /// Trains `model` in place.
    ///
    /// - Parameters:
    ///   - count: how many samples there are.
    ///   - seed: decides the order of the samples.
    ///   - loss: the mean loss of the samples at some places.
    ///   - validationLoss: the loss on samples that are kept apart.
    ///   - progress: told of each epoch.
    /// - Returns: one record for each epoch.
    /// - Throws: ``TrainingError`` where the loss or a gradient is no finite number; the model is then as it was at its
    ///   best.
    public func run<Model: Module>(
        _ model: inout Model, samples count: Int, seed: UInt64,
        loss: (Model, ArraySlice<Int>) -> Tensor, validationLoss: (Model) -> Float,
        progress: (EpochRecord) -> Void = { _ in }
    ) throws -> [EpochRecord] {
        var optimizer = Adam(learningRate: learningRate, weightDecay: weightDecay)
        var stopping = EarlyStopping(patience: patience)
        var records: [EpochRecord] = []
        // The model that it starts from counts as an epoch: training never ends with a worse one.
        _ = stopping.judge(loss: validationLoss(model), epoch: 0)
        var best = model
        defer { model = best }
        for epoch in stride(from: 1, through: epochs, by: 1) {
            let trainingLoss = try pass(over: count, of: &model, with: &optimizer, seed: seed, epoch: epoch, loss: loss)
            let record = EpochRecord(epoch: epoch, trainingLoss: trainingLoss, validationLoss: validationLoss(model))
            records.append(record)
            progress(record)
            switch stopping.judge(loss: record.validationLoss, epoch: epoch) {
            case .best: best = model
            case .worse: break
            case .stop: return records
            }
        }
        return records
    }

    /// One epoch; returns the mean loss of its samples.
    private func pass<Model: Module>(
        over count: Int, of model: inout Model, with optimizer: inout Adam, seed: UInt64, epoch: Int,
        loss: (Model, ArraySlice<Int>) -> Tensor
    ) throws -> Float {
        var total = 0.0
        for (step, batch) in Batches(of: count, size: batchSize, seed: seed, epoch: epoch).enumerated() {
            var (value, gradients) = valueAndGradient(of: model) { loss($0, batch) }
            guard value.isFinite else { throw TrainingError.lossNotFinite(epoch: epoch, step: step + 1) }
            guard gradients.norm.isFinite else {
                let parameter = firstNotFinite(gradients, in: model)
                throw TrainingError.gradientNotFinite(parameter: parameter, epoch: epoch, step: step + 1)
            }
            gradients.clip(toNorm: maximumGradientNorm)
            optimizer.update(&model, along: gradients)
            total += Double(value) * Double(batch.count)
        }
        return Float(total / Double(max(count, 1)))
    }

    private func firstNotFinite<Model: Module>(_ gradients: Gradients, in model: Model) -> String {
        let place = gradients.parameters.firstIndex { $0.contains { !$0.isFinite } }
        return place.map { model.parameterShapes[$0].name } ?? "all parameters together"
    }
}
