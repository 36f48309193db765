/// A workflow that arrives at a cluster.
public struct Arrival: Sendable {
    /// When, in seconds.
    public var at: Double
    /// The workflow on the cluster; arrivals of the same workflow share it.
    public var instance: SchedulingInstance
    /// Its share of the cluster beside that of others, for rules that are fair by weight.
    public var weight: Double
    /// Seconds from its arrival by which it should have completed; nil without one.
    public var deadline: Double?
    /// Seconds of each task at speed 1 as rules believe them to be, while the ones of `instance` are what it takes; nil
    /// where rules know these.
    public var forecast: [Double]?
    /// The standard deviation of the logarithm of each task's seconds, as far as is told beside the forecast; nil: nothing is.
    public var deviations: [Double]?
    /// Bytes that the first attempt of each task asks for; nil for those of `instance`. Not more than fits on a node that
    /// the task fits on.
    public var memoryRequests: [Double]?
    /// How often attempts at each task fail, which rules do not know; nil where none does but for what the simulation's settings
    /// say.
    public var failures: [FailureShares]?

    /// The workflow of `instance` at a moment.
    public init(
        at moment: Double, _ instance: SchedulingInstance, weight: Double = 1, deadline: Double? = nil,
        forecast: [Double]? = nil, deviations: [Double]? = nil, memoryRequests: [Double]? = nil,
        failures: [FailureShares]? = nil
    ) {
        precondition(moment.isFinite && weight > 0, "an arrival at \(moment) with the weight \(weight)")
        for values in [forecast, deviations, memoryRequests] {
            guard let values else { continue }
            precondition(
                values.count == instance.taskCount && values.allSatisfy { $0 >= 0 && $0.isFinite },
                "one number for each of the \(instance.taskCount) tasks, none of them negative")
        }
        precondition(
            failures.map { $0.count == instance.taskCount } ?? true,
            "shares of failures for each of the \(instance.taskCount) tasks")
        at = moment
        self.instance = instance
        self.weight = weight
        self.deadline = deadline
        self.forecast = forecast
        self.deviations = deviations
        self.memoryRequests = memoryRequests
        self.failures = failures
    }

    /// Seconds of each task at speed 1, as far as a rule knows.
    public var expectedSeconds: [Double] { forecast ?? instance.runtimes }
}
