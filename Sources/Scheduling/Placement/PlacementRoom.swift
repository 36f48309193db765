import Simulation
import Workflows

/// The nodes of a running system as ready tasks are placed on them, and what keeps a task from a node.
///
/// Nodes that are alike are one kind, so that what holds for all of them is asked once, and a tree over the room on
/// nodes finds the first with enough.
struct PlacementRoom {
    /// What a task asks for.
    struct Need {
        var cores: Double
        var memory: Double
        /// At speed 1; 0 if nobody knows.
        var seconds: Double

        init(_ task: ReadyTask) {
            cores = task.cores
            memory = task.memoryBytes
            seconds = task.durationSeconds ?? 0
        }
    }

    /// What keeps a task from a node, the farthest from taking it first.
    enum Obstacle: Int, Comparable {
        case excluded, tooSmall, dear, late, full

        static func < (a: Obstacle, b: Obstacle) -> Bool { a.rawValue < b.rawValue }
    }

    /// What nodes that are alike have in common.
    struct Kind: Hashable {
        var cores: Double
        var memory: Double
        var speed: Double
        var overhead: Double
        var price: Double

        init(_ node: Cluster.Node) {
            cores = node.cores
            memory = node.memoryBytes ?? .infinity
            speed = node.speed
            overhead = node.taskOverheadSeconds
            price = node.pricePerHour
        }

        /// How long a task runs here that takes `seconds` at speed 1.
        func duration(_ seconds: Double) -> Double { seconds > 0 ? seconds / speed + overhead : 0 }

        func price(_ seconds: Double) -> Double { price > 0 ? duration(seconds) / 3600 * price : 0 }
    }

    /// The number of the kind of a node that may not be used.
    static let barred = -1

    /// The kinds of nodes that may be used, in the order of their first nodes.
    let kinds: [Kind]
    /// The nodes of each kind, in order.
    let members: [[Int]]
    /// The number of each node's kind; ``barred`` for those that may not be used.
    let kindOf: [Int]
    /// The place of each node among those of its kind.
    let leaves: [Int]
    /// Seconds until a first task can start on each node: those of its start-up, unless something runs there.
    private(set) var delays: [Double]
    private(set) var freeCores: [Double]
    private(set) var freeMemory: [Double]
    /// The room on the nodes of each kind, in order.
    private(set) var trees: [RoomTree]
    /// The room on all nodes; none on those that may not be used.
    private(set) var whole: RoomTree
    private let deadline: Double
    private let maxCost: Double
    private(set) var spent = 0.0
    /// The moment.
    var now: Double

    init(_ state: ClusterState, under constraints: PlacementConstraints) {
        let (pools, excluded) = (Set(constraints.pools), Set(constraints.excludedNodes))
        var numbers = ValueNumbers<Kind>()
        var members: [[Int]] = []
        var leaves = [Int](repeating: 0, count: state.nodes.count)
        kindOf = state.nodes.enumerated().map { place, node in
            let isInPool = pools.isEmpty || node.node.pool.map(pools.contains) ?? false
            guard isInPool, !excluded.contains(node.node.name) else { return Self.barred }
            let kind = Kind(node.node)
            let number = numbers.number(of: kind)
            if number == members.count { members.append([]) }
            leaves[place] = members[number].count
            members[number].append(place)
            return number
        }
        (kinds, self.members, self.leaves) = (numbers.values, members, leaves)
        freeCores = state.nodes.map(\.freeCores)
        freeMemory = state.nodes.map { $0.freeMemoryBytes ?? .infinity }
        delays = state.nodes.map { $0.running.isEmpty ? $0.node.startupSeconds : 0 }
        trees = members.map { RoomTree(count: $0.count) }
        whole = RoomTree(count: state.nodes.count)
        deadline = constraints.deadlineAt ?? .infinity
        maxCost = constraints.maxCost ?? .infinity
        now = state.now
        for node in kindOf.indices { update(node) }
    }

    var count: Int { kindOf.count }

    /// Whether neither a deadline nor a price keeps a task from a node.
    var isUnbounded: Bool { deadline == .infinity && maxCost == .infinity }

    /// Whether placing a task may make others too dear.
    var hasBoundedCost: Bool { maxCost < .infinity }

