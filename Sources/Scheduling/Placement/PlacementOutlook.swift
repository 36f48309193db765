import Simulation

/// What is to be expected if a rule goes on placing ready tasks.
///
/// What waits is placed in the order in which the rule left it, each task on the node that the rule takes, whenever
/// room is given back.
struct PlacementOutlook {
    /// Tasks that never find a node.
    private(set) var unplaced = 0
    /// When the last workflow ends.
    private(set) var end: Double

    /// Fewer tasks without a node are better, then an earlier end.
    func isBetter(than other: PlacementOutlook) -> Bool {
        unplaced != other.unplaced ? unplaced < other.unplaced : end < other.end
    }

    /// What holds a part of a node until it ends.
    private struct Holder {
        var node: Int
        var cores: Double
        var memory: Double
    }

    private var placer: ReadyPlacer
    private var holders: [Holder] = []
    private var ends = EventQueue()
    private var line = WaitingLine()

    /// Lets `placer`, which has placed `placed`, go on until all that it can place has ended; nil if `isOver` says so
    /// before.
    init?(_ placer: ReadyPlacer, placed: [ReadyPlacer.Placement], isOver: () -> Bool) {
        self.placer = placer
        end = placer.room.now
        occupy()
        for placement in placed { start(placement.task, on: placement.node) }
        for (rank, task) in placer.waiting.enumerated() {
            let need = placer.ready.needs[task]
            line.insert(.init(priority: 0, key: Double(rank), task: task, cores: need.cores, memory: need.memory))
        }
        var isStrict = false
        if case .strictly = placer.rule.manner { isStrict = true }
        while line.count > 0, let moment = ends.earliest {
            if isOver() { return nil }
            self.placer.room.now = moment
            let released = release(at: moment)
            let isWhole = isStrict ? placeFirst(isOver: isOver) : place(on: released, isOver: isOver)
            if !isWhole { return nil }
        }
        unplaced += line.count
    }

    /// Places what has room on nodes where some was given back; whether `isOver` did not say so before.
    private mutating func place(on released: [Int], isOver: () -> Bool) -> Bool {
        var position = WaitingLine.Position()
        while let entry = line.next(
            from: &position,
            where: { cores, memory in released.contains { placer.room.has(cores, memory, on: $0) } })
        {
            if isOver() { return false }
            if let node = placer.place(entry.task, among: released) {
                start(entry.task, on: node)
                line.remove(at: position)
            } else if placer.room.isOpen(to: placer.ready.needs[entry.task]) {
                position.advance()
            } else {
                unplaced += 1
                line.remove(at: position)
            }
        }
        return true
    }

    /// Places tasks up to the first that waits for room; whether `isOver` did not say so before.
    private mutating func placeFirst(isOver: () -> Bool) -> Bool {
        while true {
            var position = WaitingLine.Position()
            guard let entry = line.next(from: &position, where: { _, _ in true }) else { return true }
            if isOver() { return false }
            if let node = placer.place(entry.task) {
                start(entry.task, on: node)
            } else if placer.room.isOpen(to: placer.ready.needs[entry.task]) {
                return true
            } else {
                unplaced += 1
            }
            line.remove(at: position)
        }
    }

    /// What runs on a node gives its share back when it ends. Those that are not said to hold so much hold the same.
    private mutating func occupy() {
        for (place, node) in placer.state.nodes.enumerated() {
            let said = node.running.reduce((cores: 0.0, memory: 0.0)) {
                ($0.cores + ($1.cores ?? 0), $0.memory + ($1.memoryBytes ?? 0))
            }
            let silent = (
                cores: Double(max(node.running.count { $0.cores == nil }, 1)),
                memory: Double(max(node.running.count { $0.memoryBytes == nil }, 1))
            )
            let cores = max(0, node.node.cores - node.freeCores - said.cores) / silent.cores
            let memory =
                max(0, (node.node.memoryBytes ?? 0) - (node.freeMemoryBytes ?? 0) - said.memory) / silent.memory
            for task in node.running {
                ends.insert(holders.count, at: max(placer.state.now, task.endsAt ?? placer.state.now))
                holders.append(Holder(node: place, cores: task.cores ?? cores, memory: task.memoryBytes ?? memory))
            }
        }
    }

    /// `task` has just been placed on `node`.
    private mutating func start(_ task: Int, on node: Int) {
        let need = placer.ready.needs[task]
        let ending = placer.room.now + placer.room.seconds(need, on: node)
        ends.insert(holders.count, at: ending)
        holders.append(Holder(node: node, cores: need.cores, memory: need.memory))
        // The rest of its workflow runs behind it.
        let rest = (placer.ready.tasks[task].remainingSeconds ?? 0) - (placer.ready.tasks[task].durationSeconds ?? 0)
        end = max(end, ending + max(rest, 0))
    }

    /// Gives back what has ended; the nodes that it was on, in order.
    private mutating func release(at moment: Double) -> [Int] {
        var released: [Int] = []
        while ends.earliest == moment {
            let holder = holders[ends.pop()]
            placer.room.giveBack(holder.cores, holder.memory, on: holder.node)
            released.append(holder.node)
        }
        released.sort()
        var last = -1
        released.removeAll { node in
            defer { last = node }
            return node == last
        }
        return released
    }
}
