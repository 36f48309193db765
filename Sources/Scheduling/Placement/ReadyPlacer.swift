import Files
import Simulation
import Workflows

/// Places ready tasks on the nodes of a running system by one rule.
struct ReadyPlacer {
    typealias Need = PlacementRoom.Need

    /// A task on a node.
    struct Placement {
        var task: Int
        var node: Int
    }

    let ready: [ReadyTask]
    let needs: [Need]
    let state: ClusterState
    private let policy: SchedulingPolicy
    var room: PlacementRoom
    /// Tasks that are not placed yet, the most urgent first.
    private(set) var waiting: [WaitingLine.Entry]

    init(
        _ ready: [ReadyTask], in state: ClusterState, under constraints: PlacementConstraints,
        by policy: SchedulingPolicy
    ) {
        self.ready = ready
        self.state = state
        self.policy = policy
        needs = ready.map(Need.init)
        room = PlacementRoom(state, under: constraints)
        waiting = ready.enumerated().map { place, task in
            // FIFO takes the task that was ready first, HEFT the one with the longest path behind it.
            let key =
                policy == .heft
                ? -(task.remainingSeconds ?? task.durationSeconds ?? 0) : task.readySince ?? state.now
            return WaitingLine.Entry(
                priority: task.priority, key: key, task: place, cores: task.cores, memory: task.memoryBytes)
        }
        waiting.sort { $0.precedes($1) }
    }

    /// The node that the rule takes of those that are open: the first with room, or, with HEFT, the one on which the task
    /// ends first.
    func node(for need: Need, among open: [Int]) -> Int? {
        guard policy == .heft else { return open.first { room.obstacle(need, on: $0) == nil } }
        return open.lazy.filter { room.obstacle(need, on: $0) == nil }.min {
            room.seconds(need, on: $0) < room.seconds(need, on: $1)
        }
    }

    /// Places what has room at this moment, in the order of urgency; nil if `isOver` says so before all were tried.
    mutating func placeNow(isOver: () -> Bool = { false }) -> [Placement]? {
        // What the rest of the tasks asks for at the least: nodes without that are left out of the search.
        var least = [(cores: Double, memory: Double)](repeating: (.infinity, .infinity), count: waiting.count + 1)
        for (rank, entry) in waiting.enumerated().reversed() {
            least[rank] = (min(least[rank + 1].cores, entry.cores), min(least[rank + 1].memory, entry.memory))
        }
        var open = (0..<room.count).filter { room.has(least[0].cores, least[0].memory, on: $0) }
        var placed: [Placement] = []
        var rest: [WaitingLine.Entry] = []
        for (rank, entry) in waiting.enumerated() {
            if isOver() { return nil }
            guard let node = node(for: needs[entry.task], among: open) else {
                rest.append(entry)
                continue
            }
            room.take(needs[entry.task], on: node)
            placed.append(Placement(task: entry.task, node: node))
            open.removeAll { !room.has(least[rank + 1].cores, least[rank + 1].memory, on: $0) }
        }
        waiting = rest
        return placed
    }

    /// The decision that `placed` is.
    func decision(_ placed: [Placement]) -> PlacementDecision {
        let assignments = placed.enumerated().map { rank, entry in
            PlacementDecision.Assignment(
                id: ready[entry.task].id, node: state.nodes[entry.node].node.name,
                priority: Double(placed.count - rank))
        }
        let deferred = waiting.map { entry in
            PlacementDecision.Deferral(id: ready[entry.task].id, reason: reason(needs[entry.task]))
        }
        return PlacementDecision(assignments: assignments, deferred: deferred, foundBy: policy.rawValue)
    }

    private func reason(_ need: Need) -> String {
        switch room.obstacle(need) {
        case .full: "waits for room: no node has \(JSONValue.text(of: need.cores)) cores and its memory free"
        case .late: "would not end by constraints.deadlineAt on any node"
        case .dear: "would exceed constraints.maxCost"
        case .tooSmall: "fits on no node that may be used"
        case .excluded, nil: "no node may be used: see constraints.pools and constraints.excludedNodes"
        }
    }
}
