import Workflows

/// Places ready tasks on the nodes of a running system by one rule.
struct ReadyPlacer {
    /// A task on a node.
    struct Placement {
        var task: Int
        var node: Int
    }

    let ready: ReadySet
    let state: ClusterState
    let rule: PlacementRule
    let policy: SchedulingPolicy
    var room: PlacementRoom
    /// Tasks that are not placed yet, in the order of the rule.
    private(set) var waiting: [Int]
    private let remaining: [Double]
    private let isCritical: [Bool]
    /// The node that is next in turn.
    private(set) var turn: Int

    init(_ ready: ReadySet, in state: ClusterState, room: PlacementRoom, by policy: SchedulingPolicy) {
        self.ready = ready
        self.state = state
        self.policy = policy
        self.room = room
        rule = policy.placementRule
        waiting = rule.order.sorted(ready)
        remaining = rule.node.looksAhead ? ready.remaining : []
        isCritical = rule.node.looksAhead ? ready.criticalTasks(remaining) : []
        turn = state.nodes.isEmpty ? 0 : state.nodes.reduce(0) { $0 + $1.running.count } % state.nodes.count
    }

    /// What `task` asks of a node.
    private func question(_ task: Int) -> PlacementQuestion {
        PlacementQuestion(
            need: ready.needs[task], remaining: remaining.isEmpty ? 0 : remaining[task],
            isCritical: isCritical.isEmpty ? false : isCritical[task])
    }

    /// Places `task` on the node that the rule takes, of all or of those in `nodes`; nil if there is none.
    mutating func place(_ task: Int, among nodes: [Int]? = nil) -> Int? {
        let question = question(task)
        let node =
            nodes.map { room.node(for: question, by: rule.node, turn: turn, among: $0) }
            ?? room.node(for: question, by: rule.node, turn: turn)
        guard let node else { return nil }
        room.take(question.need, on: node)
        turn = node + 1 == room.count ? 0 : node + 1
        return node
    }

    /// Places what has room at this moment; nil if `isOver` says so before all were tried.
    mutating func placeNow(isOver: () -> Bool = { false }) -> [Placement]? {
        var placed: [Placement]?
        switch rule.manner {
        case .inOrder, .strictly: placed = placeInOrder(isOver: isOver)
        case .byShare(let measure): placed = placeByShare(measure, isOver: isOver)
        case .asBatch(let criterion):
            var batch = BatchPlacement(ready, by: criterion, in: room)
            placed = batch.placeNow(isOver: isOver)
            room = batch.room
        case .byAlignment: placed = placeByAlignment(isOver: isOver)
        }
        guard let placed else { return nil }
        var isPlaced = [Bool](repeating: false, count: ready.count)
        for placement in placed { isPlaced[placement.task] = true }
        waiting.removeAll { isPlaced[$0] }
        return placed
    }

    private mutating func placeInOrder(isOver: () -> Bool) -> [Placement]? {
        var placed: [Placement] = []
        for task in waiting {
            if isOver() { return nil }
            if let node = place(task) {
                placed.append(Placement(task: task, node: node))
            } else if case .strictly = rule.manner, room.isOpen(to: ready.needs[task]) {
                break
            }
        }
        return placed
    }

    private mutating func placeByShare(_ measure: WorkflowShares.Measure, isOver: () -> Bool) -> [Placement]? {
        var placed: [Placement] = []
        var shares = WorkflowShares(ready, in: state, by: measure)
        let isWhole = shares.forEach(in: waiting, of: ready) { task in
            if isOver() { return nil }
            guard let node = place(task) else { return false }
            placed.append(Placement(task: task, node: node))
            return true
        }
        return isWhole ? placed : nil
    }

    private mutating func placeByAlignment(isOver: () -> Bool) -> [Placement]? {
        var placed: [Placement] = []
        var first = 0
        while first < waiting.count {
            let priority = ready.tasks[waiting[first]].priority
            let end = waiting[first...].firstIndex { ready.tasks[$0].priority != priority } ?? waiting.count
            var level = AlignmentPlacement(ready, order: waiting[first..<end])
            guard let more = level.placeNow(in: &room, isOver: isOver) else { return nil }
            placed += more
            first = end
        }
        return placed
    }
}
