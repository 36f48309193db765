import Workflows

/// A plan whose order is kept and whose nodes are chosen anew when tasks are ready: online list scheduling.
///
/// Whenever a task ends, the tasks that are ready are taken in the order of their keys. Each is given to the node on which
/// it is expected to end first, by when its files are there, how long it is expected to take, and when those that run there
/// and those that were given to it before are expected to end. If it can start there at that moment, it starts; if not, it
/// waits, and everything is asked again when the next task has ended or its files are there. Room is held from the start on.
///
/// What is decided rests on expected durations and on what has happened, never on a duration that is not over. A task that
/// runs longer than expected is expected to end after another ``overrunShare`` of the time that it has run for.
///
/// List scheduling: Graham, "Bounds on multiprocessing timing anomalies", 1969; the choice of the node is that of HEFT
/// (Topcuoglu and others, 2002, section 4) at the moment of the dispatch.
public struct DispatchExecution {
    /// The part of its time so far that a task which runs longer than expected is expected to go on for.
    public static let overrunShare = 0.1

    private let instance: SchedulingInstance
    private let plannedNodes: [Int]?
    private let loyalty: Double
    private let caution: Double
    /// Tasks by their keys, and the place of each there.
    private let order: [Int]
    private let places: [Int]
    private let least: (cores: Double, memory: Double)
    private var timetable: Timetable
    private var room: NodeRoom
    private var running: [[Int]]
    private var outlook: NodeOutlook
    private var groupNodes: [Int]
    private var unfinishedParents: [Int]
    /// Places of ready tasks, in order.
    private var ready: [Int] = []
    /// Those of ready tasks of no length, which need no room.
    private var empty: [Int] = []
    /// When the files of each ready task are on every node.
    private var arrivals: [Double]
    private var events = EventQueue()
    /// The next moment at which files are there that a task waits for, and those that one of no length waits for; infinity
    /// for none.
    private var wake = Double.infinity
    private var emptyWake = Double.infinity

    /// Prepares to run `instance`, which holds the expected durations.
    ///
    /// - Parameters:
    ///   - keys: tasks with smaller keys are taken first; of equal ones the first in topological order.
    ///   - plannedNodes: where a plan has each task; nil for none.
    ///   - loyalty: a planned node is taken unless another would end the task sooner by more than this part of the task's
    ///     time: 0 leaves all freedom, infinity none.
    ///   - caution: a task is taken to last longer by this part when nodes are compared: a slow node is then left alone more
    ///     often, on which a task that takes longer than expected does the most harm.
    public init(
        _ instance: SchedulingInstance, keys: [Double], plannedNodes: [Int]? = nil, loyalty: Double = 0,
        caution: Double = 0
    ) {
        precondition(keys.count == instance.taskCount, "\(keys.count) keys for \(instance.taskCount) tasks")
        self.instance = instance
        self.plannedNodes = plannedNodes
        self.loyalty = loyalty
        self.caution = caution
        var positions = [Int](repeating: 0, count: keys.count)
        for (position, task) in instance.graph.topologicalOrder.enumerated() { positions[task] = position }
        order = (0..<keys.count).sorted {
            keys[$0] != keys[$1] ? keys[$0] < keys[$1] : positions[$0] < positions[$1]
        }
        var places = positions
        for (place, task) in order.enumerated() { places[task] = place }
        self.places = places
        least = (instance.cores.min() ?? 0, instance.memory.min() ?? 0)
        timetable = Timetable(count: 0)
        room = NodeRoom(instance.cluster.nodes, instance.kinds)
        outlook = NodeOutlook(instance)
        (running, groupNodes, unfinishedParents, arrivals) = ([], [], [], [])
    }

    /// Prepares to run `plan`: tasks in the order of its starts.
    public init(of plan: Timetable, for instance: SchedulingInstance, loyalty: Double = 0) {
        self.init(instance, keys: plan.starts, plannedNodes: plan.nodes, loyalty: loyalty)
    }

