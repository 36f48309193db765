import Files
import Simulation
import Testing
import Workflows

@testable import Scheduling

/// HEFT is better than FIFO here: the long task comes last in the file.
private func workflow() throws -> Workflow {
    let tasks = (0..<20).map { Workflow.Task(id: "t\($0)", runtimeSeconds: $0 == 19 ? 30 : 2) }
    return try Workflow(name: "w", tasks: tasks, edges: [])
}

private let cluster = Cluster(nodes: [.init(name: "a", cores: 1), .init(name: "b", cores: 1)])

@Test func aPortfolioWithoutTimeAnswersWithItsFirstRule() throws {
    let plan = try HeuristicScheduler(.portfolio).plan(workflow(), on: cluster, budget: .zero)
    #expect(plan.foundBy == "fifo" && plan.iterations == 1 && plan.schedule.tasks.count == 20)
    // HEFT comes to the lower bound, which ends the search.
    let whole = try HeuristicScheduler(.portfolio).plan(workflow(), on: cluster, budget: .seconds(60))
    #expect(whole.foundBy == "heft" && whole.iterations == 2 && whole.schedule.makespan < plan.schedule.makespan)
    #expect(whole.gap == 0 && whole.runnerUp == plan.alternatives.first)
}

@Test func heftWithoutTimeAnswersWithFirstInFirstOut() throws {
    let (heft, fifo) = (HeuristicScheduler(.heft), HeuristicScheduler(.fifo))
    let plan = try heft.plan(workflow(), on: cluster, budget: .zero)
    #expect(plan.policy == "heft" && plan.foundBy == "fifo" && plan.iterations == 1)
    #expect(try plan.schedule == fifo.plan(workflow(), on: cluster, budget: .zero).schedule)
    #expect(plan.alternatives == [.init(policy: "fifo", makespan: plan.schedule.makespan, cost: 0)])
    let whole = try heft.plan(workflow(), on: cluster, budget: .seconds(60))
    #expect(whole.foundBy == "heft" && whole.schedule.makespan < plan.schedule.makespan)
    #expect(whole.alternatives == [.init(policy: "heft", makespan: whole.schedule.makespan, cost: 0)])
    // Cut off at any of its tasks.
    let instance = try SchedulingInstance(workflow(), on: cluster)
    for limit in 0..<22 {
        var asked = 0
        let found = SchedulingPolicy.heft.find(instance) {
            asked += 1
            return asked > limit
        }
        #expect(found.foundBy == "fifo" && asked == limit + 1)
    }
}

@Test func alternativesSayWhatTheyCost() throws {
    for seed in 0..<20 {
        var random = RandomInstance(seed: seed)
        for node in random.cluster.nodes.indices { random.cluster.nodes[node].pricePerHour = Double(node + 1) }
        let instance = try SchedulingInstance(random.workflow(), on: random.cluster)
        let plan = try HeuristicScheduler(.portfolio).plan(instance.workflow, on: instance.cluster, budget: .seconds(1))
        for alternative in plan.alternatives {
            guard let rule = SchedulingPolicy(rawValue: alternative.policy) else { continue }
            let use = ResourceUse(rule.timetable(of: instance), of: instance)
            #expect(alternative.cost == use.cost && alternative.makespan == use.makespan)
        }
        #expect(
            plan.alternatives.first?.policy == "fifo" && plan.json["alternatives"]?.array?[0]["cost"]?.double != nil)
    }
}

@Test func aPlanTellsWhatItsMembersCameTo() throws {
    let plan = try HeuristicScheduler(.portfolio).plan(workflow(), on: cluster, budget: .seconds(60))
    let alone = try [SchedulingPolicy.fifo, .heft].map { policy in
        let makespan = try HeuristicScheduler(policy).plan(workflow(), on: cluster, budget: .seconds(60)).schedule
            .makespan
        return SchedulePlan.Alternative(policy: policy.rawValue, makespan: makespan, cost: 0)
    }
    #expect(plan.alternatives == alone)
    #expect(
        plan.json["alternatives"]?.array?.map { $0["policy"]?.string } == ["fifo", "heft"]
            && plan.json["alternatives"]?.array?.map { $0["makespan"]?.double } == alone.map(\.makespan))
    let short = try HeuristicScheduler(.portfolio).plan(workflow(), on: cluster, budget: .zero)
    #expect(short.alternatives == [alone[0]])
}

/// HEFT's choice is better: first in, first out, the task with the long workflow behind it waits.
private let ready = (0..<6).map { place in
    ReadyTask(
        id: "t\(place)", task: TaskSpec(process: "p"), durationSeconds: 2, remainingSeconds: place == 5 ? 90 : 2)
}

