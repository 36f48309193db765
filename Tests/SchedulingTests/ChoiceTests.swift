import Scheduling
import Testing
import Workflows

private func ready(
    _ id: String, _ seconds: Double? = nil, cores: Double = 1, memory: Double = 0, priority: Double = 0,
    since: Double? = nil, remaining: Double? = nil
) -> ReadyTask {
    ReadyTask(
        id: id, task: TaskSpec(process: "p"), cores: cores, memoryBytes: memory, durationSeconds: seconds,
        priority: priority, readySince: since, remainingSeconds: remaining)
}

/// Nodes `n0`, `n1`, ... with these free cores of four.
private func state(_ free: Double..., now: Double = 0, change: (inout ClusterState) -> Void = { _ in }) -> ClusterState
{
    let nodes = free.enumerated().map { place, cores in
        ClusterState.Node(Cluster.Node(name: "n\(place)", cores: 4), freeCores: cores, freeMemoryBytes: nil)
    }
    var state = ClusterState(now: now, nodes: nodes)
    change(&state)
    return state
}

private func limits(_ change: (inout PlacementConstraints) -> Void) -> PlacementConstraints {
    var limits = PlacementConstraints()
    change(&limits)
    return limits
}

private func placed(_ decision: PlacementDecision) -> [String] {
    decision.assignments.map { "\($0.id) on \($0.node)" }
}

private let fifo = HeuristicScheduler(.fifo)
private let heft = HeuristicScheduler(.heft)

@Test func readyTasksGoToTheFirstNodeWithRoom() {
    let decision = fifo.choose([ready("a", cores: 2), ready("b"), ready("c", cores: 3), ready("d")], in: state(1, 3))
    #expect(placed(decision) == ["a on n1", "b on n0", "d on n1"])
    #expect(decision.assignments.map(\.priority) == [3, 2, 1])
    #expect(
        decision.deferred == [.init(id: "c", reason: "waits for room: no node has 3 cores and its memory free")])
    #expect(decision.foundBy == "fifo")
}

@Test func priorityThenReadinessThenOrderDecide() {
    let tasks = [
        ready("a", since: 7), ready("b", since: 5), ready("c"), ready("d", since: 5), ready("e", priority: 1, since: 9),
    ]
    // c is not said to have been ready before now, which is 10.
    let decision = fifo.choose(tasks, in: state(4, 4, now: 10))
    #expect(decision.assignments.map(\.id) == ["e", "b", "d", "a", "c"])
}

@Test(arguments: [SchedulingPolicy.minMin, .maxMin, .sufferage])
func whatNeverEndsIsPlacedToo(policy: SchedulingPolicy) {
    let tasks = [ready("a", .infinity), ready("b", 1), ready("c", .infinity)]
    for nodes in [state(1), state(1, 1), state(2, 2)] {
        let decision = HeuristicScheduler(policy).choose(tasks, in: nodes)
        let room = min(3, nodes.nodes.reduce(0) { $0 + Int($1.freeCores) })
        #expect(decision.assignments.count == room, "\(decision)")
    }
    // The slower node makes the least time that is too long for a number.
    var unequal = state(1, 1)
    unequal.nodes[1].node.speed = 0.5
    let long = HeuristicScheduler(policy).choose([ready("a", 1e308), ready("b", 1e308)], in: unequal)
    #expect(long.assignments.count == 2)
}

@Test func memoryLimitsAPlacement() {
    let state = state(4, 4) {
        $0.nodes[0].node.memoryBytes = 10
        $0.nodes[0].freeMemoryBytes = 5
        $0.nodes[1].node.memoryBytes = 8
        $0.nodes[1].freeMemoryBytes = 8
    }
    let tasks = [ready("a", memory: 5), ready("b", memory: 6), ready("c", memory: 9), ready("d", memory: 11)]
    let decision = fifo.choose(tasks, in: state)
    #expect(placed(decision) == ["a on n0", "b on n1"])
    #expect(decision.deferred.map(\.id) == ["c", "d"])
    #expect(decision.deferred[1].reason == "fits on no node that may be used")
}

@Test func sharesThatDoNotAddUpFit() {
    let state = state(0.3) { $0.nodes[0].node.cores = 0.3 }
    let tasks = [ready("a", cores: 0.1), ready("b", cores: 0.2)]
    #expect(fifo.choose(tasks, in: state).assignments.count == 2)
}

@Test func heftTakesTheLongestPathFirstAndTheNodeThatEndsItFirst() {
    let state = state(1, 1) {
        $0.nodes[1].node.speed = 2
        $0.nodes[1].node.taskOverheadSeconds = 3
    }
    // On n1, 10 s take 8 s and 4 s take 5 s.
    let tasks = [ready("a", 4, remaining: 20), ready("b", 10, remaining: 30), ready("c", 4)]
    #expect(placed(heft.choose(tasks, in: state)) == ["b on n1", "a on n0"])
    #expect(placed(heft.choose([ready("d", 4), ready("e", 4)], in: state)) == ["d on n0", "e on n1"])
}

