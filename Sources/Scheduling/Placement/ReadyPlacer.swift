import Files
import Workflows

/// Places ready tasks on the nodes of a running system by one rule, now and in expectation until all of them have ended.
struct ReadyPlacer {
    private let ready: [ReadyTask]
    private let nodes: [ClusterState.Node]
    private let constraints: PlacementConstraints
    private let policy: SchedulingPolicy
    private let allowed: [Bool]
    private var now: Double
    private var freeCores: [Double]
    private var freeMemory: [Double]
    private var spent = 0.0
    /// Tasks that are not placed yet, the most urgent first.
    private var waiting: [Int]
    private var running: [(end: Double, node: Int, cores: Double, memory: Double)] = []
    private var lastEnd: Double

    init(
        _ ready: [ReadyTask], in state: ClusterState, under constraints: PlacementConstraints,
        by policy: SchedulingPolicy
    ) {
        self.ready = ready
        nodes = state.nodes
        self.constraints = constraints
        self.policy = policy
        now = state.now
        lastEnd = state.now
        allowed = state.nodes.map { node in
            (constraints.pools.isEmpty || constraints.pools.contains(node.node.pool ?? ""))
                && !constraints.excludedNodes.contains(node.node.name)
        }
        freeCores = state.nodes.map(\.freeCores)
        freeMemory = state.nodes.map { $0.freeMemoryBytes ?? .infinity }
        let keys = ready.map { task in
            policy == .heft ? -(task.remainingSeconds ?? task.durationSeconds ?? 0) : task.readySince ?? 0
        }
        waiting = ready.indices.sorted { a, b in
            if ready[a].priority != ready[b].priority { return ready[a].priority > ready[b].priority }
            return keys[a] != keys[b] ? keys[a] < keys[b] : a < b
        }
        for (place, node) in state.nodes.enumerated() { occupy(place, node) }
    }

    /// What runs on a node gives its share back when it ends: how much each holds is not told, so all hold the same.
    private mutating func occupy(_ place: Int, _ node: ClusterState.Node) {
        let count = Double(node.running.count)
        let cores = max(0, node.node.cores - node.freeCores) / max(count, 1)
        let memory = max(0, (node.node.memoryBytes ?? 0) - (node.freeMemoryBytes ?? 0)) / max(count, 1)
        for task in node.running { running.append((max(now, task.endsAt ?? now), place, cores, memory)) }
    }

    private func seconds(_ task: Int, on node: Int) -> Double {
        guard let seconds = ready[task].durationSeconds, seconds > 0 else { return 0 }
        return seconds / nodes[node].node.speed + nodes[node].node.taskOverheadSeconds
    }

    /// Why `task` cannot start on `node` now; nil if it can.
    private func obstacle(_ task: Int, on node: Int) -> Obstacle? {
        let (what, here) = (ready[task], nodes[node].node)
        if !allowed[node] { return .excluded }
        if what.cores > here.cores || what.memoryBytes > here.memoryBytes ?? .infinity { return .tooSmall }
        if what.cores > freeCores[node] + here.cores * 1e-12 || what.memoryBytes > freeMemory[node] { return .full }
        let end = now + seconds(task, on: node)
        if end > constraints.deadlineAt ?? .infinity { return .late }
        if let maxCost = constraints.maxCost, spent + price(task, on: node) > maxCost { return .dear }
        return nil
    }

    /// What keeps a task from a node; of several nodes the one that comes nearest to taking it is told.
    private enum Obstacle: Int {
        case excluded, tooSmall, dear, late, full
    }

    private func price(_ task: Int, on node: Int) -> Double {
        seconds(task, on: node) / 3600 * nodes[node].node.pricePerHour
    }

    /// The node that the rule takes of those that are open: the first with room, or, with HEFT, the one on which the task
    /// ends first.
    private func node(for task: Int, among open: [Int]) -> Int? {
        guard policy == .heft else { return open.first { obstacle(task, on: $0) == nil } }
        return open.lazy.filter { obstacle(task, on: $0) == nil }.min { seconds(task, on: $0) < seconds(task, on: $1) }
    }

    private mutating func put(_ task: Int, on node: Int) {
        freeCores[node] -= ready[task].cores
        freeMemory[node] -= ready[task].memoryBytes
        spent += price(task, on: node)
        let end = now + seconds(task, on: node)
        running.append((end, node, ready[task].cores, ready[task].memoryBytes))
        let rest = (ready[task].remainingSeconds ?? 0) - (ready[task].durationSeconds ?? 0)
        lastEnd = max(lastEnd, end + max(rest, 0))
    }

    /// Places what has room now. Nodes that could take no waiting task are left out of the search.
    private mutating func placeWaiting(_ tell: (_ task: Int, _ node: Int) -> Void) {
        let cores = waiting.reduce(.infinity) { min($0, ready[$1].cores) }
        let memory = waiting.reduce(.infinity) { min($0, ready[$1].memoryBytes) }
        func isOpen(_ node: Int) -> Bool {
            allowed[node] && freeCores[node] + nodes[node].node.cores * 1e-12 >= cores && freeMemory[node] >= memory
        }
        var open = nodes.indices.filter(isOpen)
        var rest: [Int] = []
        for (rank, task) in waiting.enumerated() {
            guard !open.isEmpty else {
                rest += waiting[rank...]
                break
            }
            if let node = node(for: task, among: open) {
                put(task, on: node)
                tell(task, node)
                if !isOpen(node) { open.removeAll { $0 == node } }
            } else {
                rest.append(task)
            }
        }
        waiting = rest
    }

    /// The decision at this moment.
    mutating func placeNow() -> PlacementDecision {
        var placed: [(task: Int, node: Int)] = []
        placeWaiting { placed.append(($0, $1)) }
        let assignments = placed.enumerated().map { rank, entry in
            PlacementDecision.Assignment(
                id: ready[entry.task].id, node: nodes[entry.node].node.name, priority: Double(placed.count - rank))
        }
        let deferred = waiting.map { PlacementDecision.Deferral(id: ready[$0].id, reason: reason($0)) }
        return PlacementDecision(assignments: assignments, deferred: deferred, foundBy: policy.rawValue)
    }

    /// The moment at which the last workflow is expected to end if this rule places the rest too.
    mutating func expectedEnd() -> Double {
        while !waiting.isEmpty, let next = running.map(\.end).filter({ $0 > now }).min() {
            now = next
            for task in running where task.end <= now {
                freeCores[task.node] += task.cores
                freeMemory[task.node] += task.memory
            }
            running.removeAll { $0.end <= now }
            placeWaiting { _, _ in }
        }
        return waiting.isEmpty ? lastEnd : .infinity
    }

    private func reason(_ task: Int) -> String {
        let obstacles = nodes.indices.compactMap { obstacle(task, on: $0) }
        switch obstacles.max(by: { $0.rawValue < $1.rawValue }) {
        case .full:
            return "waits for room: no node has \(JSONValue.text(of: ready[task].cores)) cores and its memory free"
        case .late: return "would not end by constraints.deadlineAt on any node with room"
        case .dear: return "would exceed constraints.maxCost"
        case .tooSmall: return "fits on no node that may be used"
        case .excluded, nil: return "no node may be used: see constraints.pools and constraints.excludedNodes"
        }
    }
}
