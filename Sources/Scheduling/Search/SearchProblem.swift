import Simulation
import Workflows

/// An instance in flat arrays, made once for a search.
///
/// Neighbours of task i lie at `offsets[i]..<offsets[i + 1]`. Where all tasks hold the same number of cores and memory is
/// never what a task waits for, nodes are rows of equal machines, each of which runs one task at a time.
///
/// An object, so that what searches hands on is one reference and no copy of twenty arrays.
final class SearchProblem: Sendable {
    let taskCount: Int
    let nodeCount: Int
    let kindCount: Int
    let parentOffsets: [Int32]
    let parents: [Int32]
    /// Seconds from each parent to another node.
    let parentTransfers: [Double]
    let childOffsets: [Int32]
    let children: [Int32]
    let childTransfers: [Double]
    let topologicalOrder: [Int32]
    /// Tasks without children: the last task to end is one of them.
    let sinks: [Int32]
    /// Seconds of each task on each kind of node, at `task * kindCount + kind`; infinite where it does not fit.
    let lengths: [Double]
    let kindOfNode: [Int32]
    /// Tasks of no length, which hold nothing.
    let isEmpty: [Bool]
    /// The group of tasks that must share a node with each; -1 for none.
    let group: [Int32]
    /// What tasks hold, and what nodes have.
    let cores: [Double]
    let memory: [Double]
    let nodeCores: [Double]
    let nodeMemory: [Double]
    /// The node of each machine; none where nodes are no rows of machines.
    let nodeOfMachine: [Int32]
    let kindOfMachine: [Int32]
    /// The first machine of each node, and the number of machines behind them.
    let firstMachine: [Int32]

    var machineCount: Int { nodeOfMachine.count }
    /// Whether nodes are rows of machines.
    var hasMachines: Bool { !nodeOfMachine.isEmpty }

    /// Machines at the most: a search looks at all of them for each task that it moves.
    static let mostMachines = 256

    init(_ instance: SchedulingInstance) {
        taskCount = instance.taskCount
        nodeCount = instance.nodeCount
        let kinds = SearchKinds(instance)
        kindCount = kinds.first.count
        kindOfNode = kinds.ofNode
        lengths = kinds.lengths(of: instance)
        isEmpty = instance.runtimes.map { $0 <= 0 }
        group = (0..<instance.taskCount).map { Int32(instance.group(of: $0) ?? -1) }
        cores = instance.cores
        memory = instance.memory
        nodeCores = instance.cluster.nodes.map(\.cores)
        nodeMemory = instance.cluster.nodes.map { $0.memoryBytes ?? .infinity }
        (nodeOfMachine, firstMachine) = Self.machines(of: instance)
        kindOfMachine = nodeOfMachine.map { [kindOfNode] in kindOfNode[Int($0)] }
        topologicalOrder = instance.graph.topologicalOrder.map { Int32($0) }
        let edges = SearchEdges(instance)
        (parentOffsets, parents, parentTransfers) = (edges.parentOffsets, edges.parents, edges.parentTransfers)
        (childOffsets, children, childTransfers) = (edges.childOffsets, edges.children, edges.childTransfers)
        sinks = Self.sinks(edges.childOffsets)
    }

    /// `forward` with time running backwards: parents are children.
    private init(reversing forward: SearchProblem) {
        taskCount = forward.taskCount
        nodeCount = forward.nodeCount
        kindCount = forward.kindCount
        kindOfNode = forward.kindOfNode
        lengths = forward.lengths
        isEmpty = forward.isEmpty
        group = forward.group
        cores = forward.cores
        memory = forward.memory
        nodeCores = forward.nodeCores
        nodeMemory = forward.nodeMemory
        (nodeOfMachine, kindOfMachine) = (forward.nodeOfMachine, forward.kindOfMachine)
        firstMachine = forward.firstMachine
        topologicalOrder = forward.topologicalOrder.reversed()
        (parentOffsets, parents, parentTransfers) = (forward.childOffsets, forward.children, forward.childTransfers)
        (childOffsets, children, childTransfers) = (forward.parentOffsets, forward.parents, forward.parentTransfers)
        sinks = Self.sinks(forward.parentOffsets)
    }

    /// The same with time running backwards: parents are children.
    var reversed: SearchProblem { SearchProblem(reversing: self) }

    private static func sinks(_ childOffsets: [Int32]) -> [Int32] {
        (0..<(childOffsets.count - 1)).filter { childOffsets[$0] == childOffsets[$0 + 1] }.map { Int32($0) }
    }