    /// When and where each task runs if it takes its part of `runtimes`, seconds at speed 1.
    public mutating func timetable(runtimes: [Double]) -> Timetable {
        guard let timetable = timetable(runtimes: runtimes, isOver: { false }) else {
            preconditionFailure("a run with time without end was cut off")
        }
        return timetable
    }

    /// The same; nil if `isOver` says so before all have run.
    public mutating func timetable(runtimes: [Double], isOver: () -> Bool) -> Timetable? {
        precondition(runtimes.count == order.count, "\(runtimes.count) durations for \(order.count) tasks")
        reset()
        for task in 0..<order.count where unfinishedParents[task] == 0 { becomeReady(task, at: 0, runtimes) }
        var now = 0.0
        while now < .infinity {
            repeat {
                while events.earliest == now { end(events.pop(), runtimes) }
                startEmpty(at: now, runtimes)
            } while events.earliest == now
            guard !isOver(), place(at: now, runtimes, isOver) else { return nil }
            now = min(events.earliest ?? .infinity, wake, emptyWake)
        }
        precondition(timetable.nodes.allSatisfy { $0 >= 0 }, "every task of a checked instance finds room at last")
        return timetable
    }

    private mutating func reset() {
        timetable = Timetable(count: order.count)
        room = NodeRoom(instance.cluster.nodes, instance.kinds)
        outlook = NodeOutlook(instance)
        running = [[Int]](repeating: [], count: instance.nodeCount)
        groupNodes = [Int](repeating: -1, count: (instance.groups.max() ?? -1) + 1)
        unfinishedParents = (0..<order.count).map { instance.graph.parents(of: $0).count }
        arrivals = [Double](repeating: 0, count: order.count)
        // What is left of a run that was cut off.
        (ready, empty, events) = ([], [], EventQueue())
        (wake, emptyWake) = (.infinity, .infinity)
    }

    private mutating func becomeReady(_ task: Int, at moment: Double, _ runtimes: [Double]) {
        timetable.ready[task] = moment
        var latest = moment
        instance.forEachParent(of: task) { latest = max(latest, timetable.ends[$0] + $1) }
        arrivals[task] = latest
        let place = places[task]
        if instance.runtimes[task] == 0, runtimes[task] == 0 {
            empty.insert(place, at: empty.firstIndex { $0 > place } ?? empty.count)
            return
        }
        var (low, high) = (0, ready.count)
        while low < high {
            let middle = (low + high) / 2
            if ready[middle] < place { low = middle + 1 } else { high = middle }
        }
        ready.insert(place, at: low)
    }

    private mutating func end(_ task: Int, _ runtimes: [Double]) {
        let node = timetable.nodes[task]
        if let place = running[node].firstIndex(of: task) {
            running[node].remove(at: place)
            outlook.change(node)
            room.giveBack(instance.cores[task], instance.memory[task], on: node)
        }
        for child in instance.graph.children(of: task) {
            unfinishedParents[child] -= 1
            if unfinishedParents[child] == 0 { becomeReady(child, at: timetable.ends[task], runtimes) }
        }
    }

    /// Starts tasks of no length whose files are there.
    private mutating func startEmpty(at now: Double, _ runtimes: [Double]) {
        emptyWake = .infinity
        guard !empty.isEmpty else { return }
        var left: [Int] = []
        for place in empty {
            let task = order[place]
            let choice = best(task, at: now, needsRoom: false) { _ in 0 }
            if choice.start <= now {
                start(task, on: choice.node, at: now, runtimes)
            } else {
                left.append(place)
                emptyWake = min(emptyWake, choice.start)
            }
        }
        empty = left
    }

    /// Whether a node has room at this moment for what asks for the least.
    private var hasRoom: Bool {
        (0..<instance.nodeCount).contains { room.has(least.cores, least.memory, on: $0) }
    }

