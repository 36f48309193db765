import Workflows

/// What a task needs of a node to run there at all.
struct NodeNeed: Hashable, Sendable {
    var cores: Double
    var memory: Double
    /// The number of the pool; ``NodeKinds/noPool`` for any.
    var pool: Int

    /// Whether a node of this kind is large enough and in the pool.
    func fits(_ kind: NodeKinds.Kind) -> Bool {
        cores <= kind.cores && memory <= kind.memory && (pool == NodeKinds.noPool || pool == kind.pool)
    }

    /// Each of `all` once, and the place of each there.
    static func distinct(_ all: [NodeNeed]) -> (needs: [NodeNeed], places: [Int]) {
        var numbers = ValueNumbers<NodeNeed>()
        var last = -1
        let places = all.map { need -> Int in
            // Neighbours mostly need the same.
            if last >= 0, numbers.values[last] == need { return last }
            last = numbers.number(of: need)
            return last
        }
        return (numbers.values, places)
    }

    /// The needs of tasks of which those of one group must share a node.
    static func joined(_ needs: [NodeNeed], groups: [Int]) -> [NodeNeed] {
        var whole: [Int: NodeNeed] = [:]
        for (need, group) in zip(needs, groups) where group >= 0 {
            whole[group] = whole[group].map { $0.joined(with: need) } ?? need
        }
        return zip(needs, groups).map { need, group in whole[group] ?? need }
    }

    private func joined(with other: NodeNeed) -> NodeNeed {
        let isFree = pool == NodeKinds.noPool
        let isSame = isFree || other.pool == NodeKinds.noPool || pool == other.pool
        return NodeNeed(
            cores: max(cores, other.cores), memory: max(memory, other.memory),
            pool: isSame ? (isFree ? other.pool : pool) : NodeKinds.unknownPool)
    }
}

/// The nodes of a cluster, those that are alike as one kind: a cluster of thousands seldom has more than a few.
struct NodeKinds: Sendable {
    /// What makes nodes alike.
    struct Kind: Hashable, Sendable {
        var cores: Double
        var memory: Double
        var speed: Double
        var overhead: Double
        /// The number of the pool; ``NodeKinds/noPool`` for none.
        var pool: Int
    }

    /// No pool in particular.
    static let noPool = -1
    /// A pool that no node is in; also that of tasks which must share a node and are in different pools.
    static let unknownPool = -2

    /// The kinds, in the order of their first nodes.
    let all: [Kind]
    /// The nodes of each, in order.
    let nodes: [[Int]]
    private let ofNode: [Int]
    /// The pools have numbers in the order of their first nodes, whatever tasks ask for: workflows of one cluster share them.
    private let pools: [String: Int]

    /// The kinds of `nodes`.
    init(_ nodes: [Cluster.Node]) {
        var pools: [String: Int] = [:]
        for case let pool? in nodes.lazy.map(\.pool) where pools[pool] == nil { pools[pool] = pools.count }
        self.pools = pools
        var numbers = ValueNumbers<Kind>()
        var places: [[Int]] = []
        ofNode = nodes.enumerated().map { place, node in
            let kind = Kind(
                cores: node.cores, memory: node.memoryBytes ?? .infinity, speed: node.speed,
                overhead: node.taskOverheadSeconds, pool: node.pool.flatMap { pools[$0] } ?? Self.noPool)
            let number = numbers.number(of: kind)
            if number == places.count { places.append([]) }
            places[number].append(place)
            return number
        }
        all = numbers.values
        self.nodes = places
    }

    /// How many nodes of a kind stand before `node`.
    func leaf(notBefore node: Int, of kind: Int) -> Int {
        var (low, high) = (0, nodes[kind].count)
        while low < high {
            let middle = (low + high) / 2
            if nodes[kind][middle] < node { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The number of pools.
    var poolCount: Int { pools.count }
    /// The number of a pool by its name; nil stands for any.
    func number(ofPool name: String?) -> Int { name.map { pools[$0] ?? Self.unknownPool } ?? Self.noPool }
    /// The kind of a node.
    func of(_ node: Int) -> Kind { all[ofNode[node]] }
    /// The place of a node's kind among all of them.
    func place(of node: Int) -> Int { ofNode[node] }
}
