import Simulation

/// What is to be expected if a rule goes on placing ready tasks as it began.
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

    private var holders: [Holder] = []
    private var ends = EventQueue()

    /// Lets `placer`, which has placed `placed`, go on until all that it can place has ended; nil if `isOver` says so
    /// before.
    init?(_ placer: ReadyPlacer, placed: [ReadyPlacer.Placement], isOver: () -> Bool) {
        var placer = placer
        end = placer.room.now
        occupy(placer)
        for placement in placed { start(placement.task, on: placement.node, placer) }
        var line = WaitingLine()
        for entry in placer.waiting { line.insert(entry) }
        while line.count > 0, let moment = ends.earliest {
            if isOver() { return nil }
            placer.room.now = moment
            let released = release(at: moment, &placer.room)
            var position = WaitingLine.Position()
            while let entry = line.next(
                from: &position,
                where: { cores, memory in released.contains { placer.room.has(cores, memory, on: $0) } })
            {
                if isOver() { return nil }
                if let node = placer.node(for: placer.needs[entry.task], among: released) {
                    start(entry.task, on: node, placer)
                    placer.room.take(placer.needs[entry.task], on: node)
                    line.remove(at: position)
                } else if placer.room.isOpen(to: placer.needs[entry.task]) {
                    position.advance()
                } else {
                    unplaced += 1
                    line.remove(at: position)
                }
            }
        }
        unplaced += line.count
    }

    /// What runs on a node gives its share back when it ends: how much each holds is not told, so all hold the same.
    private mutating func occupy(_ placer: ReadyPlacer) {
        for (place, node) in placer.state.nodes.enumerated() {
            let count = Double(max(node.running.count, 1))
            let cores = max(0, node.node.cores - node.freeCores) / count
            let memory = max(0, (node.node.memoryBytes ?? 0) - (node.freeMemoryBytes ?? 0)) / count
            for task in node.running {
                ends.insert(holders.count, at: max(placer.state.now, task.endsAt ?? placer.state.now))
                holders.append(Holder(node: place, cores: cores, memory: memory))
            }
        }
    }

    private mutating func start(_ task: Int, on node: Int, _ placer: ReadyPlacer) {
        let need = placer.needs[task]
        let ending = placer.room.now + placer.room.seconds(need, on: node)
        ends.insert(holders.count, at: ending)
        holders.append(Holder(node: node, cores: need.cores, memory: need.memory))
        // The rest of its workflow runs behind it.
        let rest = (placer.ready[task].remainingSeconds ?? 0) - (placer.ready[task].durationSeconds ?? 0)
        end = max(end, ending + max(rest, 0))
    }

    /// Gives back what has ended; the nodes that it was on, in order.
    private mutating func release(at moment: Double, _ room: inout PlacementRoom) -> [Int] {
        var released: Set<Int> = []
        while ends.earliest == moment {
            let holder = holders[ends.pop()]
            room.giveBack(holder.cores, holder.memory, on: holder.node)
            released.insert(holder.node)
        }
        return released.sorted()
    }
}