    /// The nodes as rows of machines; nothing where they are not.
    private static func machines(of instance: SchedulingInstance) -> (nodes: [Int32], first: [Int32]) {
        guard let cores = instance.cores.first, instance.cores.allSatisfy({ $0 == cores }) else { return ([], []) }
        let memory = instance.memory.max() ?? 0
        var (nodes, first): ([Int32], [Int32]) = ([], [0])
        for (place, node) in instance.cluster.nodes.enumerated() {
            let slots = (node.cores / cores * (1 + 1e-12)).rounded(.down)
            // A task that fits at all fits alone.
            guard slots <= Double(mostMachines - nodes.count),
                slots <= 1 || slots * memory <= node.memoryBytes ?? .infinity
            else { return ([], []) }
            nodes += [Int32](repeating: Int32(place), count: Int(slots))
            first.append(Int32(nodes.count))
        }
        return (nodes, first)
    }
}

extension SearchProblem {
    /// Where the dependencies of `task` on its parents lie.
    func parentEdges(_ task: Int) -> Range<Int> { Int(parentOffsets[task])..<Int(parentOffsets[task + 1]) }
    /// Where those of its children on it lie.
    func childEdges(_ task: Int) -> Range<Int> { Int(childOffsets[task])..<Int(childOffsets[task + 1]) }

    /// Seconds of `task` on a machine, infinite where it does not fit.
    func length(_ task: Int, onMachine machine: Int) -> Double {
        lengths[task * kindCount + Int(kindOfMachine[machine])]
    }
    /// The same on a node.
    func length(_ task: Int, onNode node: Int) -> Double { lengths[task * kindCount + Int(kindOfNode[node])] }

    /// Seconds of `task` where it is shortest, and where it is longest.
    func lengthRange(_ task: Int) -> (shortest: Double, longest: Double) {
        var (shortest, longest) = (Double.infinity, 0.0)
        for kind in 0..<kindCount {
            let length = lengths[task * kindCount + kind]
            shortest = min(shortest, length)
            if length < .infinity { longest = max(longest, length) }
        }
        return (shortest, longest)
    }

    /// The longest time from the start of each task to the end of all, every task at its shortest and without transfers.
    var shortestRests: [Double] {
        var rests = [Double](repeating: 0, count: taskCount)
        for task in topologicalOrder.reversed() {
            var rest = 0.0
            for edge in childEdges(Int(task)) { rest = max(rest, rests[Int(children[edge])]) }
            rests[Int(task)] = rest + lengthRange(Int(task)).shortest
        }
        return rests
    }
}

/// The nodes of an instance, those that are alike as one kind.
private struct SearchKinds {
    private struct Likeness: Hashable {
        var cores: Double
        var memory: Double
        var speed: Double
        var overhead: Double
        var pool: String?
    }

    /// The kind of each node.
    let ofNode: [Int32]
    /// The first node of each kind.
    let first: [Int]

    init(_ instance: SchedulingInstance) {
        var numbers: [Likeness: Int32] = [:]
        var first: [Int] = []
        ofNode = instance.cluster.nodes.enumerated().map { place, node in
            let likeness = Likeness(
                cores: node.cores, memory: node.memoryBytes ?? .infinity, speed: node.speed,
                overhead: node.taskOverheadSeconds, pool: node.pool)
            if let number = numbers[likeness] { return number }
            numbers[likeness] = Int32(first.count)
            first.append(place)
            return Int32(first.count - 1)
        }
        self.first = first
    }

    /// Seconds of each task on each kind, infinite where it does not fit.
    func lengths(of instance: SchedulingInstance) -> [Double] {
        var lengths: [Double] = []
        lengths.reserveCapacity(instance.taskCount * first.count)
        for task in 0..<instance.taskCount {
            for node in first {
                lengths.append(instance.fits(task, on: node) ? instance.duration(task, on: node) : .infinity)
            }
        }
        return lengths
    }
}

/// The dependencies of an instance in both directions.
private struct SearchEdges {
    private(set) var parentOffsets: [Int32] = [0]
    private(set) var parents: [Int32] = []
    private(set) var parentTransfers: [Double] = []
    private(set) var childOffsets: [Int32]
    private(set) var children: [Int32]
    private(set) var childTransfers: [Double]

    init(_ instance: SchedulingInstance) {
        let (tasks, edges) = (instance.taskCount, instance.graph.edgeCount)
        parents.reserveCapacity(edges)
        parentTransfers.reserveCapacity(edges)
        childOffsets = [Int32](repeating: 0, count: tasks + 1)
        children = [Int32](repeating: 0, count: edges)
        childTransfers = [Double](repeating: 0, count: edges)
        for task in 0..<tasks {
            instance.forEachParent(of: task) { parent, transfer in
                parents.append(Int32(parent))
                parentTransfers.append(transfer)
                childOffsets[parent + 1] += 1
            }
            parentOffsets.append(Int32(parents.count))
        }
        for task in 0..<tasks { childOffsets[task + 1] += childOffsets[task] }
        var next = childOffsets
        for task in 0..<tasks {
            for edge in Int(parentOffsets[task])..<Int(parentOffsets[task + 1]) {
                let parent = Int(parents[edge])
                children[Int(next[parent])] = Int32(task)
                childTransfers[Int(next[parent])] = parentTransfers[edge]
                next[parent] += 1
            }
        }
    }
}
