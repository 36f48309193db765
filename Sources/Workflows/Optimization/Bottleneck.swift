/// A task that holds its workflow back.
public struct Bottleneck: Sendable, Hashable {
    /// The task's identifier.
    public var task: String
    /// Share of the runs, with durations resampled, in which the end of the workflow hangs on it.
    public var probability: Double
    /// How much sooner the workflow would end if the task took no time, in seconds.
    public var delaySeconds: Double
    /// What it takes: `time` to run, or waiting for `cores`, `memory` or `transfer`.
    public var resource: String
    /// The same for a person.
    public var reason: String

    /// A bottleneck.
    public init(task: String, probability: Double, delaySeconds: Double, resource: String, reason: String) {
        self.task = task
        self.probability = probability
        self.delaySeconds = delaySeconds
        self.resource = resource
        self.reason = reason
    }
}
