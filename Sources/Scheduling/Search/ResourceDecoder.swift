/// Decodes orders on nodes of any cores and memory, which tasks share.
///
/// What is free on a node is constant from one moment to the next; those pieces lie in a list for each node.
struct ResourceDecoder: ListDecoder {
    let problem: SearchProblem
    private var nodes: [Int32]
    private(set) var starts: [Double]
    private(set) var ends: [Double]
    /// The pieces of all nodes: when each begins, what is free, and the next piece; the first of a node has its number.
    private var moment: [Double] = []
    private var freeCores: [Double] = []
    private var freeMemory: [Double] = []
    private var next: [Int32] = []
    /// The first piece of each node with room for the smallest task.
    private var open: [Int32]
    private var ready: NodeMoments
    private var nodeOfGroup: [Int32]
    let shortestRests: [Double]
    private let least: (cores: Double, memory: Double)

    /// The part of a node that may be held beyond what it has, since fractions do not add up exactly.
    private static let slack = 1e-12

    init(_ problem: SearchProblem) {
        self.problem = problem
        nodes = [Int32](repeating: 0, count: problem.taskCount)
        starts = [Double](repeating: 0, count: problem.taskCount)
        ends = starts
        open = [Int32](repeating: 0, count: problem.nodeCount)
        ready = NodeMoments(nodes: problem.nodeCount)
        nodeOfGroup = [Int32](repeating: -1, count: Int(problem.group.max() ?? -1) + 1)
        shortestRests = problem.shortestRests
        least = (problem.cores.min() ?? 0, problem.memory.min() ?? 0)
    }

    func node(_ task: Int) -> Int { Int(nodes[task]) }

    mutating func clear() {
        moment.removeAll(keepingCapacity: true)
        next.removeAll(keepingCapacity: true)
        freeCores.removeAll(keepingCapacity: true)
        freeMemory.removeAll(keepingCapacity: true)
        for node in 0..<problem.nodeCount {
            addPiece(at: 0, cores: problem.nodeCores[node], memory: problem.nodeMemory[node], next: -1)
            open[node] = Int32(node)
        }
        for group in nodeOfGroup.indices { nodeOfGroup[group] = -1 }
    }

    private mutating func addPiece(at start: Double, cores: Double, memory: Double, next following: Int32) {
        moment.append(start)
        freeCores.append(cores)
        freeMemory.append(memory)
        next.append(following)
    }

    mutating func place(_ task: Int) -> Double {
        ready.clear()
        for edge in problem.parentEdges(task) {
            let parent = Int(problem.parents[edge])
            ready.add(ends[parent], on: Int(nodes[parent]), transfer: problem.parentTransfers[edge])
        }
        ready.close()
        let group = Int(problem.group[task])
        let bound = group >= 0 ? nodeOfGroup[group] : -1
        var best = (node: -1, start: 0.0, end: Double.infinity)
        for node in 0..<problem.nodeCount where bound < 0 || Int(bound) == node {
            let length = problem.length(task, onNode: node)
            guard length < .infinity, ready[node] + length < best.end else { continue }
            let start = length > 0 ? earliestStart(task, on: node, length, before: best.end - length) : ready[node]
            if start + length < best.end { best = (node, start, start + length) }
        }
        nodes[task] = Int32(best.node)
        starts[task] = best.start
        ends[task] = best.end
        if group >= 0 { nodeOfGroup[group] = Int32(best.node) }
        if !problem.isEmpty[task] { hold(task, on: best.node) }
        return best.end
    }

    private func hasRoom(_ cores: Double, _ memory: Double, on node: Int, in piece: Int) -> Bool {
        cores <= freeCores[piece] + problem.nodeCores[node] * Self.slack
            && memory <= freeMemory[piece] + problem.nodeMemory[node] * Self.slack
    }

    /// When `task` can start on `node`; infinite where that is at `limit` or later.
    private func earliestStart(_ task: Int, on node: Int, _ length: Double, before limit: Double) -> Double {
        let (cores, memory) = (problem.cores[task], problem.memory[task])
        var piece = Int(open[node])
        while next[piece] >= 0, moment[Int(next[piece])] <= ready[node] { piece = Int(next[piece]) }
        var start = max(ready[node], moment[piece])
        while start < limit {
            let following = Int(next[piece])
            if hasRoom(cores, memory, on: node, in: piece) {
                if following < 0 || moment[following] >= start + length { return start }
                piece = following
            } else {
                guard following >= 0 else { return .infinity }
                piece = following
                start = moment[piece]
            }
        }
        return .infinity
    }

    /// Takes what `task` holds out of the pieces of its time.
    private mutating func hold(_ task: Int, on node: Int) {
        let (cores, memory) = (problem.cores[task], problem.memory[task])
        var piece = split(at: starts[task], from: Int(open[node]))
        while piece >= 0, moment[piece] < ends[task] {
            let following = Int(next[piece])
            if following < 0 || moment[following] > ends[task] { _ = split(at: ends[task], from: piece) }
            freeCores[piece] -= cores
            freeMemory[piece] -= memory
            piece = Int(next[piece])
        }
        var first = Int(open[node])
        while next[first] >= 0, !hasRoom(least.cores, least.memory, on: node, in: first) { first = Int(next[first]) }
        open[node] = Int32(first)
    }

    /// The piece that begins at `time`, made if there is none; `piece` begins no later.
    private mutating func split(at time: Double, from piece: Int) -> Int {
        var piece = piece
        while next[piece] >= 0, moment[Int(next[piece])] <= time { piece = Int(next[piece]) }
        if moment[piece] == time { return piece }
        addPiece(at: time, cores: freeCores[piece], memory: freeMemory[piece], next: next[piece])
        next[piece] = Int32(moment.count - 1)
        return moment.count - 1
    }
}
