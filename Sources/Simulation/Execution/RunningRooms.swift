import Workflows

/// What runs on each node while a plan is run, where no task starts before the one that was started there last.
///
/// The ends of what runs on a node are a binary heap (Williams, 1964); those of all nodes lie in one array. Room is
/// counted as in ``NodeRoom``.
struct RunningRooms {
    private let allCores: [Double]
    private let allMemory: [Double]
    private var freeCores: [Double]
    private var freeMemory: [Double]
    private var lastStarts: [Double]
    /// Where the heap of each node begins, and how many run there.
    private let offsets: [Int]
    private var counts: [Int]
    private var ends: [Double]
    private var cores: [Double]
    private var memory: [Double]

    /// Room for as many tasks on each node as `tasksOnNodes`, the node of each, has there.
    init(_ nodes: [Cluster.Node], tasksOnNodes: [Int]) {
        allCores = nodes.map(\.cores)
        allMemory = nodes.map { $0.memoryBytes ?? .infinity }
        (freeCores, freeMemory) = (allCores, allMemory)
        lastStarts = [Double](repeating: 0, count: nodes.count)
        var offsets = [Int](repeating: 0, count: nodes.count + 1)
        for node in tasksOnNodes { offsets[node + 1] += 1 }
        for node in nodes.indices { offsets[node + 1] += offsets[node] }
        self.offsets = offsets
        counts = [Int](repeating: 0, count: nodes.count)
        ends = [Double](repeating: 0, count: tasksOnNodes.count)
        (cores, memory) = (ends, ends)
    }

    /// Nothing runs; nothing starts before `now`.
    mutating func clear(at now: Double) {
        for node in counts.indices {
            counts[node] = 0
            freeCores[node] = allCores[node]
            freeMemory[node] = allMemory[node]
            lastStarts[node] = now
        }
    }

    /// The earliest start from `moment` on, and no earlier than what was started there last.
    mutating func start(_ cores: Double, _ memory: Double, on node: Int, from moment: Double) -> Double {
        var start = max(moment, lastStarts[node])
        while counts[node] > 0, ends[offsets[node]] <= start { release(on: node) }
        let most = (
            cores: cores - allCores[node] * NodeRoom.slack, memory: memory - allMemory[node] * NodeRoom.slack
        )
        while freeCores[node] < most.cores || freeMemory[node] < most.memory {
            precondition(counts[node] > 0, "a task that fits on a node has room when nothing runs there")
            start = max(start, ends[offsets[node]])
            release(on: node)
        }
        while counts[node] > 0, ends[offsets[node]] <= start { release(on: node) }
        lastStarts[node] = start
        return start
    }

    /// Holds room until `end`.
    mutating func hold(_ cores: Double, _ memory: Double, on node: Int, to end: Double) {
        freeCores[node] -= cores
        freeMemory[node] -= memory
        let offset = offsets[node]
        var place = counts[node]
        counts[node] += 1
        while place > 0, end < ends[offset + (place - 1) / 2] {
            move(offset + (place - 1) / 2, to: offset + place)
            place = (place - 1) / 2
        }
        ends[offset + place] = end
        self.cores[offset + place] = cores
        self.memory[offset + place] = memory
    }

    private mutating func move(_ from: Int, to: Int) {
        ends[to] = ends[from]
        cores[to] = cores[from]
        memory[to] = memory[from]
    }

    /// Gives back the room of what ends first on `node`.
    private mutating func release(on node: Int) {
        let offset = offsets[node]
        freeCores[node] += cores[offset]
        freeMemory[node] += memory[offset]
        counts[node] -= 1
        let count = counts[node]
        if count == 0 {
            // Fractions do not add up exactly.
            freeCores[node] = allCores[node]
            freeMemory[node] = allMemory[node]
            return
        }
        let (end, last) = (ends[offset + count], offset + count)
        var place = 0
        while true {
            var least = 2 * place + 1
            if least >= count { break }
            if least + 1 < count, ends[offset + least + 1] < ends[offset + least] { least += 1 }
            if ends[offset + least] >= end { break }
            move(offset + least, to: offset + place)
            place = least
        }
        move(last, to: offset + place)
    }
}
