import Workflows

/// A plan that is run on durations other than those it was made for: every task keeps its node, and every node starts its
/// tasks in the order in which the plan has them.
///
/// A task starts as soon as its parents have ended, its files are there, what stands before it on its node has started and
/// there is room: the semi-active schedule of the plan's order (Pinedo, "Scheduling", section 2.3). A task of no length
/// holds nothing, waits for nothing but its files and lets nothing wait. Room is held from the start on.
///
/// It always ends: tasks are taken in one order, by their planned starts and each behind its parents, in which nothing
/// waits for what comes behind it, neither a task for its parents nor a node for the task before.
///
/// ```swift
/// var execution = PlanExecution(of: plan, for: instance)
/// let seconds = execution.makespan(runtimes: trueRuntimes)
/// ```
///
/// - Complexity: of a run, linear in tasks and dependencies but for the logarithm of the tasks that run on one node at a
///   time; nothing is allocated.
public struct PlanExecution {
    let tasks: [Int]
    let nodes: [Int]
    private let cores: [Double]
    private let memory: [Double]
    private let speeds: [Double]
    private let overheads: [Double]
    private let parentOffsets: [Int]
    private let parents: [Int]
    private let transfers: [Double]
    /// Tasks that had started before the run begins, at the head of `tasks`.
    private let past: Int
    private let now: Double
    private var starts: [Double]
    private var ends: [Double]
    private var rooms: RunningRooms

    /// Prepares to run `plan`, of which the nodes and the order of the starts count.
    ///
    /// - Precondition: every task is on a node that it fits on.
    public init(of plan: Timetable, for instance: SchedulingInstance) {
        self.init(of: plan, for: instance, from: 0, started: nil)
    }

    /// Prepares to go on with `plan` at the moment `now`: what has started keeps its times, nothing else starts before.
    ///
    /// - Parameter started: whether each task had started; nil for none. Its parents had then ended.
    public init(of plan: Timetable, for instance: SchedulingInstance, from now: Double, started: [Bool]?) {
        let order = Self.order(of: plan, for: instance, started: started)
        var places = [Int](repeating: 0, count: order.count)
        for (place, task) in order.enumerated() { places[task] = place }
        var (offsets, parents, transfers): ([Int], [Int], [Double]) = ([0], [], [])
        offsets.reserveCapacity(order.count + 1)
        parents.reserveCapacity(instance.graph.edgeCount)
        transfers.reserveCapacity(instance.graph.edgeCount)
        for task in order {
            precondition(
                (0..<instance.nodeCount).contains(plan.nodes[task]) && instance.fits(task, on: plan.nodes[task]),
                "the task \(task) is planned on the node \(plan.nodes[task]), which it does not fit on")
            instance.forEachParent(of: task) { parent, transfer in
                parents.append(places[parent])
                transfers.append(plan.nodes[parent] == plan.nodes[task] ? 0 : transfer)
            }
            offsets.append(parents.count)
        }
        tasks = order
        nodes = order.map { plan.nodes[$0] }
        cores = order.map { instance.cores[$0] }
        memory = order.map { instance.memory[$0] }
        speeds = order.map { instance.cluster.nodes[plan.nodes[$0]].speed }
        overheads = order.map { instance.cluster.nodes[plan.nodes[$0]].taskOverheadSeconds }
        (parentOffsets, self.parents, self.transfers) = (offsets, parents, transfers)
        past = started?.count { $0 } ?? 0
        self.now = now
        starts = order.map { plan.starts[$0] }
        ends = order.map { plan.ends[$0] }
        rooms = RunningRooms(instance.cluster.nodes, tasksOnNodes: nodes)
    }

    /// All tasks by their planned starts, of equal ones in topological order; a task that is planned before one of its
    /// parents stands behind it, and what has started comes first.
    package static func order(of plan: Timetable, for instance: SchedulingInstance, started: [Bool]?) -> [Int] {
        var keys = plan.starts
        var positions = [Int](repeating: 0, count: keys.count)
        for (position, task) in instance.graph.topologicalOrder.enumerated() {
            positions[task] = position
            if started?[task] == true { keys[task] = -.infinity }
            for parent in instance.graph.parents(of: task) { keys[task] = max(keys[task], keys[parent]) }
        }
        return keys.indices.sorted {
            keys[$0] != keys[$1] ? keys[$0] < keys[$1] : positions[$0] < positions[$1]
        }
    }

    /// When the last task ends if each takes its part of `runtimes`, seconds at speed 1.
    public mutating func makespan(runtimes: [Double]) -> Double {
        run(runtimes)
        return ends.reduce(0) { max($0, $1) }
    }

    /// When each task runs if it takes its part of `runtimes`, seconds at speed 1.
    public mutating func timetable(runtimes: [Double]) -> Timetable {
        run(runtimes)
        var timetable = Timetable(count: tasks.count)
        for (place, task) in tasks.enumerated() {
            timetable.nodes[task] = nodes[place]
            timetable.ready[task] = (parentOffsets[place]..<parentOffsets[place + 1]).reduce(0) {
                max($0, ends[parents[$1]])
            }
            timetable.starts[task] = starts[place]
            timetable.placed[task] = starts[place]
            timetable.ends[task] = ends[place]
        }
        return timetable
    }

    private mutating func run(_ runtimes: [Double]) {
        precondition(runtimes.count == tasks.count, "\(runtimes.count) durations for \(tasks.count) tasks")
        rooms.clear(at: now)
        for place in 0..<past where ends[place] > now {
            rooms.hold(cores[place], memory[place], on: nodes[place], to: ends[place])
        }
        for place in past..<tasks.count {
            var start = now
            for entry in parentOffsets[place]..<parentOffsets[place + 1] {
                start = max(start, ends[parents[entry]] + transfers[entry])
            }
            let runtime = runtimes[tasks[place]]
            let length = runtime > 0 ? runtime / speeds[place] + overheads[place] : 0
            if length > 0 {
                start = rooms.start(cores[place], memory[place], on: nodes[place], from: start)
                rooms.hold(cores[place], memory[place], on: nodes[place], to: start + length)
            }
            starts[place] = start
            ends[place] = start + length
        }
    }
}
