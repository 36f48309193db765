import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

/// Rules that let one task stand for all that are alike but for their runtimes.
private let policies: [SchedulingPolicy] = [.maxMin, .sufferage, .etf]

/// Beside a longer time a last bit of difference is lost by rounding, so that tasks of other runtimes end at the same moment.
@Test(arguments: policies) func tasksThatAreAlikeAreTakenAsOneByOne(policy: SchedulingPolicy) throws {
    let twin = try #require(NaiveModel.twins.first { $0.policy == policy }).plan
    let lengths = [0.5, 0.5.nextUp, 1, 1.0.nextUp, 1.0.nextUp.nextUp, 1.0.nextDown, 2, 3]
    for seed in 0..<90 {
        var generator = SeededGenerator(seed: UInt64(seed))
        let features: RandomInstance.Features =
            [[.speeds], [.speeds, .emptyTasks, .cores], [.groups, .pools, .speeds, .memory]][seed % 3]
        var random = RandomInstance(
            seed: seed, features: features, tasks: 10...30, nodes: 1...4, density: seed % 2 == 0 ? 0 : 0.05)
        for task in random.tasks.indices where random.tasks[task].runtimeSeconds != 0 {
            random.tasks[task].runtimeSeconds = lengths.randomElement(using: &generator)
        }
        let timetable = try policy.timetable(of: random.instance())
        #expect(runs(timetable) == twin(NaiveModel(random)), "seed \(seed)")
    }
}

@Test func theFirstOfTheFileIsTakenWhereRoundingMakesEndsEqual() throws {
    let lengths: [Double] = [4e16, 0.5, 0.25, 1]
    let tasks = lengths.enumerated().map { Workflow.Task(id: "t\($0)", runtimeSeconds: $1) }
    let cluster = Cluster(nodes: [.init(name: "n", cores: 1)])
    let instance = try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: []), on: cluster)
    var draft = PlanDraft(of: instance, on: PlanningBoard(of: instance))
    var left = Candidates(by: .latestFinish, in: draft)
    for task in 0..<4 { left.add(task, draft) }
    var order: [Int] = []
    while !left.isEmpty {
        guard let task = left.placeLargest(in: &draft, isOver: { false }) else { break }
        order.append(task)
    }
    #expect(order == [0, 1, 2, 3])
}

@Test func tasksOfOneRuntimeAreOneEntry() throws {
    let tasks = (0..<3000).map { Workflow.Task(id: "t\($0)", runtimeSeconds: Double($0 % 3 + 1)) }
    let cluster = Cluster(nodes: (0..<3).map { .init(name: "n\($0)", cores: 1, speed: Double($0 + 1)) })
    let instance = try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: []), on: cluster)
    for (rule, entries) in [(Candidates.Rule.latestFinish, 1), (.earliestStart, 1), (.sufferage, 3)] {
        let draft = PlanDraft(of: instance, on: PlanningBoard(of: instance))
        var left = Candidates(by: rule, in: draft)
        for task in 0..<3000 { left.add(task, draft) }
        #expect(left.count == entries)
    }
}

/// Bringing the others up to date after each task is too long a step where they are many.
@Test func theTimeIsAskedForWhileManyTasksAreBroughtUpToDate() throws {
    let count = 1100
    let tasks = (0..<count).map { Workflow.Task(id: "t\($0)", runtimeSeconds: Double($0 + 1)) }
    let cluster = Cluster(nodes: [.init(name: "n", cores: 1)])
    let instance = try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: []), on: cluster)
    var asked = 0
    let whole = Sufferage().plan(instance) {
        asked += 1
        return false
    }
    #expect(whole != nil && asked > 2 * count + 90)
}
