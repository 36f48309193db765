import Workflows

/// What is free on every node of a cluster over time, for rules that plan a whole workflow at once.
///
/// An empty cluster is the board of a workflow that has it for itself; in a stream of workflows what runs and what is planned
/// already stands on it.
package struct PlanningBoard: Sendable {
    /// What is free on each node.
    package private(set) var timelines: [NodeTimeline]
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

    /// The earliest start on `node`, not before `ready`, of something that holds `cores` and `memory` for `length` seconds; nil
    /// where it would be at `limit` or later.
    package func earliestStart(
        on node: Int, ready: Double, length: Double, cores: Double, memory: Double, before limit: Double
    ) -> Double? {
        timelines[node].earliestStart(ready: ready, length: length, cores: cores, memory: memory, before: limit)
    }

    /// The earliest moment, not before `ready`, from which on `node` has room for `cores` and `memory` for good.
    package func lastingRoom(on node: Int, ready: Double, cores: Double, memory: Double) -> Double {
        timelines[node].lastingRoom(ready: ready, cores: cores, memory: memory)
    }

    /// Holds `cores` and `memory` of `node` from `start` for `length` seconds.
    ///
    /// - Returns: the first moment at which the node then has room for the least, and that from which on it is empty.
    package mutating func hold(on node: Int, from start: Double, length: Double, cores: Double, memory: Double) -> (
        opening: Double, closing: Double
    ) {
        timelines[node].hold(from: start, length: length, cores: cores, memory: memory)
        return (timelines[node].opening, timelines[node].closing)
    }
}