@Test func aChoiceWithoutTimeIsThatOfTheFirstRule() {
    let state = ClusterState(now: 0, nodes: [.init(.init(name: "n", cores: 1), freeCores: 1, freeMemoryBytes: nil)])
    let portfolio = HeuristicScheduler(.portfolio)
    let whole = portfolio.choose(ready, in: state, budget: .seconds(60))
    #expect(whole.foundBy == "heft" && whole.assignments.map(\.id) == ["t5"])
    let fifo = HeuristicScheduler(.fifo).choose(ready, in: state, budget: .zero)
    #expect(fifo.assignments.map(\.id) == ["t0"] && fifo.deferred.count == 5)
    #expect(portfolio.choose(ready, in: state, budget: .zero) == fifo)
    #expect(HeuristicScheduler(.heft).choose(ready, in: state, budget: .zero).assignments.map(\.id) == ["t5"])
    var (limit, last) = (0, PlacementDecision(assignments: [], deferred: [], foundBy: ""))
    repeat {
        var asked = 0
        last = portfolio.choose(ready, in: state, under: .init()) {
            asked += 1
            return asked > limit
        }
        // Cut off wherever it may be, it is the one decision or the other.
        #expect(last == whole || (asked > limit && last == fifo))
        limit += 1
    } while last != whole
    #expect(limit > 20)
}

@Test func aRuleThatIsCutOffIsNotCounted() throws {
    let instance = try SchedulingInstance(workflow(), on: cluster)
    func best(_ isOver: () -> Bool) -> Portfolio.Found {
        var experience = SearchExperience()
        return Portfolio.best(
            of: SchedulingPolicy.planned, for: instance, experience: &experience, isOver: isOver)
    }
    // Asked before the rules, before this one, before its order, and then at every task.
    for limit in 0..<23 {
        var asked = 0
        let found = best {
            asked += 1
            return asked > limit
        }
        #expect(found.foundBy == "fifo" && found.iterations == 1 && !found.isWhole && asked <= limit + 4)
        try found.timetable.check(against: instance)
    }
    let whole = best { false }
    #expect(whole.foundBy == "heft" && whole.isWhole)
}

/// A search has no end of its own here that is soon: the bound cannot be reached, and of a hundred tasks and more tens of thousands
/// of schedules are tried before it gives up.
private func endless(_ count: Int) throws -> SchedulingInstance {
    let tasks = (0..<count).map { Workflow.Task(id: "t\($0)", runtimeSeconds: Double($0 * 7919 % 101 + 100)) }
    var edges: [(parent: String, child: String)] = []
    for child in 1..<count {
        for parent in Set([child / 3, max(0, child - 7) / 2]).sorted() { edges.append(("t\(parent)", "t\(child)")) }
    }
    let nodes = (0..<8).map { Cluster.Node(name: "n\($0)", cores: 1, speed: Double($0 % 3 + 1)) }
    return try SchedulingInstance(
        Workflow(name: "w", tasks: tasks, edges: edges), on: Cluster(nodes: nodes, bandwidthBytesPerSecond: 1))
}

@Test(arguments: [100, 300]) func aBudgetIsKept(count: Int) throws {
    let instance = try endless(count)
    let budget = Duration.milliseconds(400)
    let plan = try HeuristicScheduler(.portfolio).plan(instance.workflow, on: instance.cluster, budget: budget)
    #expect(plan.gap > 0)
    // A tenth over at the most; what a loaded machine takes away comes on top.
    #expect(plan.decisionMs >= 360 && plan.decisionMs < 440 + 400, "\(plan.decisionMs) ms")
}

@Test func aCountBoundsASearchInsteadOfTime() throws {
    let instance = try endless(60)
    var experience = SearchExperience()
    let plan = try HeuristicScheduler(.portfolio).plan(
        instance.workflow, on: instance.cluster, budget: .zero, iterations: 300, experience: &experience)
    #expect(plan.iterations == 300 && plan.alternatives.count >= 2 && plan.runnerUp != nil)
    #expect(plan.json["gap"]?.double == plan.schedule.makespan / plan.lowerBound - 1)
    #expect(plan.json["runnerUp"]?["policy"]?.string == plan.runnerUp?.policy)
}

/// What answers in place of a rule that plans takes time as well.
@Test func timeIsLeftForWhatAnswersInPlaceOfARule() throws {
    #expect(SchedulingPolicy.heft.reserve(forTasks: 1000) == .milliseconds(1))
    #expect(SchedulingPolicy.fifo.reserve(forTasks: 1000) == .zero)
    let instance = try endless(300)
    for (budget, answers) in [(Duration.microseconds(300), "fifo"), (.seconds(60), "heft")] {
        let plan = try HeuristicScheduler(.heft).plan(instance.workflow, on: instance.cluster, budget: budget)
        #expect(plan.foundBy == answers)
    }
}

@Test func policiesHaveTheirNames() throws {
    #expect(try SchedulingPolicy(named: "heft") == .heft)
    let error = #expect(throws: InputError.self) { try SchedulingPolicy(named: "best", field: "policy") }
    let names = """
        fifo, strict-fifo, job-fifo, round-robin, sjf, ljf, edf, priority, fair, weighted-fair, srpt, srpt-path, tetris, drf, \
        topsis, heft, cpop, peft, lookahead-heft, min-min, max-min, sufferage, mct, met, olb, etf, dps, critical-path, portfolio
        """
    #expect(error?.field == "policy" && error?.problem == "\"best\" is no policy; there are \(names)")
    #expect(!SchedulingPolicy.planned.contains(.portfolio) && SchedulingPolicy.planned.first == .fifo)
    // Every policy has a rule of its own, and one alone.
    for policy in SchedulingPolicy.allCases where policy != .portfolio {
        #expect((policy.queueOrder == nil) != (policy.planner == nil), "\(policy)")
    }
}
