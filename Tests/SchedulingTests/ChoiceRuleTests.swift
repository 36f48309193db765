import Kernels
import Testing
import Workflows

@testable import Scheduling

private func ready(
    _ id: String, _ seconds: Double = 1, of workflow: String? = nil, cores: Double = 1, since: Double = 0,
    priority: Double = 0, remaining: Double? = nil
) -> ReadyTask {
    ReadyTask(
        id: id, task: TaskSpec(workflow: workflow, process: "p"), cores: cores, durationSeconds: seconds,
        priority: priority, readySince: since, remainingSeconds: remaining)
}

private func state(
    _ free: Double..., now: Double = 100, change: (inout ClusterState) -> Void = { _ in }
) -> ClusterState {
    let nodes = free.enumerated().map { place, cores in
        ClusterState.Node(Cluster.Node(name: "n\(place)", cores: 4), freeCores: cores, freeMemoryBytes: nil)
    }
    var state = ClusterState(now: now, nodes: nodes)
    change(&state)
    return state
}

private func placed(_ policy: SchedulingPolicy, _ ready: [ReadyTask], _ state: ClusterState) -> [String] {
    HeuristicScheduler(policy).choose(ready, in: state).assignments.map { "\($0.id) on \($0.node)" }
}

@Test func nothingPassesTheFirstOfAStrictLine() {
    let tasks = [ready("a"), ready("b", cores: 4, since: 1), ready("c", since: 2), ready("d", cores: 9, since: 3)]
    let decision = HeuristicScheduler(.strictFIFO).choose(tasks, in: state(2))
    #expect(decision.assignments.map(\.id) == ["a"])
    #expect(
        decision.deferred.map(\.reason) == [
            "waits for room: no node has 4 cores and its memory free",
            "waits behind the first, which waits for room and which nothing passes",
            "fits on no node that may be used",
        ])
    // What can never run blocks nobody.
    #expect(placed(.strictFIFO, [ready("x", cores: 9), ready("a", since: 1)], state(2)) == ["a on n0"])
    #expect(placed(.fifo, tasks, state(2)) == ["a on n0", "c on n0"])
}

@Test func nodesTakeTurnsFromOneDecisionToTheNext() {
    let tasks = (0..<5).map { ready("t\($0)", since: Double($0)) }
    #expect(placed(.roundRobin, tasks, state(4, 4, 4)) == (0..<5).map { "t\($0) on n\($0 % 3)" })
    let later = state(2, 4, 4) { $0.nodes[0].running = [.init(id: "x", endsAt: nil), .init(id: "y", endsAt: nil)] }
    #expect(placed(.roundRobin, tasks, later).prefix(2) == ["t0 on n2", "t1 on n0"])
}

@Test func sharesCountWhatRunsAndWhatIsPlaced() {
    let tasks = (0..<6).map { ready("t\($0)", of: $0 < 4 ? "a" : "b", since: Double($0)) }
    #expect(placed(.fair, tasks, state(3)).map { $0.prefix(2) } == ["t0", "t4", "t1"])
    let busy = state(3) {
        $0.nodes[0].running = [.init(id: "x", endsAt: nil, workflow: "a", cores: 1), .init(id: "y", endsAt: nil)]
    }
    #expect(placed(.fair, tasks, busy).map { $0.prefix(2) } == ["t4", "t0", "t5"])
}

/// Ghodsi and others, 2011, section 4.1: of 9 cores and 18 GB, tasks of 1 core and 4 GB get three places, those of 3
/// cores and 1 GB two.
@Test func dominantSharesAreThoseOfThePaper() {
    let tasks = (0..<10).map { place in
        var task = ready("t\(place)", of: place < 5 ? "a" : "b", cores: place < 5 ? 1 : 3)
        task.memoryBytes = place < 5 ? 4 : 1
        return task
    }
    let node = Cluster.Node(name: "n", cores: 9, memoryBytes: 18)
    let state = ClusterState(now: 0, nodes: [.init(node, freeCores: 9, freeMemoryBytes: 18)])
    let started = HeuristicScheduler(.drf).choose(tasks, in: state).assignments.map(\.id)
    #expect(started == ["t0", "t5", "t1", "t6", "t2"] || started == ["t0", "t5", "t1", "t2", "t6"])
    #expect(started.count { tasks[Int($0.dropFirst()) ?? 0].cores == 1 } == 3)
}

