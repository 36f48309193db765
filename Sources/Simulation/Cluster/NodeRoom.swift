import Workflows

/// What is free on the nodes of a cluster at one moment.
///
/// Fractions of cores do not add up exactly (0.1 + 0.2 > 0.3), so a part in 10^12 of a node is given for free, and a node
/// that holds nothing has all of its room again, whatever was lost on the way: else a task as large as a node might wait
/// for ever.
struct NodeRoom {
    private let allCores: [Double]
    private let allMemory: [Double]
    private var freeCores: [Double]
    private var freeMemory: [Double]
    private var held: [Int]
    private let kinds: NodeKinds
    /// The room of the nodes of each kind, and the place of each node there.
    private var trees: [RoomTree]
    private let leaves: [Int]

    /// The part of a node that may be held beyond what it has.
    static let slack = 1e-12

    init(_ nodes: [Cluster.Node]) { self.init(nodes, NodeKinds(nodes)) }

    init(_ nodes: [Cluster.Node], _ kinds: NodeKinds) {
        allCores = nodes.map(\.cores)
        allMemory = nodes.map { $0.memoryBytes ?? .infinity }
        freeCores = allCores
        freeMemory = allMemory
        held = [Int](repeating: 0, count: nodes.count)
        self.kinds = kinds
        var leaves = [Int](repeating: 0, count: nodes.count)
        trees = kinds.nodes.map { members in
            for (leaf, node) in members.enumerated() { leaves[node] = leaf }
            return RoomTree(count: members.count)
        }
        self.leaves = leaves
        for node in nodes.indices { update(node) }
    }

    /// What may be asked for on `node`.
    func limits(on node: Int) -> (cores: Double, memory: Double) {
        (freeCores[node] + allCores[node] * Self.slack, freeMemory[node] + allMemory[node] * Self.slack)
    }

    private mutating func update(_ node: Int) {
        let limits = limits(on: node)
        trees[kinds.place(of: node)].set(leaves[node], cores: limits.cores, memory: limits.memory)
    }

    /// The first node, in the file's order, that `need` fits on and that has these cores and this memory.
    ///
    /// - Complexity: linear in the kinds of nodes, each at the logarithm of its nodes.
    func first(_ cores: Double, _ memory: Double, for need: NodeNeed) -> Int? {
        var best: Int?
        for (place, kind) in kinds.all.enumerated() {
            let members = kinds.nodes[place]
            // Those behind it begin later still.
            if let best, members[0] > best { break }
            guard need.fits(kind), let leaf = trees[place].first(cores, memory) else { continue }
            best = min(best ?? members[leaf], members[leaf])
        }
        return best
    }

    func has(_ cores: Double, _ memory: Double, on node: Int) -> Bool {
        let limits = limits(on: node)
        return cores <= limits.cores && memory <= limits.memory
    }

    mutating func take(_ cores: Double, _ memory: Double, on node: Int) {
        freeCores[node] -= cores
        freeMemory[node] -= memory
        held[node] += 1
        update(node)
    }

    mutating func giveBack(_ cores: Double, _ memory: Double, on node: Int) {
        held[node] -= 1
        freeCores[node] = held[node] == 0 ? allCores[node] : freeCores[node] + cores
        freeMemory[node] = held[node] == 0 ? allMemory[node] : freeMemory[node] + memory
        update(node)
    }
}
