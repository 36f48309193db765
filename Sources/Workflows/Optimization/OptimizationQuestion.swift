/// A workflow that is to be improved, and where it runs.
public struct OptimizationQuestion: Sendable {
    /// What counts, the most important first.
    public enum Objective: String, CaseIterable, Sendable {
        /// When the last task ends.
        case makespan
        /// Price of the nodes.
        case cost
        /// Gigabyte-hours held.
        case resources
        /// What alternatives give up; nothing suggested here gives up any.
        case quality
    }

    /// The workflow.
    public var document: WfFormatDocument
    /// Where it runs.
    public var cluster: Cluster
    /// The policy that schedules it.
    public var policy: String
    /// What counts.
    public var objectives: [Objective]
    /// Time to search in.
    public var budget: Duration
    /// From when on the budget counts, such as when the question arrived; nil: from when it is taken up.
    public var askedAt: ContinuousClock.Instant?
    /// Forecasts for its tasks, in their order.
    public var forecasts: [ResourcePrediction]?
    /// The probability from which a task is told as a bottleneck.
    public var bottleneckThreshold: Double
    /// Seed of the resampled durations.
    public var seed: UInt64
    /// How much of what suggestions of each type promised came true so far, from 0 to 1; a type that is not named has missed
    /// nothing.
    public var weights: [String: Double]

    /// The question of how to improve `document` on `cluster`.
    public init(
        _ document: WfFormatDocument, on cluster: Cluster, policy: String = "fifo",
        objectives: [Objective] = Objective.allCases, budget: Duration = .milliseconds(100),
        forecasts: [ResourcePrediction]? = nil, bottleneckThreshold: Double = 0.8, seed: UInt64 = 1,
        weights: [String: Double] = [:]
    ) {
        self.document = document
        self.cluster = cluster
        self.policy = policy
        self.objectives = objectives
        self.budget = budget
        self.forecasts = forecasts
        self.bottleneckThreshold = bottleneckThreshold
        self.seed = seed
        self.weights = weights
    }
}