@Test func theMostAlignedTasksFillANodeFirst() {
    // Much memory and few cores are free: the task that wants memory suits it.
    var tasks = [ready("cores", cores: 2), ready("memory", cores: 1), ready("little", cores: 1)]
    for (place, bytes) in [1.0, 6, 1].enumerated() { tasks[place].memoryBytes = bytes }
    let node = Cluster.Node(name: "n", cores: 8, memoryBytes: 8)
    let state = ClusterState(now: 0, nodes: [.init(node, freeCores: 2, freeMemoryBytes: 8)])
    #expect(placed(.tetris, tasks, state) == ["memory on n", "little on n"])
}

@Test func aTaskOfMETWaitsForTheNodeWhereItRunsShortest() {
    let busy = state(4, 0) { $0.nodes[1].node.speed = 2 }
    let decision = HeuristicScheduler(.met).choose([ready("a", 5)], in: busy)
    #expect(decision.deferred.map(\.reason) == ["waits for room on the nodes on which it would run shortest"])
    #expect(placed(.mct, [ready("a", 5)], busy) == ["a on n0"])
}

@Test func batchRulesDifferAsDefined() {
    // On n0 and n1: a 2 and 1, b 8 and 4, c 6 and 6 + 1 would be; n1 is twice as fast and has one core.
    let nodes = state(2, 1) { $0.nodes[1].node.speed = 2 }
    let tasks = [ready("a", 2), ready("b", 8), ready("c", 4)]
    #expect(placed(.minMin, tasks, nodes) == ["a on n1", "c on n0", "b on n0"])
    #expect(placed(.maxMin, tasks, nodes) == ["b on n1", "c on n0", "a on n0"])
    // Without n1, b loses 4 seconds, c 2 and a 1.
    #expect(placed(.sufferage, tasks, nodes).first == "b on n1")
}

@Test func closenessIsThatOfATextbookExample() {
    // Two criteria, (3, 4) and (4, 3), each of length 5: both as far from the ideal as from its opposite.
    #expect(Closeness.toIdeal([([3, 4], .most), ([4, 3], .most)]) == [0.5, 0.5])
    let first = Closeness.toIdeal([([3, 4], .least), ([3, 4], .least)])
    #expect(first == [1, 0])
    #expect(Closeness.toIdeal([([2, 2], .least)]) == [0, 0] && Closeness.toIdeal([]).isEmpty)
    // By hand: lengths 5 and 13; distances of the first 0 and 7/13, of the second 1/5 and 0.
    let mixed = Closeness.toIdeal([([3, 4], .most), ([5, 12], .most)])
    #expect(mixed == [0, 1])
    let crossed = Closeness.toIdeal([([3, 4], .most), ([12, 5], .most)])
    #expect(abs(crossed[0] - (7.0 / 13) / (7.0 / 13 + 1.0 / 5)) < 1e-12 && abs(crossed[0] + crossed[1] - 1) < 1e-12)
}

@Test func topsisTakesTheBetterInAll() {
    let nodes = state(4, 4, 2) {
        $0.nodes[1].node.speed = 2
        $0.nodes[0].node.pricePerHour = 1
    }
    // n1 is faster and cheaper than n0; n2 is slow, and leaves less free.
    #expect(placed(.topsis, [ready("a", 5)], state(4, 4) { $0.nodes[1].node.speed = 2 }) == ["a on n1"])
    #expect(
        placed(.topsis, [ready("big", 9, cores: 3), ready("small", 1)], nodes).map { $0.prefix(5) }.first == "small")
    #expect(
        placed(.topsis, [ready("new", since: 90), ready("old", since: 5)], nodes).map { $0.prefix(3) }.first == "old")
}

