import Workflows

/// What happens to a plan that is being carried out.
public enum PlanDisruption: Sendable {
    /// A task that runs has failed at this moment: what it did is lost, and it must run again from its beginning.
    case failed(task: Int)
    /// A task that runs is now expected to end at `expectedEnd`, seconds from the start.
    case overrun(task: Int, expectedEnd: Double)
    /// A node is gone: what runs there is lost, what ended there and its files are not.
    case nodeLost(Int)
    /// A node is there from now on.
    case nodeAdded(Cluster.Node)
    /// The tasks of another workflow join, with the durations that are expected, in seconds at speed 1; nil for the
    /// recorded ones. Its identifiers are none of those that are there.
    case joined(Workflow, runtimes: [Double]?)
}