@Test func aDeadlineLeavesOutNodesThatAreTooSlow() {
    let state = state(4, 4, now: 100) { $0.nodes[1].node.speed = 2 }
    let tasks = [ready("a", 10), ready("b", 20), ready("c", 30), ready("d")]
    let decision = fifo.choose(tasks, in: state, under: limits { $0.deadlineAt = 110 })
    #expect(placed(decision) == ["a on n0", "b on n1", "d on n0"])
    #expect(decision.deferred == [.init(id: "c", reason: "would not end by constraints.deadlineAt on any node")])
}

@Test func theCostOfAllPlacedTasksIsBounded() {
    let state = state(4, 4) {
        $0.nodes[0].node.pricePerHour = 0.1
        $0.nodes[1].node.pricePerHour = 0.4
    }
    let tasks = [ready("a", 3600), ready("b", 7200), ready("c", 360), ready("d")]
    let decision = fifo.choose(tasks, in: state, under: limits { $0.maxCost = 0.3 })
    #expect(placed(decision) == ["a on n0", "b on n0", "d on n0"])
    #expect(decision.deferred == [.init(id: "c", reason: "would exceed constraints.maxCost")])
}

@Test func timesWithoutEndDoNotUndoTheBoundOfTheCost() {
    let state = state(4, 4) {
        $0.nodes[0].node.speed = 1e-10
        $0.nodes[1].node.pricePerHour = 3600
    }
    let tasks = [ready("a", 1e308), ready("b", 2, cores: 4)]
    let decision = fifo.choose(tasks, in: state, under: limits { $0.maxCost = 1 })
    #expect(placed(decision) == ["a on n0"] && decision.deferred.map(\.id) == ["b"])
}

@Test func poolsAndExcludedNodesAreKept() {
    let state = state(4, 4, 4) {
        $0.nodes[1].node.pool = "p"
        $0.nodes[2].node.pool = "q"
    }
    let tasks = [ready("a")]
    #expect(placed(fifo.choose(tasks, in: state, under: limits { $0.pools = ["q", "p"] })) == ["a on n1"])
    #expect(placed(fifo.choose(tasks, in: state, under: limits { $0.excludedNodes = ["n0", "n1"] })) == ["a on n2"])
    for nobody in [
        limits {
            $0.pools = ["p"]
            $0.excludedNodes = ["n1"]
        }, limits { $0.pools = [""] },
    ] {
        let decision = fifo.choose(tasks, in: state, under: nobody)
        #expect(decision.assignments.isEmpty)
        #expect(
            decision.deferred.map(\.reason)
                == ["no node may be used: see constraints.pools and constraints.excludedNodes"])
    }
}

@Test func nothingReadyIsNoDecisionToMake() {
    for policy in SchedulingPolicy.allCases {
        let decision = HeuristicScheduler(policy).choose([], in: state(4))
        #expect(decision.assignments.isEmpty && decision.deferred.isEmpty)
    }
}

// One core is free; FIFO takes a first and its workflows end at 101, HEFT takes b first and they end at 100.
private let rivals = [ready("a", 1, since: 0, remaining: 1), ready("b", 10, since: 1, remaining: 100)]

@Test func thePortfolioTakesTheRuleWhoseWorkflowsEndFirst() {
    let portfolio = HeuristicScheduler(.portfolio)
    #expect(placed(portfolio.choose(rivals, in: state(1, now: 5))) == ["b on n0"])
    // A task that fits nowhere does not hide which rule is better.
    let decision = portfolio.choose(rivals + [ready("c", 1, cores: 9)], in: state(1, now: 5))
    #expect(placed(decision) == ["b on n0"] && decision.foundBy == "heft")
    // With room for both there is nothing to gain.
    let both = portfolio.choose(rivals, in: state(2, now: 5))
    #expect(placed(both) == ["a on n0", "b on n0"] && both.foundBy == "fifo")
}

@Test func whatRunsGivesItsRoomBackEvenIfItsEndIsUnknownOrPast() {
    for end in [nil, 3, 5, 50] as [Double?] {
        let state = state(0, now: 5) {
            $0.nodes[0].node.cores = 1
            $0.nodes[0].running = [.init(id: "x", endsAt: end)]
        }
        let decision = HeuristicScheduler(.portfolio).choose(rivals, in: state)
        #expect(decision.assignments.isEmpty && decision.foundBy == "heft")
    }
}
