/// A discrete-event simulation of one workflow on a cluster whose tasks are taken from a queue.
///
/// Whenever tasks end, those that wait are tried in the queue's order; each goes to the first node, in the file's order,
/// that has room at that moment, and its room is held from then on, also while it waits for its files. One that fits
/// nowhere at that moment waits, and later ones may pass it unless the order is strict.
public struct VirtualCluster {
    private struct Waiting {
        var priority: Double
        var key: Double
        var task: Int

        func precedes(_ other: Waiting) -> Bool {
            if priority != other.priority { return priority > other.priority }
            return key != other.key ? key < other.key : task < other.task
        }
    }

    private let instance: SchedulingInstance
    private let order: QueueOrder
    private var timetable: Timetable
    private var freeCores: [Double]
    private var freeMemory: [Double]
    private let coreSlack: [Double]
    private var groupNode: [Int]
    private var unfinishedParents: [Int]
    private var events = EventQueue()
    /// Tasks that were tried and found no room, in order.
    private var waiting: [Waiting] = []
    /// Tasks that became ready since the last try.
    private var fresh: [Waiting] = []
    /// Nodes on which room was given back since the last try.
    private var released: [Int] = []
    private let smallestCores: Double
    private let smallestMemory: Double

    private init(_ instance: SchedulingInstance, order: QueueOrder) {
        self.instance = instance
        self.order = order
        timetable = Timetable(count: instance.taskCount)
        freeCores = instance.cluster.nodes.map(\.cores)
        freeMemory = instance.cluster.nodes.map { $0.memoryBytes ?? .infinity }
        coreSlack = instance.cluster.nodes.map { $0.cores * 1e-12 }
        groupNode = [Int](repeating: -1, count: instance.groupNodes.count)
        unfinishedParents = (0..<instance.taskCount).map { instance.graph.parents(of: $0).count }
        smallestCores = instance.cores.min() ?? 0
        smallestMemory = instance.memory.min() ?? 0
    }

    /// Runs `instance` to its end, taking ready tasks in `order`.
    public static func run(_ instance: SchedulingInstance, order: QueueOrder) -> Timetable {
        var cluster = VirtualCluster(instance, order: order)
        cluster.run()
        return cluster.timetable
    }

    private mutating func run() {
        for task in 0..<instance.taskCount where unfinishedParents[task] == 0 { becomeReady(task, at: 0) }
        place(at: 0)
        while let now = events.earliest {
            while events.earliest == now { end(events.pop()) }
            place(at: now)
        }
        precondition(timetable.nodes.allSatisfy { $0 >= 0 }, "every task of a checked instance finds room at last")
    }

    private mutating func becomeReady(_ task: Int, at moment: Double) {
        timetable.ready[task] = moment
        fresh.append(Waiting(priority: instance.priorities[task], key: order.key(task, moment), task: task))
    }

    private mutating func end(_ task: Int) {
        let node = timetable.nodes[task]
        freeCores[node] += instance.cores[task]
        freeMemory[node] += instance.memory[task]
        if !released.contains(node) { released.append(node) }
        for child in instance.graph.children(of: task) {
            unfinishedParents[child] -= 1
            if unfinishedParents[child] == 0 { becomeReady(child, at: timetable.ends[task]) }
        }
    }

    private func hasRoom(_ task: Int, _ node: Int) -> Bool {
        guard instance.cores[task] <= freeCores[node] + coreSlack[node], instance.memory[task] <= freeMemory[node]
        else { return false }
        let group = instance.groups[task]
        return instance.fits(task, on: node) && (group < 0 || groupNode[group] < 0 || groupNode[group] == node)
    }

    private func couldTakeAny(_ node: Int) -> Bool {
        smallestCores <= freeCores[node] + coreSlack[node] && smallestMemory <= freeMemory[node]
    }

    /// Tries the queue once.
    private mutating func place(at now: Double) {
        fresh.sort { $0.precedes($1) }
        released.sort()
        var stillWaiting: [Waiting] = []
        var (old, new, isBlocked) = (0, 0, false)
        while old < waiting.count || new < fresh.count {
            if new == fresh.count, isBlocked || !couldPlaceWaiting() { break }
            let takesOld = new == fresh.count || (old < waiting.count && waiting[old].precedes(fresh[new]))
            let next = takesOld ? waiting[old] : fresh[new]
            if takesOld { old += 1 } else { new += 1 }
            if !isBlocked, let node = nodeWithRoom(for: next.task, hasWaited: takesOld) {
                put(next.task, on: node, at: now)
            } else {
                stillWaiting.append(next)
                isBlocked = isBlocked || order.isStrict
            }
        }
        waiting.replaceSubrange(..<old, with: stillWaiting)
        fresh.removeAll(keepingCapacity: true)
        released.removeAll(keepingCapacity: true)
    }

    private func couldPlaceWaiting() -> Bool { order.isStrict || released.contains(where: couldTakeAny) }

    /// The first node with room. A task that was tried before fits only where room was given back since; in a strict
    /// order those behind the first were not tried.
    private func nodeWithRoom(for task: Int, hasWaited: Bool) -> Int? {
        hasWaited && !order.isStrict
            ? released.first { hasRoom(task, $0) } : (0..<instance.nodeCount).first { hasRoom(task, $0) }
    }

    private mutating func put(_ task: Int, on node: Int, at now: Double) {
        let arrival = instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes)
        timetable.nodes[task] = node
        timetable.placed[task] = now
        timetable.starts[task] = max(now, arrival)
        timetable.ends[task] = timetable.starts[task] + instance.duration(task, on: node)
        freeCores[node] -= instance.cores[task]
        freeMemory[node] -= instance.memory[task]
        if instance.groups[task] >= 0 { groupNode[instance.groups[task]] = node }
        events.insert(task, at: timetable.ends[task])
    }
}
