/// A task that holds its workflow back.
public struct Bottleneck: Sendable, Hashable {
    /// The task's identifier.
    public var task: String
    /// Share of the runs, with durations resampled, in which the end of the workflow hangs on it; what that rests on stands in
    /// the analysis (``BottleneckEvidence``).
    public var probability: Double
    /// The seconds that it could delay the end by, its own time and what it waits for, expected over such runs.
    public var expectedDelaySeconds: Double
    /// How much sooner the workflow would end if the task took no time, in seconds.
    public var delaySeconds: Double
    /// What it takes: `time` to run, or waiting for `cores`, `memory` or `transfer`.
    public var resource: String
    /// The same for a person.
    public var reason: String

    /// A bottleneck.
    public init(
        task: String, probability: Double, expectedDelaySeconds: Double, delaySeconds: Double, resource: String,
        reason: String
    ) {
        self.task = task
        self.probability = probability
        self.expectedDelaySeconds = expectedDelaySeconds
        self.delaySeconds = delaySeconds
        self.resource = resource
        self.reason = reason
    }
}

/// What the probabilities and expected delays of bottlenecks rest on.
public struct BottleneckEvidence: Sendable, Hashable {
    /// Runs: one with the durations as they are, the others with resampled ones.
    public var runs: Int
    /// The model that was asked beside them, such as `optimizer@1`; nil where none was.
    public var model: String?
    /// How many runs the model's answer counts for; 0 without one.
    public var modelRuns: Double

    /// `runs` runs, beside which `model` counts for `modelRuns`.
    public init(runs: Int, model: String? = nil, modelRuns: Double = 0) {
        (self.runs, self.model, self.modelRuns) = (runs, model, modelRuns)
    }
}
