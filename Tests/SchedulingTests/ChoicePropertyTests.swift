import Kernels
import Testing
import Workflows

@testable import Scheduling

private func placed(_ decision: PlacementDecision) -> [String] {
    decision.assignments.map { "\($0.id) on \($0.node)" }
}

private let rules = SchedulingPolicy.allCases.filter { $0 != .portfolio }

@Test(arguments: rules.filter { $0 != .topsis })
func choicesEqualThoseOfANaiveRule(policy: SchedulingPolicy) {
    var started = 0
    for seed in 0..<100 {
        var naive = NaiveChoice(seed: seed)
        let decision = HeuristicScheduler(policy).choose(naive.ready, in: naive.state, under: naive.limits)
        let expected = naive.decide(policy)
        #expect(placed(decision) == expected, "seed \(seed)")
        #expect(decision.foundBy == policy.rawValue)
        started += expected.count
    }
    #expect(started > 200)
}

/// More tasks than lie in one block, and nodes of two kinds.
@Test(arguments: [SchedulingPolicy.tetris, .minMin, .maxMin, .sufferage])
func choicesAmongManyEqualThoseOfANaiveRule(policy: SchedulingPolicy) {
    for seed in 0..<5 {
        var naive = NaiveChoice(seed: seed, tasks: 140...180, nodes: 5...9, isAlike: true)
        let decision = HeuristicScheduler(policy).choose(naive.ready, in: naive.state, under: naive.limits)
        #expect(placed(decision) == naive.decide(policy), "seed \(seed)")
    }
    for seed in 0..<60 {
        var naive = NaiveChoice(seed: seed, nodes: 3...7, isAlike: true)
        let decision = HeuristicScheduler(policy).choose(naive.ready, in: naive.state, under: naive.limits)
        #expect(placed(decision) == naive.decide(policy), "seed \(seed)")
    }
}

@Test(arguments: rules)
func aDecisionNamesEveryTaskOnceAndKeepsToTheRoom(policy: SchedulingPolicy) {
    for seed in 200..<230 {
        let question = NaiveChoice(seed: seed, tasks: 20...100)
        let decision = HeuristicScheduler(policy).choose(question.ready, in: question.state, under: question.limits)
        #expect(
            decision == HeuristicScheduler(policy).choose(question.ready, in: question.state, under: question.limits))
        let named = decision.assignments.map(\.id) + decision.deferred.map(\.id)
        #expect(named.sorted() == question.ready.map(\.id).sorted())
        #expect(
            decision.assignments.map(\.priority) == (0..<decision.assignments.count).reversed().map { Double($0 + 1) })
        var cost = 0.0
        for node in question.nodes {
            let ids = decision.assignments.filter { $0.node == node.node.name }.map(\.id)
            let tasks = question.ready.filter { ids.contains($0.id) }
            #expect(tasks.reduce(0) { $0 + $1.cores } <= node.freeCores)
            #expect(tasks.reduce(0) { $0 + $1.memoryBytes } <= node.freeMemoryBytes ?? .infinity)
            #expect(tasks.isEmpty || !question.limits.excludedNodes.contains(node.node.name))
            for task in tasks {
                let seconds = (task.durationSeconds ?? .nan) / node.node.speed + node.node.taskOverheadSeconds
                #expect(question.now + seconds <= question.limits.deadlineAt ?? .infinity)
                cost += seconds * node.node.pricePerHour / 3600
            }
        }
        #expect(cost <= (question.limits.maxCost ?? .infinity) + 1e-9)
    }
}

/// Whether, of two tasks that ask for the same and may run anywhere, the one of smaller priority ever goes first.
@Test(arguments: SchedulingPolicy.allCases.filter { $0 != .priority })
func aLargerPriorityIsPlacedFirst(policy: SchedulingPolicy) {
    for seed in 0..<20 {
        var generator = SeededGenerator(seed: UInt64(seed))
        let tasks = (0..<30).map { place in
            ReadyTask(
                id: "t\(place)", task: TaskSpec(workflow: "w\(place % 4)", process: "p"), durationSeconds: 5,
                priority: Double(Int.random(in: 0...3, using: &generator)),
                readySince: Double(Int.random(in: 0...50, using: &generator)),
                remainingSeconds: Double(Int.random(in: 5...50, using: &generator)))
        }
        let nodes = (0..<3).map {
            ClusterState.Node(.init(name: "n\($0)", cores: 4), freeCores: 4, freeMemoryBytes: nil)
        }
        let decision = HeuristicScheduler(policy).choose(tasks, in: ClusterState(now: 50, nodes: nodes))
        let placed = decision.assignments.map { entry in tasks.first { $0.id == entry.id }?.priority ?? .nan }
        #expect(placed.count == 12 && placed == tasks.map(\.priority).sorted(by: >).prefix(12).map { $0 })
    }
}

@Test func thePortfolioTakesTheMemberWithTheBestOutlook() {
    var winners: [String: Int] = [:]
    for seed in 0..<60 {
        let question = NaiveChoice(seed: seed)
        var best: (policy: SchedulingPolicy, unplaced: Int, end: Double)?
        for member in SchedulingPolicy.choiceMembers {
            var naive = question
            let (unplaced, end) = naive.outlook(member)
            if best.map({ (unplaced, end) < ($0.unplaced, $0.end) }) ?? true { best = (member, unplaced, end) }
        }
        let decision = HeuristicScheduler(.portfolio).choose(
            question.ready, in: question.state, under: question.limits, budget: .seconds(600))
        var naive = question
        #expect(decision.foundBy == best?.policy.rawValue, "seed \(seed)")
        if let policy = best?.policy { #expect(placed(decision) == naive.decide(policy), "seed \(seed)") }
        winners[decision.foundBy, default: 0] += 1
    }
    #expect(winners.count >= 3 && winners.values.allSatisfy { $0 < 50 })
}
