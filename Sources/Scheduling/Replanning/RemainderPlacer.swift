import Files
import Simulation
import Workflows

/// Gives places to the tasks of a running plan that have not started.
///
/// Some are free: each goes to the node on which it is expected to end first, into a gap where one is large enough, as
/// HEFT does (Topcuoglu and others, 2002, section 4). The others keep their nodes and the order that they have there among
/// themselves.
struct RemainderPlacer {
    private let instance: SchedulingInstance
    private let plan: RunningPlan
    private var timelines: [NodeTimeline]
    private var timetable: Timetable
    private var groupNodes: [Int: Int] = [:]
    /// When the task that was placed last on each node of those that keep their order starts.
    private var floors: [Double]
    /// When the last task on each node ends.
    private var lastEnds: [Double]

    /// What runs holds its room until it is expected to end.
    private init(_ plan: RunningPlan) {
        instance = plan.instance
        self.plan = plan
        timetable = plan.timetable
        floors = [Double](repeating: plan.now, count: plan.instance.nodeCount)
        lastEnds = floors
        timelines = instance.cluster.nodes.map {
            NodeTimeline(cores: $0.cores, memory: $0.memoryBytes ?? .infinity)
        }
        for task in 0..<instance.taskCount where plan.progress[task] != .planned {
            let node = timetable.nodes[task]
            if plan.progress[task] == .running {
                lastEnds[node] = max(lastEnds[node], timetable.ends[task])
                timelines[node].hold(
                    from: plan.now, length: timetable.ends[task] - plan.now, cores: instance.cores[task],
                    memory: instance.memory[task])
            }
            if let group = instance.group(of: task), plan.isAvailable[node] { groupNodes[group] = node }
        }
    }

    /// `plan` with places for all tasks, taken in `order`; nil if `isOver` says so before.
    ///
    /// - Parameters:
    ///   - order: all tasks, each behind its parents, and those that keep their nodes in the order that they keep.
    ///   - isFree: whether each task may go anywhere.
    ///   - isLast: whether a task that is free stands behind all that was placed before it, instead of in a gap.
    /// - Throws: `InputError` where a task fits on no node that is there.
    static func placed(
        _ plan: RunningPlan, order: [Int], isFree: [Bool], isLast: [Bool]? = nil, isOver: () -> Bool
    ) throws -> RunningPlan? {
        var placer = RemainderPlacer(plan)
        for task in 0..<plan.instance.taskCount where plan.progress[task] == .planned && !isFree[task] {
            if let group = plan.instance.group(of: task) { placer.groupNodes[group] = plan.timetable.nodes[task] }
        }
        for task in order where plan.progress[task] == .planned {
            if isOver() { return nil }
            if isFree[task] {
                try placer.placeFreely(task, isLast: isLast?[task] ?? false)
            } else {
                placer.keep(task)
            }
        }
        var placed = plan
        placed.timetable = placer.timetable
        return placed
    }

    private mutating func keep(_ task: Int) {
        let node = timetable.nodes[task]
        let length = instance.duration(task, on: node)
        let arrival = instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes)
        var start = max(arrival, plan.now)
        if length > 0 {
            let free = timelines[node].earliestStart(
                ready: max(start, floors[node]), length: length, cores: instance.cores[task],
                memory: instance.memory[task], before: .infinity)
            guard let free else { preconditionFailure("a task that fits on a node has room when nothing runs there") }
            start = free
            floors[node] = start
        }
        set(task, on: node, from: start, length: length)
    }

    private mutating func placeFreely(_ task: Int, isLast: Bool) throws {
        let bound = instance.group(of: task).flatMap { groupNodes[$0] }
        var (best, start, finish) = (-1, Double.infinity, Double.infinity)
        for node in timelines.indices
        where plan.isAvailable[node] && instance.fits(task, on: node) && (bound ?? node) == node {
            let arrival = instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes)
            let length = instance.duration(task, on: node)
            let free = timelines[node].earliestStart(
                ready: max(arrival, plan.now, isLast ? lastEnds[node] : 0), length: length,
                cores: instance.cores[task], memory: instance.memory[task], before: finish - length)
            if let free, free + length < finish { (best, start, finish) = (node, free, free + length) }
        }
        guard best >= 0 else {
            throw InputError(
                "the task \"\(instance.workflow.tasks[task].id)\" fits on no node that is left", field: "nodes")
        }
        set(task, on: best, from: start, length: instance.duration(task, on: best))
        if let group = instance.group(of: task) { groupNodes[group] = best }
    }

    private mutating func set(_ task: Int, on node: Int, from start: Double, length: Double) {
        timetable.nodes[task] = node
        timetable.ready[task] = instance.graph.parents(of: task).reduce(0) { max($0, timetable.ends[$1]) }
        timetable.placed[task] = start
        timetable.starts[task] = start
        timetable.ends[task] = start + length
        lastEnds[node] = max(lastEnds[node], start + length)
        timelines[node].hold(
            from: start, length: length, cores: instance.cores[task], memory: instance.memory[task])
    }
}
