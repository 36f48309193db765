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

/// Tasks each of which holds something else, more than stand in a block of keys, on a few nodes with room for one or two: with
/// every second one that is placed nothing is certain any more. So it is, too, where rooms are kept for few of them at a time.
@Test(arguments: policies) func tasksThatAllHoldSomethingElseAreTakenAsOneByOne(policy: SchedulingPolicy) throws {
    let twin = try #require(NaiveModel.twins.first { $0.policy == policy }).plan
    let rule = [SchedulingPolicy.maxMin: Candidates.Rule.latestFinish, .sufferage: .sufferage, .etf: .earliestStart]
    for seed in 0..<4 {
        var generator = SeededGenerator(seed: UInt64(seed))
        var random = RandomInstance(seed: seed, features: [], tasks: 1...1, nodes: 2...4)
        for node in random.cluster.nodes.indices {
            random.cluster.nodes[node].cores = 64
            random.cluster.nodes[node].speed = seed % 2 == 0 ? 1 : Double(node + 1)
        }
        random.tasks = (0..<90).map { place in
            var task = Workflow.Task(id: "t\(place)", runtimeSeconds: Double(Int.random(in: 1...3, using: &generator)))
            task.cores = (seed < 2 ? 33 : 22) + Double(place) / 16
            return task
        }
        let instance = try random.instance()
        let expected = twin(NaiveModel(random))
        #expect(runs(policy.timetable(of: instance)) == expected, "seed \(seed)")
        for mostValues in [1, 8] {
            var draft = PlanDraft(of: instance, on: PlanningBoard(of: instance))
            var left = Candidates(by: try #require(rule[policy]), in: draft, mostValues: mostValues)
            for task in random.tasks.indices { left.add(task, draft) }
            while !left.isEmpty { _ = try #require(left.placeLargest(in: &draft, isOver: { false })) }
            #expect(runs(draft.timetable) == expected, "seed \(seed), \(mostValues) values")
        }
    }
}

/// Looking for what is largest is too long a step where the keys of many are bounds that hold no longer.
@Test func theTimeIsAskedForWhileManyAreSearchedFor() throws {
    let count = 3000
    let tasks = (0..<count).map { place in
        var task = Workflow.Task(id: "t\(place)", runtimeSeconds: 1)
        task.cores = 33 + Double(place) / 1000
        return task
    }
    let cluster = Cluster(nodes: (0..<2).map { .init(name: "n\($0)", cores: 64) })
    let instance = try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: []), on: cluster)
    var draft = PlanDraft(of: instance, on: PlanningBoard(of: instance))
    var left = Candidates(by: .latestFinish, in: draft)
    for task in 0..<count { left.add(task, draft) }
    var most = 0
    for _ in 0..<3 {
        var asked = 0
        #expect(
            left.placeLargest(in: &draft) {
                asked += 1
                return false
            } != nil)
        most = max(most, asked)
    }
    // Two looks are those of bringing entries up to date.
    #expect(most >= 2 + count / 100 - 1)
    var asked = 0
    var isEnded = false
    for _ in 0..<2 {
        let task = left.placeLargest(in: &draft) {
            asked += 1
            return asked > 4
        }
        isEnded = isEnded || task == nil
    }
    #expect(isEnded)
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
