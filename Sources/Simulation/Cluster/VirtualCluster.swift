/// A discrete-event simulation of one workflow on a cluster whose tasks are taken from a queue.
///
/// Whenever tasks end, those that wait are tried in the queue's order; each goes to the first node, in the file's order,
/// that has room at that moment, and its room is held from then on, also while it waits for its files. One that fits
/// nowhere at that moment waits, and later ones may pass it unless the order is strict.
public struct VirtualCluster {
    private let instance: SchedulingInstance
    private let order: QueueOrder
    private var timetable: Timetable
    private var room: NodeRoom
    private var groupNode: [Int]
    private var unfinishedParents: [Int]
    private var events = EventQueue()
    /// Tasks that were tried and found no room.
    private var waiting = WaitingLine()
    /// Tasks that became ready since the last try.
    private var fresh: [WaitingLine.Entry] = []
    /// Nodes on which room was given back since the last try.
    private var released: [Int] = []
    private var isReleased: [Bool]

    private init(_ instance: SchedulingInstance, order: QueueOrder) {
        self.instance = instance
        self.order = order
        timetable = Timetable(count: instance.taskCount)
        room = NodeRoom(instance.cluster.nodes)
        groupNode = [Int](repeating: -1, count: instance.groupNodes.count)
        unfinishedParents = (0..<instance.taskCount).map { instance.graph.parents(of: $0).count }
        isReleased = [Bool](repeating: false, count: instance.nodeCount)
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
        fresh.append(
            WaitingLine.Entry(
                priority: instance.priorities[task], key: order.key(task, moment), task: task,
                cores: instance.cores[task], memory: instance.memory[task]))
    }

    private mutating func end(_ task: Int) {
        let node = timetable.nodes[task]
        room.giveBack(instance.cores[task], instance.memory[task], on: node)
        if !isReleased[node] {
            isReleased[node] = true
            released.append(node)
        }
        for child in instance.graph.children(of: task) {
            unfinishedParents[child] -= 1
            if unfinishedParents[child] == 0 { becomeReady(child, at: timetable.ends[task]) }
        }
    }

    private func hasRoom(_ task: Int, _ node: Int) -> Bool {
        guard room.has(instance.cores[task], instance.memory[task], on: node), instance.fits(task, on: node) else {
            return false
        }
        let group = instance.groups[task]
        return group < 0 || groupNode[group] < 0 || groupNode[group] == node
    }

    /// Tries the queue once.
    private mutating func place(at now: Double) {
        released.sort()
        if order.isStrict { placeInOrder(at: now) } else { placeWhatFits(at: now) }
        fresh.removeAll(keepingCapacity: true)
        for node in released { isReleased[node] = false }
        released.removeAll(keepingCapacity: true)
    }

    /// Up to the first task without room.
    private mutating func placeInOrder(at now: Double) {
        for entry in fresh { waiting.insert(entry) }
        let first = WaitingLine.Position()
        while true {
            var position = first
            guard let entry = waiting.next(from: &position, where: { _, _ in true }),
                put(entry.task, onFirstOf: 0..<instance.nodeCount, at: now)
            else { return }
            waiting.remove(at: position)
        }
    }

    /// All that have room. A task that was tried before fits only where room was given back since.
    private mutating func placeWhatFits(at now: Double) {
        fresh.sort { $0.precedes($1) }
        var position = WaitingLine.Position()
        var new = 0
        var late: [WaitingLine.Entry] = []
        while let old = waiting.next(
            from: &position, where: { cores, memory in released.contains { room.has(cores, memory, on: $0) } })
        {
            while new < fresh.count, fresh[new].precedes(old) {
                if !put(fresh[new].task, onFirstOf: 0..<instance.nodeCount, at: now) { late.append(fresh[new]) }
                new += 1
            }
            if put(old.task, onFirstOf: released, at: now) {
                waiting.remove(at: position)
            } else {
                position.advance()
            }
        }
        for entry in fresh[new...] where !put(entry.task, onFirstOf: 0..<instance.nodeCount, at: now) {
            late.append(entry)
        }
        for entry in late { waiting.insert(entry) }
    }

    /// Places `task` on the first of `nodes` with room, if there is one.
    private mutating func put(_ task: Int, onFirstOf nodes: some Sequence<Int>, at now: Double) -> Bool {
        guard let node = nodes.first(where: { hasRoom(task, $0) }) else { return false }
        let arrival = instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes)
        timetable.nodes[task] = node
        timetable.placed[task] = now
        timetable.starts[task] = max(now, arrival)
        timetable.ends[task] = timetable.starts[task] + instance.duration(task, on: node)
        room.take(instance.cores[task], instance.memory[task], on: node)
        if instance.groups[task] >= 0 { groupNode[instance.groups[task]] = node }
        events.insert(task, at: timetable.ends[task])
        return true
    }
}
