import Simulation

/// Heterogeneous earliest finish time: tasks by their upward rank, each on the node on which it ends first, into a gap
/// where one is large enough.
///
/// Ranks use costs averaged over the nodes, and transfers between different nodes.
///
/// Topcuoglu, Hariri, Wu, "Performance-effective and low-complexity task scheduling for heterogeneous computing", 2002,
/// section 4.
enum HEFT {
    /// The plan for `instance`; nil if `isOver` says so before it is whole.
    static func plan(_ instance: SchedulingInstance, isOver: () -> Bool = { false }) -> Timetable? {
        let ranks = instance.graph.upwardRanks(costs: instance.meanDurations) {
            instance.transferSeconds(from: $0, to: $1)
        }
        var positions = [Int](repeating: 0, count: instance.taskCount)
        for (position, task) in instance.graph.topologicalOrder.enumerated() { positions[task] = position }
        let order = (0..<instance.taskCount).sorted {
            ranks[$0] != ranks[$1] ? ranks[$0] > ranks[$1] : positions[$0] < positions[$1]
        }
        return plan(instance, order: order, isOver: isOver)
    }

    /// Places the tasks in `order`, in which every task stands behind its parents, each on the node on which it ends first.
    static func plan(_ instance: SchedulingInstance, order: [Int], isOver: () -> Bool) -> Timetable? {
        var timetable = Timetable(count: instance.taskCount)
        var timelines = instance.cluster.nodes.map {
            NodeTimeline(cores: $0.cores, memory: $0.memoryBytes ?? .infinity)
        }
        var groupNodes: [Int: Int] = [:]
        for (step, task) in order.enumerated() {
            if step % 32 == 31, isOver() { return nil }
            let bound = instance.group(of: task).flatMap { groupNodes[$0] }
            let best = earliestFinish(task, instance, timelines, timetable, boundTo: bound)
            let length = instance.duration(task, on: best.node)
            timetable.nodes[task] = best.node
            timetable.ready[task] = instance.graph.parents(of: task).reduce(0) { max($0, timetable.ends[$1]) }
            timetable.placed[task] = best.start
            timetable.starts[task] = best.start
            timetable.ends[task] = best.start + length
            timelines[best.node].hold(
                from: best.start, length: length, cores: instance.cores[task], memory: instance.memory[task])
            if let group = instance.group(of: task) { groupNodes[group] = best.node }
        }
        return timetable
    }

    private static func earliestFinish(
        _ task: Int, _ instance: SchedulingInstance, _ timelines: [NodeTimeline], _ timetable: Timetable,
        boundTo bound: Int?
    ) -> (node: Int, start: Double) {
        var best = (node: -1, start: Double.infinity)
        var finish = Double.infinity
        for node in timelines.indices where instance.fits(task, on: node) && (bound ?? node) == node {
            let length = instance.duration(task, on: node)
            let arrival = instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes)
            let start = timelines[node].earliestStart(
                ready: arrival, length: length, cores: instance.cores[task], memory: instance.memory[task],
                before: finish - length)
            if let start, start + length < finish {
                best = (node, start)
                finish = start + length
            }
        }
        precondition(best.node >= 0, "a task of a checked instance fits on a node")
        return best
    }
}
