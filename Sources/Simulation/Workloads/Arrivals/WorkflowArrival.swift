import Workflows

/// A workflow that arrives, before it is put on a cluster.
public struct WorkflowArrival: Sendable {
    /// Its place among all arrivals, from 0; in the order of its list where it comes from one.
    public var place: Int
    /// When, in seconds from the start.
    public var at: Double
    /// The application that it is of; in a list, its path.
    public var application: String
    /// The workflow, with the durations that are known beforehand.
    public var workflow: Workflow
    /// Seconds of each task with what stragglers take longer; nil where they are those of the workflow.
    public var trueSeconds: [Double]?
    /// How often attempts at each task fail; nil where none does by chance.
    public var failures: [FailureShares]?
    /// Seconds from its arrival by which it should have completed; nil without one.
    public var deadline: Double?
    /// Whether every workflow of its application is this one.
    public internal(set) var isShared = false

    /// The workflow on `cluster`, with what happens: true durations, and requests that are raised to what is needed.
    func instance(on cluster: Cluster) throws -> SchedulingInstance {
        guard memoryRequests != nil else {
            return try SchedulingInstance(workflow, on: cluster, durations: trueSeconds)
        }
        var raised = workflow
        for place in raised.tasks.indices {
            raised.update(place) { task in
                task.wishes.memoryBytes = task.wishes.memoryBytes.map { max($0, task.memoryBytes ?? 0) }
            }
        }
        return try SchedulingInstance(raised, on: cluster, durations: trueSeconds)
    }

    /// Bytes that each task asks for first; nil where each asks for what it needs, at the least.
    var memoryRequests: [Double]? {
        let tasks = workflow.tasks
        guard tasks.contains(where: { ($0.wishes.memoryBytes ?? .infinity) < $0.memoryBytes ?? 0 }) else { return nil }
        return tasks.map { $0.wishes.memoryBytes ?? $0.memoryBytes ?? 0 }
    }
}
