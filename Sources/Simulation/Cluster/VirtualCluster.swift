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
    /// Tasks that were tried and found no room, by the pool that they need, those that need none first: what waits for one
    /// pool is not looked at when another has room again. A strict order has one line.
    private var waiting: [WaitingLine]
    /// Tasks that became ready since the last try.
    private var fresh: [WaitingLine.Entry] = []
    /// Nodes on which room was given back since the last try.
    private var released: [Int] = []
    private var isReleased: [Bool]
    /// The room on those nodes, where they are many.
    private var releasedRoom: RoomTree?

    /// Nodes that are looked at one by one.
    private static let few = 8

    private init(_ instance: SchedulingInstance, order: QueueOrder) {
        self.instance = instance
        self.order = order
        timetable = Timetable(count: instance.taskCount)
        room = NodeRoom(instance.cluster.nodes, instance.kinds)
        groupNode = [Int](repeating: -1, count: (instance.groups.max() ?? -1) + 1)
        unfinishedParents = (0..<instance.taskCount).map { instance.graph.parents(of: $0).count }
        let pools = order.isStrict ? 0 : instance.needs.reduce(0) { max($0, $1.pool + 1) }
        waiting = [WaitingLine](repeating: WaitingLine(), count: pools + 1)
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
        for entry in fresh { waiting[0].insert(entry) }
        let first = WaitingLine.Position()
        while true {
            var position = first
            guard let entry = waiting[0].next(from: &position, where: { _, _ in true }),
                put(entry.task, on: node(for: entry.task), at: now)
            else { return }
            waiting[0].remove(at: position)
        }
    }

    /// The lines in which a task may fit on a node that was released.
    private var openLines: [Int] {
        guard waiting.count > 1 else { return waiting[0].count > 0 ? [0] : [] }
        let pools = Set(released.map { instance.kinds.of($0).pool + 1 }).filter { $0 > 0 }
        return ([0] + pools.sorted()).filter { waiting[$0].count > 0 }
    }

    /// The next task of a line that may have room where some was given back.
    private func next(in line: Int, from position: inout WaitingLine.Position) -> WaitingLine.Entry? {
        waiting[line].next(from: &position) { cores, memory in
            releasedRoom.map { $0.first(cores, memory) != nil }
                ?? released.contains { room.has(cores, memory, on: $0) }
        }
    }

    /// All that have room. A task that was tried before fits only where room was given back since.
    private mutating func placeWhatFits(at now: Double) {
        fresh.sort { $0.precedes($1) }
        let isFew = released.count <= Self.few
        let open = released.isEmpty ? [] : openLines
        releasedRoom = isFew || open.isEmpty ? nil : roomOfReleased()
        var heads = open.map { line in
            var position = WaitingLine.Position()
            let entry = next(in: line, from: &position)
            return Head(line: line, position: position, entry: entry)
        }
        var new = 0
        var late: [WaitingLine.Entry] = []
        while let (place, old) = Self.first(of: heads) {
            while new < fresh.count, fresh[new].precedes(old) {
                if !put(fresh[new].task, on: node(for: fresh[new].task), at: now) { late.append(fresh[new]) }
                new += 1
            }
            // Elsewhere there is no more room than when it was tried before.
            let node = isFew ? released.first { hasRoom(old.task, $0) } : node(for: old.task)
            if put(old.task, on: node, at: now) {
                waiting[heads[place].line].remove(at: heads[place].position)
            } else {
                heads[place].position.advance()
            }
            heads[place].entry = next(in: heads[place].line, from: &heads[place].position)
        }
        for entry in fresh[new...] where !put(entry.task, on: node(for: entry.task), at: now) {
            late.append(entry)
        }
        for entry in late {
            let need = instance.needs[instance.needOf[entry.task]]
            waiting[need.pool + 1].insert(entry)
        }
    }

    /// How far a line was gone through, and the task there.
    private struct Head {
        var line: Int
        var position: WaitingLine.Position
        var entry: WaitingLine.Entry?
    }

    /// The task that comes first, and the place of its line.
    private static func first(of heads: [Head]) -> (place: Int, entry: WaitingLine.Entry)? {
        var first: (place: Int, entry: WaitingLine.Entry)?
        for (place, head) in heads.enumerated() {
            guard let entry = head.entry, first.map({ entry.precedes($0.entry) }) ?? true else { continue }
            first = (place, entry)
        }
        return first
    }

    private func roomOfReleased() -> RoomTree {
        var tree = RoomTree(count: released.count)
        for (leaf, node) in released.enumerated() {
            let limits = room.limits(on: node)
            tree.set(leaf, cores: limits.cores, memory: limits.memory)
        }
        return tree
    }

    /// The place of `node` among those released, which are in order.
    private func leaf(ofReleased node: Int) -> Int {
        var (low, high) = (0, released.count)
        while low < high {
            let middle = (low + high) / 2
            if released[middle] < node { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first node with room for `task`, in the file's order.
    private func node(for task: Int) -> Int? {
        let group = instance.groups[task]
        if group >= 0, groupNode[group] >= 0 { return hasRoom(task, groupNode[group]) ? groupNode[group] : nil }
        return room.first(instance.cores[task], instance.memory[task], for: instance.needs[instance.needOf[task]])
    }

    /// Places `task` on `node`, if there is one.
    private mutating func put(_ task: Int, on node: Int?, at now: Double) -> Bool {
        guard let node else { return false }
        let arrival = instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes)
        timetable.nodes[task] = node
        timetable.placed[task] = now
        timetable.starts[task] = max(now, arrival)
        timetable.ends[task] = timetable.starts[task] + instance.duration(task, on: node)
        room.take(instance.cores[task], instance.memory[task], on: node)
        if isReleased[node], releasedRoom != nil {
            let limits = room.limits(on: node)
            let leaf = leaf(ofReleased: node)
            releasedRoom?.set(leaf, cores: limits.cores, memory: limits.memory)
        }
        if instance.groups[task] >= 0 { groupNode[instance.groups[task]] = node }
        events.insert(task, at: timetable.ends[task])
        return true
    }
}
