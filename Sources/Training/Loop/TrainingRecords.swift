/// What one epoch came to.
public struct EpochRecord: Codable, Equatable, Sendable {
    /// From 1.
    public var epoch: Int
    /// Steps of the optimizer up to its end.
    public var updates: Int
    /// The mean loss over the training samples, each as its batch was met.
    public var trainingLoss: Float
    /// The loss on the validation samples, after the epoch.
    public var validationLoss: Float
    /// The step size of the last update.
    public var learningRate: Float

    package init(
        epoch: Int, updates: Int, trainingLoss: Float, validationLoss: Float, learningRate: Float
    ) {
        self.epoch = epoch
        self.updates = updates
        self.trainingLoss = trainingLoss
        self.validationLoss = validationLoss
        self.learningRate = learningRate
    }
}

/// What one step of the optimizer came to.
public struct StepRecord: Equatable, Sendable {
    /// The epoch, from 1.
    public var epoch: Int
    /// The step in it, from 1.
    public var step: Int
    /// Steps of the optimizer up to this one.
    public var updates: Int
    /// The mean loss of the batch, before the step.
    public var loss: Float
    /// The Euclidean norm of the gradients by all parameters, before they were clipped.
    public var gradientNorm: Float
    /// The step size.
    public var learningRate: Float

    package init(epoch: Int, step: Int, updates: Int, loss: Float, gradientNorm: Float, learningRate: Float) {
        self.epoch = epoch
        self.step = step
        self.updates = updates
        self.loss = loss
        self.gradientNorm = gradientNorm
        self.learningRate = learningRate
    }
}

/// How far a training is.
public struct TrainingProgress: Equatable, Sendable {
    /// Steps of the optimizer that are done.
    public var updates: Int
    /// Steps that there will be, unless it stops early.
    public var totalUpdates: Int
    /// The epoch under way, from 1; the last one at the end.
    public var epoch: Int
    /// The mean training loss of the epoch under way so far; nil at its start.
    public var trainingLoss: Float?
    /// The validation loss after the last epoch; nil before the first one is over.
    public var validationLoss: Float?
    /// Whether the last epoch is over, at which the training may have stopped early.
    public var isFinished: Bool

    package init(
        updates: Int, totalUpdates: Int, epoch: Int, trainingLoss: Float?, validationLoss: Float?, isFinished: Bool
    ) {
        self.updates = updates
        self.totalUpdates = totalUpdates
        self.epoch = epoch
        self.trainingLoss = trainingLoss
        self.validationLoss = validationLoss
        self.isFinished = isFinished
    }
}
