import Kernels
import Layers

/// A training as it stands between two steps: all that the rest of it depends on, besides its configuration and samples.
struct TrainingState<Model: Module, Rule: Optimizer> {
    /// The model as it is.
    var model: Model
    /// The model with the lowest validation loss so far.
    var best: Model
    /// The optimizer with all that it remembers.
    var optimizer: Rule
    /// The learning rate with all that it has seen.
    var rate: ScheduledLearningRate
    /// The validation losses, as far as they matter for the end.
    var stopping: EarlyStopping
    /// What the loss draws from.
    var generator: SeededGenerator
    /// The epoch under way, from 1.
    var epoch = 1
    /// Steps of it that are done.
    var step = 0
    /// Steps of the optimizer that are done.
    var updates = 0
    /// Losses of the epoch's batches so far, each times its samples.
    var lossSum = 0.0
    /// Samples in them.
    var samples = 0
    /// The loss of the very first batch, to which an exploding one is compared.
    var firstLoss: Float?
    /// One for each epoch that is over.
    var records: [EpochRecord] = []
    /// Whether the last epoch is over.
    var isFinished = false
}
