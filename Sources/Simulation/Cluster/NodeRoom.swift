import Workflows

/// What is free on the nodes of a cluster at one moment.
///
/// Fractions of cores do not add up exactly (0.1 + 0.2 > 0.3), so a part in 10^12 of a node is given for free, and a node
/// that holds nothing has all of its room again, whatever was lost on the way: else a task as large as a node might wait
/// for ever.
struct NodeRoom {
    private struct Node {
        let cores: Double
        let memory: Double
        var freeCores: Double
        var freeMemory: Double
        var held = 0
        /// For how many reasons nothing may be placed on it.
        var closures = 0
        /// Its place in the tree of its kind.
        var kind: Int
        var leaf: Int
    }

    private var nodes: [Node]
    private let kinds: NodeKinds
    /// The room of the nodes of each kind.
    private var trees: [RoomTree]

    /// The part of a node that may be held beyond what it has.
    static let slack = 1e-12

    init(_ nodes: [Cluster.Node]) { self.init(nodes, NodeKinds(nodes)) }

    init(_ nodes: [Cluster.Node], _ kinds: NodeKinds) {
        self.kinds = kinds
        self.nodes = nodes.enumerated().map { place, node in
            let memory = node.memoryBytes ?? .infinity
            return Node(
                cores: node.cores, memory: memory, freeCores: node.cores, freeMemory: memory,
                kind: kinds.place(of: place), leaf: 0)
        }
        trees = kinds.nodes.map { RoomTree(count: $0.count) }
        for members in kinds.nodes {
            for (leaf, node) in members.enumerated() { self.nodes[node].leaf = leaf }
        }
        for node in nodes.indices { update(node) }
    }

    /// What may be asked for on `node`.
    func limits(on node: Int) -> (cores: Double, memory: Double) {
        nodes[node].closures > 0 ? (-.infinity, -.infinity) : openLimits(on: node)
    }

    private func openLimits(on node: Int) -> (cores: Double, memory: Double) {
        let here = nodes[node]
        return (here.freeCores + here.cores * Self.slack, here.freeMemory + here.memory * Self.slack)
    }

    private mutating func update(_ node: Int) {
        let limits = limits(on: node)
        trees[nodes[node].kind].set(nodes[node].leaf, cores: limits.cores, memory: limits.memory)
    }

    /// The first node, in the file's order from `start` on, that `need` fits on and that has these cores and this memory.
    ///
    /// - Complexity: linear in the kinds of nodes, each at the logarithm of its nodes.
    func first(_ cores: Double, _ memory: Double, for need: NodeNeed, from start: Int = 0) -> Int? {
        var best: Int?
        for place in kinds.all.indices {
            // Those behind it begin later still.
            if let best, kinds.nodes[place][0] > best { break }
            let leaf = start == 0 ? 0 : kinds.leaf(notBefore: start, of: place)
            guard need.fits(kinds.all[place]), let leaf = trees[place].first(cores, memory, from: leaf) else {
                continue
            }
            let node = kinds.nodes[place][leaf]
            best = min(best ?? node, node)
        }
        return best
    }

    /// Whether any node, of whatever pool, has these cores and this memory.
    func hasAnywhere(_ cores: Double, _ memory: Double) -> Bool {
        for place in trees.indices where trees[place].first(cores, memory) != nil { return true }
        return false
    }

    /// The first node from `start` on, of whatever pool, that has these cores and this memory.
    func firstAnywhere(_ cores: Double, _ memory: Double, from start: Int) -> Int? {
        first(cores, memory, for: NodeNeed(cores: 0, memory: 0, pool: NodeKinds.noPool), from: start)
    }

    func has(_ cores: Double, _ memory: Double, on node: Int) -> Bool {
        let limits = limits(on: node)
        return cores <= limits.cores && memory <= limits.memory
    }

    /// Whether a node has this room that may be closed to others.
    func hasBehindClosure(_ cores: Double, _ memory: Double, on node: Int) -> Bool {
        let limits = openLimits(on: node)
        return cores <= limits.cores && memory <= limits.memory
    }

    mutating func take(_ cores: Double, _ memory: Double, on node: Int) {
        nodes[node].freeCores -= cores
        nodes[node].freeMemory -= memory
        nodes[node].held += 1
        update(node)
    }

    mutating func giveBack(_ cores: Double, _ memory: Double, on node: Int) {
        nodes[node].held -= 1
        let isEmpty = nodes[node].held == 0
        nodes[node].freeCores = isEmpty ? nodes[node].cores : nodes[node].freeCores + cores
        nodes[node].freeMemory = isEmpty ? nodes[node].memory : nodes[node].freeMemory + memory
        update(node)
    }

    /// Keeps tasks from a node until it is opened as often as it was closed.
    mutating func close(_ node: Int) {
        nodes[node].closures += 1
        update(node)
    }

    mutating func open(_ node: Int) {
        nodes[node].closures -= 1
        precondition(nodes[node].closures >= 0, "a node is opened more often than it was closed")
        update(node)
    }

    func isClosed(_ node: Int) -> Bool { nodes[node].closures > 0 }
    /// What is free on a node, and how many tasks hold the rest.
    func free(on node: Int) -> (cores: Double, memory: Double, held: Int) {
        (nodes[node].freeCores, nodes[node].freeMemory, nodes[node].held)
    }
}
