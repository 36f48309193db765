import Files

/// What goes on beside a training: where it is kept, told and interrupted. It has no part in the weights that come out.
public struct TrainingSession: Sendable {
    /// What the training is of, beside what the loop knows by itself: the kind of model, the digest of the data. It stands
    /// first in the configuration that is logged, in place of a field of the loop by that name; a checkpoint with another
    /// value is refused.
    public var identity: JSONObject
    /// Where the state is kept after each epoch and at an interruption; nil keeps none.
    public var checkpoint: CheckpointFile?
    /// What is told of the configuration, the steps and the epochs.
    public var logs: [any RunLog]
    /// Asked after each step whether to end there, as ``TrainingInterruption``.
    public var shouldStop: @Sendable (TrainingProgress) -> Bool
    /// Told at the start, after each step and after each epoch; ``progressBar(_:on:)`` makes one that draws.
    public var progress: @Sendable (TrainingProgress) -> Void

    /// A session; without arguments nothing goes on beside the training.
    public init(
        of identity: JSONObject = JSONObject(), checkpoint: CheckpointFile? = nil, logs: [any RunLog] = [],
        shouldStop: @escaping @Sendable (TrainingProgress) -> Bool = { _ in false },
        progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
    ) {
        self.identity = identity
        self.checkpoint = checkpoint
        self.logs = logs
        self.shouldStop = shouldStop
        self.progress = progress
    }
}