@Test func waitingMakesMoreUrgent() {
    // A level of priority is worth ten minutes.
    let tasks = [ready("young", since: 700, priority: 1), ready("old", since: 99)]
    #expect(placed(.priority, tasks, state(1, now: 1000)) == ["old on n0"])
    #expect(placed(.priority, [tasks[0], ready("old", since: 101)], state(1, now: 1000)) == ["young on n0"])
    #expect(placed(.fifo, tasks, state(1, now: 1000)) == ["young on n0"])
}

private func many(_ count: Int, seed: UInt64 = 1) -> [ReadyTask] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { place in
        ready(
            "t\(place)", Double(Int.random(in: 1...500, using: &generator)), of: "w\(place % 40)",
            cores: Double(Int.random(in: 1...8, using: &generator)), since: Double(place % 97),
            priority: Double(place % 3), remaining: Double(Int.random(in: 500...900, using: &generator)))
    }
}

private let cluster = ClusterState(
    now: 100,
    nodes: (0..<100).map { .init(.init(name: "n\($0)", cores: 16), freeCores: 16, freeMemoryBytes: nil) })

@Test func aHundredThousandTasksAreSampled() {
    let tasks = many(100_000)
    let clock = ContinuousClock()
    var decision = PlacementDecision(assignments: [], deferred: [], foundBy: "")
    let time = clock.measure {
        decision = HeuristicScheduler(.portfolio).choose(tasks, in: cluster, budget: .seconds(3))
    }
    // Far more than the budget that it keeps with optimisation; see the benchmark of decisions.
    #expect(time < .seconds(30))
    let unseen = decision.deferred.filter { $0.reason.hasPrefix("not looked at") }
    #expect(unseen.count == 100_000 - ReadySample.leastSize)
    #expect(Set(decision.assignments.map(\.id) + decision.deferred.map(\.id)).count == 100_000)
    // A third of the tasks has the largest priority: nobody else is placed.
    #expect(decision.assignments.count >= 200)
    #expect(decision.assignments.allSatisfy { (Int($0.id.dropFirst()) ?? 0) % 3 == 2 })
    #expect(
        HeuristicScheduler(.portfolio).choose(tasks, in: cluster, budget: .zero).deferred.count
            == HeuristicScheduler(.portfolio).choose(tasks, in: cluster, budget: .zero).deferred.count)
}

@Test func aSampleHasTheMostUrgentOfEveryOrder() {
    let tasks = many(3000)
    let sample = ReadySample(of: tasks, in: state(4), whole: 1000, least: 700)
    #expect(sample.chosen.count == 700 && (sample.chosen + sample.others).sorted() == Array(0..<3000))
    #expect(sample.chosen == ReadySample(of: tasks, in: state(4), whole: 1000, least: 700).chosen)
    let chosen = Set(sample.chosen)
    let level = tasks.indices.filter { tasks[$0].priority == 2 }
    #expect(chosen.isSubset(of: level))
    let keys: [(ReadyTask) -> Double] = [
        { $0.readySince ?? .nan }, { $0.durationSeconds ?? .nan }, { -($0.durationSeconds ?? .nan) },
        { -($0.remainingSeconds ?? .nan) }, { $0.cores }, { -$0.cores },
    ]
    for key in keys {
        let first = level.sorted { (key(tasks[$0]), $0) < (key(tasks[$1]), $1) }.prefix(50)
        #expect(first.allSatisfy(chosen.contains))
    }
    // The others are from anywhere: about as many of the first half of the list as of the second.
    let rest = sample.chosen.filter { $0 >= 1500 }.count
    #expect(rest > 250 && rest < 450)
    // A sample that has room for two levels and a part of the third.
    let large = ReadySample(of: tasks, in: state(4), whole: 1000, least: 2200)
    #expect(large.chosen.count == 2200 && large.others.allSatisfy { tasks[$0].priority == 0 })
    // As many as find room, twice.
    #expect(ReadySample(of: tasks, in: cluster, whole: 1000, least: 100).chosen.count > 600)
    #expect(ReadySample(of: tasks, in: state(4), whole: 3000, least: 100).others.isEmpty)
}
