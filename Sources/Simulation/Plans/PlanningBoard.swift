import Workflows

/// What is free on every node of a cluster over time, for rules that plan a whole workflow at once.
///
/// An empty cluster is the board of a workflow that has it for itself; in a stream of workflows what runs and what is planned
/// already stands on it.
package struct PlanningBoard: Sendable {
    /// What is free on each node.
    package var timelines: [NodeTimeline]
    /// The moment from which on tasks may be placed, in seconds.
    package let start: Double

    /// The empty cluster of `instance`, from the moment 0 on.
    package init(of instance: SchedulingInstance) {
        let least = (cores: instance.cores.min() ?? 0, memory: instance.memory.min() ?? 0)
        timelines = instance.cluster.nodes.map {
            NodeTimeline(cores: $0.cores, memory: $0.memoryBytes ?? .infinity, least: least)
        }
        start = 0
    }

    /// A board of `timelines` that is planned on from `start` on.
    package init(timelines: [NodeTimeline], from start: Double) {
        self.timelines = timelines
        self.start = start
    }
}