    /// What may be asked for on `node`. Fractions of cores do not add up exactly, so a part in 10^12 of a node is given
    /// for free.
    func limits(on node: Int) -> (cores: Double, memory: Double) {
        let kind = kinds[kindOf[node]]
        return (freeCores[node] + kind.cores * 1e-12, freeMemory[node] + kind.memory * 1e-12)
    }

    private mutating func update(_ node: Int) {
        guard kindOf[node] != Self.barred else { return }
        let limits = limits(on: node)
        trees[kindOf[node]].set(leaves[node], cores: limits.cores, memory: limits.memory)
        whole.set(node, cores: limits.cores, memory: limits.memory)
    }

    /// How long `need` runs on `node`, which may be used.
    func seconds(_ need: Need, on node: Int) -> Double { kinds[kindOf[node]].duration(need.seconds) }

    /// Whether something so small could be placed on `node` now.
    func has(_ cores: Double, _ memory: Double, on node: Int) -> Bool {
        guard kindOf[node] != Self.barred else { return false }
        let limits = limits(on: node)
        return cores <= limits.cores && memory <= limits.memory
    }

    /// What keeps `need` from every node of a kind, whatever runs there now.
    func obstacle(_ need: Need, onKind number: Int) -> Obstacle? {
        let kind = kinds[number]
        if need.cores > kind.cores || need.memory > kind.memory { return .tooSmall }
        if isDear(need, onKind: number) { return .dear }
        return now + kind.duration(need.seconds) > deadline ? .late : nil
    }

    /// Whether `need` on a node of a kind would exceed the bound of the cost.
    func isDear(_ need: Need, onKind number: Int) -> Bool {
        spent + kinds[number].price(need.seconds) > maxCost * (1 + 1e-12)
    }

    /// Why `need` cannot start on `node` now; nil if it can.
    func obstacle(_ need: Need, on node: Int) -> Obstacle? {
        guard kindOf[node] != Self.barred else { return .excluded }
        return obstacle(need, onKind: kindOf[node]) ?? (has(need.cores, need.memory, on: node) ? nil : .full)
    }

    /// What keeps `need` from the node that comes nearest to taking it; nil if one takes it or there is none.
    func obstacle(_ need: Need) -> Obstacle? {
        // Mostly there is no room on any node, whatever else there may be against one.
        let isFull = whole.first(need.cores, need.memory) == nil
        var nearest: Obstacle? = kindOf.isEmpty ? nil : .excluded
        for number in kinds.indices {
            let obstacle = obstacle(need, onKind: number)
            if obstacle == nil, isFull { return .full }
            if obstacle == nil, hasRoom(need, onKind: number) { return nil }
            nearest = max(nearest ?? .excluded, obstacle ?? .full)
        }
        return nearest
    }

    /// Whether `need` can start on a node of a kind now.
    func hasRoom(_ need: Need, onKind number: Int) -> Bool {
        obstacle(need, onKind: number) == nil && trees[number].first(need.cores, need.memory) != nil
    }

    /// How many nodes of a kind have so much free; 2 for more.
    func nodesWithRoom(_ cores: Double, _ memory: Double, ofKind number: Int) -> Int {
        guard let first = trees[number].first(cores, memory) else { return 0 }
        return trees[number].first(cores, memory, from: first + 1) == nil ? 1 : 2
    }

    /// Whether `need` could be placed now or once others have ended.
    func isOpen(to need: Need) -> Bool { kinds.indices.contains { obstacle(need, onKind: $0) == nil } }

    /// Holds what `need` asks for of `node`.
    mutating func take(_ need: Need, on node: Int) {
        freeCores[node] -= need.cores
        freeMemory[node] -= need.memory
        delays[node] = 0
        spent += kinds[kindOf[node]].price(need.seconds)
        update(node)
    }

    mutating func giveBack(_ cores: Double, _ memory: Double, on node: Int) {
        guard kindOf[node] != Self.barred else { return }
        freeCores[node] = min(freeCores[node] + cores, kinds[kindOf[node]].cores)
        freeMemory[node] = min(freeMemory[node] + memory, kinds[kindOf[node]].memory)
        update(node)
    }
}