    /// Ready tasks between two looks at the clock.
    private static let tasksBetweenLooks = 16

    /// Goes through the ready tasks once; false if `isOver` ended it.
    private mutating func place(at now: Double, _ runtimes: [Double], _ isOver: () -> Bool) -> Bool {
        wake = .infinity
        guard !ready.isEmpty, hasRoom else { return true }
        outlook.look(at: now, running: running, timetable: timetable)
        var kept = 0
        for index in ready.indices {
            if index % Self.tasksBetweenLooks == Self.tasksBetweenLooks - 1, isOver() { return false }
            let task = order[ready[index]]
            // What follows finds no room at this moment, and is asked again at the next end.
            guard outlook.isOpen else {
                ready.replaceSubrange(kept..<index, with: [])
                return true
            }
            // A duration of which nothing was expected is as good as unknown; that it takes room shows when it starts.
            let length = { [instance] (node: Int) in
                instance.runtimes[task] == 0 && runtimes[task] > 0 ? 1e-9 : instance.duration(task, on: node)
            }
            let choice = best(task, at: now, needsRoom: true, length)
            // It has, but where a task of which nothing was expected was given room.
            let hasRoom = room.has(instance.cores[task], instance.memory[task], on: choice.node)
            if choice.start <= now, hasRoom || runtimes[task] == 0 {
                start(task, on: choice.node, at: now, runtimes)
            } else {
                ready[kept] = ready[index]
                kept += 1
                if choice.isFiles { wake = min(wake, choice.start) }
            }
            outlook.hold(task, on: choice.node, from: choice.start, length: length(choice.node))
        }
        ready.removeSubrange(kept...)
        return true
    }

    private struct Choice {
        var node = -1
        var start = Double.infinity
        var finish = Double.infinity
        /// Whether it waits for files rather than for room.
        var isFiles = false
    }

    /// The node on which `task` is expected to end first.
    private func best(_ task: Int, at now: Double, needsRoom: Bool, _ length: (Int) -> Double) -> Choice {
        var best = Choice()
        let group = instance.groups[task]
        let bound = group >= 0 && groupNodes[group] >= 0 ? groupNodes[group] : nil
        func look(at node: Int, allowance: Double) {
            let arrival =
                arrivals[task] <= now
                ? now : max(now, instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes))
            let length = length(node)
            var start = arrival
            if needsRoom {
                let free = outlook.earliestStart(
                    task, on: node, ready: arrival, length: length, before: best.finish - length * (1 + caution))
                guard let free else { return }
                start = free
            }
            guard start + length * (1 + caution) < best.finish else { return }
            best = Choice(
                node: node, start: start, finish: start + length * (1 + caution - allowance), isFiles: start == arrival)
        }
        if let bound {
            look(at: bound, allowance: 0)
        } else {
            let planned = plannedNodes?[task]
            if let planned { look(at: planned, allowance: loyalty == .infinity ? 0 : loyalty) }
            if planned != nil, loyalty == .infinity { return best }
            for node in 0..<instance.nodeCount where instance.fits(task, on: node) { look(at: node, allowance: 0) }
        }
        precondition(best.node >= 0, "a task of a checked instance fits on a node, and ends on it")
        return best
    }

    private mutating func start(_ task: Int, on node: Int, at now: Double, _ runtimes: [Double]) {
        timetable.nodes[task] = node
        timetable.placed[task] = now
        timetable.starts[task] = now
        let here = instance.cluster.nodes[node]
        timetable.ends[task] = now + (runtimes[task] > 0 ? runtimes[task] / here.speed + here.taskOverheadSeconds : 0)
        if instance.groups[task] >= 0 { groupNodes[instance.groups[task]] = node }
        events.insert(task, at: timetable.ends[task])
        guard runtimes[task] > 0 else { return }
        running[node].append(task)
        outlook.change(node)
        room.take(instance.cores[task], instance.memory[task], on: node)
    }
}
