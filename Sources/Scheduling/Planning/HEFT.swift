import Simulation

/// Heterogeneous earliest finish time: tasks by their upward rank, each on the node on which it ends first, into a gap
/// where one is large enough.
///
/// Ranks use costs averaged over the nodes, and transfers between different nodes. Of tasks of equal rank the one that
/// stands first in topological order is taken, of equally good nodes the first.
///
/// Topcuoglu, Hariri, Wu, "Performance-effective and low-complexity task scheduling for heterogeneous computing", 2002,
/// section 4.
struct HEFT: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        let ranks = instance.graph.upwardRanks(costs: instance.meanDurations) {
            instance.transferSeconds(from: $0, to: $1)
        }
        if isOver() { return nil }
        var positions = [Int](repeating: 0, count: instance.taskCount)
        for (position, task) in instance.graph.topologicalOrder.enumerated() { positions[task] = position }
        let order = (0..<instance.taskCount).sorted {
            ranks[$0] != ranks[$1] ? ranks[$0] > ranks[$1] : positions[$0] < positions[$1]
        }
        return Self.plan(instance, order: order, on: &board, isOver: isOver)
    }

    /// Places the tasks in `order`, in which every task stands behind its parents, each on the node on which it ends first.
    private static func plan(
        _ instance: SchedulingInstance, order: [Int], on board: inout PlanningBoard, isOver: () -> Bool
    ) -> Timetable? {
        var timetable = Timetable(count: instance.taskCount)
        var groupNodes: [Int: Int] = [:]
        for task in order {
            if isOver() { return nil }
            let bound = instance.group(of: task).flatMap { groupNodes[$0] }
            let best = earliestFinish(task, instance, board, timetable, boundTo: bound)
            let length = instance.duration(task, on: best.node)
            timetable.nodes[task] = best.node
            timetable.ready[task] = instance.graph.parents(of: task).reduce(board.start) { max($0, timetable.ends[$1]) }
            timetable.placed[task] = best.start
            timetable.starts[task] = best.start
            timetable.ends[task] = best.start + length
            board.timelines[best.node].hold(
                from: best.start, length: length, cores: instance.cores[task], memory: instance.memory[task])
            if let group = instance.group(of: task) { groupNodes[group] = best.node }
        }
        return timetable
    }

    private static func earliestFinish(
        _ task: Int, _ instance: SchedulingInstance, _ board: PlanningBoard, _ timetable: Timetable,
        boundTo bound: Int?
    ) -> (node: Int, start: Double) {
        let arrivals = Arrivals(of: task, instance, timetable)
        var best = (node: -1, start: Double.infinity)
        var finish = Double.infinity
        for node in board.timelines.indices where instance.fits(task, on: node) && (bound ?? node) == node {
            let length = instance.duration(task, on: node)
            let start = board.timelines[node].earliestStart(
                ready: max(board.start, arrivals.moment(on: node)), length: length, cores: instance.cores[task],
                memory: instance.memory[task], before: finish - length)
            if let start, start + length < finish {
                best = (node, start)
                finish = start + length
            }
        }
        precondition(best.node >= 0, "a task of a checked instance fits on a node, and ends on it")
        return best
    }
}

/// When the files of a task can be on each node, from one look at its parents instead of one for each node.
private struct Arrivals {
    /// The latest arrival at a node where the parent behind it did not run, and where that parent ran.
    private var first = (node: -1, moment: 0.0)
    /// The latest of those whose parents ran elsewhere.
    private var second = 0.0
    /// The last end of a parent on each node that parents ran on.
    private var ends: [Int: Double] = [:]

    init(of task: Int, _ instance: SchedulingInstance, _ timetable: Timetable) {
        instance.forEachParent(of: task) { parent, transfer in
            let (node, end) = (timetable.nodes[parent], timetable.ends[parent])
            let moment = end + transfer
            ends[node] = max(ends[node] ?? 0, end)
            if node == first.node {
                first.moment = max(first.moment, moment)
            } else if moment > first.moment {
                (second, first) = (first.moment, (node, moment))
            } else {
                second = max(second, moment)
            }
        }
    }

    func moment(on node: Int) -> Double { max(ends[node] ?? 0, node == first.node ? second : first.moment) }
}
