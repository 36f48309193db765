import Workflows

/// When and where each task of an instance runs: one entry for each task, in seconds from the start.
public struct Timetable: Sendable, Hashable {
    /// The node of each task.
    public var nodes: [Int]
    /// When its last parent had ended.
    public var ready: [Double]
    /// From when on its node was held for it.
    public var placed: [Double]
    /// When it started: its files were there.
    public var starts: [Double]
    /// When it ended.
    public var ends: [Double]

    /// A timetable with room for `count` tasks, none of them placed.
    public init(count: Int) {
        nodes = [Int](repeating: -1, count: count)
        ready = [Double](repeating: 0, count: count)
        placed = [Double](repeating: 0, count: count)
        starts = [Double](repeating: 0, count: count)
        ends = [Double](repeating: 0, count: count)
    }

    /// When the last task ends; 0 without tasks.
    public var makespan: Double { ends.max() ?? 0 }

    /// The schedule with the names of tasks and nodes, in the order of the file.
    public func schedule(of instance: SchedulingInstance) -> Schedule {
        Schedule(
            tasks: instance.workflow.tasks.indices.map { task in
                Schedule.Placement(
                    id: instance.workflow.tasks[task].id, node: instance.cluster.nodes[nodes[task]].name,
                    start: starts[task], end: ends[task])
            })
    }
}
