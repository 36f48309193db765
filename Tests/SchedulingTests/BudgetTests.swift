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
    let whole = try HeuristicScheduler(.portfolio).plan(workflow(), on: cluster, budget: .seconds(60))
    #expect(whole.foundBy == "heft" && whole.iterations == 2 && whole.schedule.makespan < plan.schedule.makespan)
}

@Test func aRuleThatIsCutOffIsNotCounted() throws {
    let instance = try SchedulingInstance(workflow(), on: cluster)
    // Asked before the rule, before its order, and then at every task.
    for limit in 0..<22 {
        var asked = 0
        let found = Portfolio.best(of: SchedulingPolicy.members, for: instance) {
            asked += 1
            return asked > limit
        }
        #expect(found.foundBy == .fifo && found.iterations == 1 && asked == limit + 1)
        try found.timetable.check(against: instance)
    }
    #expect(Portfolio.best(of: SchedulingPolicy.members, for: instance) { false }.foundBy == .heft)
}

@Test func aBudgetEndsALongSearch() throws {
    // 6,000 tasks for 40 nodes: HEFT takes far longer than that without optimisation.
    let tasks = (0..<6000).map { place in
        var task = Workflow.Task(id: "t\(place)", runtimeSeconds: Double(place * 7919 % 101 + 1))
        task.memoryBytes = Double(place * 104_729 % 97 + 1)
        return task
    }
    let nodes = (0..<40).map { Cluster.Node(name: "n\($0)", cores: 4, memoryBytes: 200, speed: Double($0 % 3 + 1)) }
    let workflow = try Workflow(name: "w", tasks: tasks, edges: [])
    let unbounded = try HeuristicScheduler(.portfolio).plan(
        workflow, on: Cluster(nodes: nodes), budget: .seconds(600))
    let budget = unbounded.decisionMs / 5
    let bounded = try HeuristicScheduler(.portfolio).plan(
        workflow, on: Cluster(nodes: nodes), budget: .milliseconds(budget))
    #expect(unbounded.iterations == 2 && bounded.iterations == 1 && bounded.foundBy == "fifo")
    #expect(bounded.decisionMs >= budget)
}

@Test func policiesHaveTheirNames() throws {
    #expect(try SchedulingPolicy(named: "heft") == .heft)
    let error = #expect(throws: InputError.self) { try SchedulingPolicy(named: "best", field: "policy") }
    #expect(error?.field == "policy" && error?.problem == "\"best\" is no policy; there are fifo, heft, portfolio")
    #expect(!SchedulingPolicy.members.contains(.portfolio))
}
