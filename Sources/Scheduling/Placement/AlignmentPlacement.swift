/// Fills node after node, each with the tasks that suit what is free on it best.
///
/// The alignment of a task with a node is the dot product of what the task asks for and what is free there, both as
/// parts of what the node has: c / C · freeC / C + m / M · freeM / M. Of the tasks that fit, the one with the largest
/// is placed and the node is looked at anew; of equals the first in the order. Memory without a limit counts for
/// nothing.
///
/// Grandl, Ananthanarayanan, Kandula, Rao, Akella, "Multi-resource packing for cluster schedulers", 2014, section 3.2.
struct AlignmentPlacement {
    /// Tasks that ask for like things, and the least and the most of it.
    private struct Block {
        var entries: Range<Int>
        var leastCores = Double.infinity
        var leastMemory = Double.infinity
        var mostCores = -Double.infinity
        var mostMemory = -Double.infinity
    }

    private static let blockSize = 64
    private let ready: ReadySet
    /// The tasks, those of one block side by side; places in the order, `taken` for those that are placed.
    private var places: [Int]
    private var cores: [Double]
    private var memory: [Double]
    private var blocks: [Block] = []
    private let order: ArraySlice<Int>

    /// `order` has the tasks of one priority.
    init(_ ready: ReadySet, order: ArraySlice<Int>) {
        self.ready = ready
        self.order = order
        places = NeedBlocks.arranged(order.map { ready.needs[$0] }, size: Self.blockSize).map { $0 + order.startIndex }
        cores = places.map { ready.needs[order[$0]].cores }
        memory = places.map { ready.needs[order[$0]].memory }
        for start in stride(from: 0, to: places.count, by: Self.blockSize) {
            blocks.append(measured(start..<min(start + Self.blockSize, places.count)))
        }
    }

    private func measured(_ entries: Range<Int>) -> Block {
        var block = Block(entries: entries)
        for entry in entries where cores[entry] < .infinity {
            block.leastCores = min(block.leastCores, cores[entry])
            block.leastMemory = min(block.leastMemory, memory[entry])
            block.mostCores = max(block.mostCores, cores[entry])
            block.mostMemory = max(block.mostMemory, memory[entry])
        }
        return block
    }

    /// Places what has room; nil if `isOver` says so before.
    mutating func placeNow(in room: inout PlacementRoom, isOver: () -> Bool) -> [ReadyPlacer.Placement]? {
        var placed: [ReadyPlacer.Placement] = []
        for node in 0..<room.count where room.kindOf[node] != PlacementRoom.barred {
            if isOver() { return nil }
            while let (block, entry) = best(on: node, in: room) {
                if isOver() { return nil }
                let task = order[places[entry]]
                room.take(ready.needs[task], on: node)
                placed.append(ReadyPlacer.Placement(task: task, node: node))
                cores[entry] = .infinity
                blocks[block] = measured(blocks[block].entries)
            }
        }
        return placed
    }

    /// The task that is aligned best with `node`.
    private func best(on node: Int, in room: PlacementRoom) -> (block: Int, entry: Int)? {
        let (kind, limits) = (room.kinds[room.kindOf[node]], room.limits(on: node))
        let coreWeight = max(0, room.freeCores[node]) / kind.cores / kind.cores
        let memoryWeight = kind.memory < .infinity ? max(0, room.freeMemory[node]) / kind.memory / kind.memory : 0
        var best: (block: Int, entry: Int)?
        var most = -Double.infinity
        for (number, block) in blocks.enumerated()
        where block.leastCores <= limits.cores && block.leastMemory <= limits.memory
            && block.mostCores * coreWeight + block.mostMemory * memoryWeight >= most
        {
            for entry in block.entries where cores[entry] <= limits.cores && memory[entry] <= limits.memory {
                let alignment = cores[entry] * coreWeight + memory[entry] * memoryWeight
                guard alignment > most || (alignment == most && places[entry] < places[best?.entry ?? entry]),
                    room.obstacle(ready.needs[order[places[entry]]], onKind: room.kindOf[node]) == nil
                else { continue }
                (best, most) = ((number, entry), alignment)
            }
        }
        return best
    }
}
