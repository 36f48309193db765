/// A change that was simulated and found to help.
public struct OptimizationSuggestion: Sendable, Hashable {
    /// What is gained, in seconds, over runs with resampled durations.
    public struct Gain: Sendable, Hashable {
        /// Quantile 0.05.
        public var p05: Double
        /// The median.
        public var p50: Double
        /// Quantile 0.95.
        public var p95: Double

        /// The quantiles of `gains`, of which there is at least one.
        public init(of gains: [Double]) {
            precondition(!gains.isEmpty, "quantiles of no gains")
            let sorted = gains.sorted()
            func quantile(_ share: Double) -> Double { sorted[Int((Double(sorted.count - 1) * share).rounded())] }
            self.init(p05: quantile(0.05), p50: quantile(0.5), p95: quantile(0.95))
        }

        /// These quantiles.
        public init(p05: Double, p50: Double, p95: Double) {
            self.p05 = p05
            self.p50 = p50
            self.p95 = p95
        }
    }

    /// Its name among the suggestions; the same question gives the same names.
    public var id: String
    /// The kind of change, such as `right-size`.
    public var type: String
    /// The tasks that it changes.
    public var tasks: [String]
    /// Why it helps, for a person.
    public var reason: String
    /// Seconds by which the workflow ends sooner.
    public var gainSeconds: Gain
    /// By how much the price changes; negative is cheaper.
    public var cost: Double
    /// The chance that it does harm: a longer run, or a task that needs more than it then holds.
    public var risk: Double
    /// Whether a simulation with the workflow's own durations showed the gain.
    public var verified: Bool
    /// How much of what suggestions of its type promised came true so far, from 0 to 1.
    public var weight: Double
    /// What changes.
    public var changes: [WorkflowEdit]

    /// A suggestion.
    public init(
        id: String, type: String, tasks: [String], reason: String, gainSeconds: Gain, cost: Double, risk: Double,
        verified: Bool, weight: Double = 1, changes: [WorkflowEdit]
    ) {
        self.id = id
        self.type = type
        self.tasks = tasks
        self.reason = reason
        self.gainSeconds = gainSeconds
        self.cost = cost
        self.risk = risk
        self.verified = verified
        self.weight = weight
        self.changes = changes
    }
}
