import Workflows

/// The nodes of a running system as ready tasks are placed on them, and what keeps a task from a node.
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

    private struct Node {
        var isAllowed: Bool
        var cores: Double
        var memory: Double
        var speed: Double
        var overhead: Double
        var price: Double
        var freeCores: Double
        var freeMemory: Double
    }

    private var nodes: [Node]
    private let deadline: Double
    private let maxCost: Double
    private var spent = 0.0
    /// The moment.
    var now: Double

    init(_ state: ClusterState, under constraints: PlacementConstraints) {
        let (pools, excluded) = (Set(constraints.pools), Set(constraints.excludedNodes))
        nodes = state.nodes.map { place in
            let node = place.node
            let isInPool = pools.isEmpty || node.pool.map(pools.contains) ?? false
            return Node(
                isAllowed: isInPool && !excluded.contains(node.name), cores: node.cores,
                memory: node.memoryBytes ?? .infinity, speed: node.speed, overhead: node.taskOverheadSeconds,
                price: node.pricePerHour, freeCores: place.freeCores, freeMemory: place.freeMemoryBytes ?? .infinity)
        }
        deadline = constraints.deadlineAt ?? .infinity
        maxCost = constraints.maxCost ?? .infinity
        now = state.now
    }

    var count: Int { nodes.count }

    func seconds(_ need: Need, on node: Int) -> Double {
        need.seconds > 0 ? need.seconds / nodes[node].speed + nodes[node].overhead : 0
    }

    private func price(_ need: Need, on node: Int) -> Double {
        nodes[node].price > 0 ? seconds(need, on: node) / 3600 * nodes[node].price : 0
    }

    /// Whether something so small could be placed on `node` now.
    func has(_ cores: Double, _ memory: Double, on node: Int) -> Bool {
        nodes[node].isAllowed && cores <= nodes[node].freeCores + nodes[node].cores * 1e-12
            && memory <= nodes[node].freeMemory + nodes[node].memory * 1e-12
    }

    /// Why `need` cannot start on `node` now; nil if it can.
    func obstacle(_ need: Need, on node: Int) -> Obstacle? {
        let here = nodes[node]
        if !here.isAllowed { return .excluded }
        if need.cores > here.cores || need.memory > here.memory { return .tooSmall }
        if spent + price(need, on: node) > maxCost * (1 + 1e-12) { return .dear }
        if now + seconds(need, on: node) > deadline { return .late }
        return has(need.cores, need.memory, on: node) ? nil : .full
    }

    /// What keeps `need` from the node that comes nearest to taking it; nil if one takes it or there is none.
    func obstacle(_ need: Need) -> Obstacle? {
        var nearest: Obstacle?
        for node in nodes.indices {
            guard let obstacle = obstacle(need, on: node) else { return nil }
            if obstacle == .full { return .full }
            nearest = max(nearest ?? obstacle, obstacle)
        }
        return nearest
    }

    /// Whether `need` could be placed now or once others have ended.
    func isOpen(to need: Need) -> Bool { obstacle(need) ?? .full == .full }

    /// Holds what `need` asks for of `node`.
    mutating func take(_ need: Need, on node: Int) {
        nodes[node].freeCores -= need.cores
        nodes[node].freeMemory -= need.memory
        spent += price(need, on: node)
    }

    mutating func giveBack(_ cores: Double, _ memory: Double, on node: Int) {
        nodes[node].freeCores = min(nodes[node].freeCores + cores, nodes[node].cores)
        nodes[node].freeMemory = min(nodes[node].freeMemory + memory, nodes[node].memory)
    }
}
