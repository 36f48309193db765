import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

@Test(arguments: NaiveModel.twins.map(\.policy)) func plannersAreThoseOfTheirPapers(policy: SchedulingPolicy) throws {
    let twin = try #require(NaiveModel.twins.first { $0.policy == policy }).plan
    for seed in 0..<150 {
        let random = RandomInstance(seed: seed, tasks: seed % 5 == 0 ? 1...40 : 1...20)
        let instance = try random.instance()
        let timetable = policy.timetable(of: instance)
        try timetable.check(against: instance)
        #expect(runs(timetable) == twin(NaiveModel(random)), "seed \(seed)")
        #expect(timetable.makespan >= instance.lowerBound - 1e-9)
    }
}

/// A board that holds something on each node already, and is planned on from a later moment.
private struct HeldBoard {
    var board: PlanningBoard
    var model: NaiveModel

    init(_ random: RandomInstance, seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        model = NaiveModel(random)
        model.beginning = Double(Int.random(in: 0...8, using: &generator)) / 2
        let least = seed % 2 == 0 ? (cores: model.cores.min() ?? 0, memory: model.memory.min() ?? 0) : (0, 0)
        var timelines: [NodeTimeline] = []
        for (place, node) in random.cluster.nodes.enumerated() {
            var timeline = NodeTimeline(cores: node.cores, memory: node.memoryBytes ?? .infinity, least: least)
            var moment = 0.0
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let start = moment + Double(Int.random(in: 0...6, using: &generator)) / 2
                let seconds = Double(Int.random(in: 1...9, using: &generator)) / 2
                let hold = NaiveModel.Hold(
                    node: place, start: start, end: start + seconds, cores: node.cores / 2,
                    memory: (node.memoryBytes ?? 8) / 2)
                timeline.hold(from: start, length: seconds, cores: hold.cores, memory: hold.memory)
                model.held.append(hold)
                // Two of them at most at once.
                moment = start + seconds / 2
            }
            timelines.append(timeline)
        }
        board = PlanningBoard(timelines: timelines, from: model.beginning)
    }
}

@Test(arguments: NaiveModel.twins.map(\.policy)) func plannersGoAroundWhatABoardHolds(policy: SchedulingPolicy) throws {
    let (twin, planner) = (try #require(NaiveModel.twins.first { $0.policy == policy }).plan, policy.planner)
    var later = 0
    for seed in 1000..<1080 {
        let random = RandomInstance(seed: seed, tasks: 1...20)
        let instance = try random.instance()
        var held = HeldBoard(random, seed: seed)
        let timetable = try #require(planner?.plan(instance, on: &held.board, isOver: { false }))
        try timetable.check(against: instance)
        #expect(runs(timetable) == twin(held.model), "seed \(seed)")
        #expect(timetable.starts.allSatisfy { $0 >= held.model.beginning })
        #expect(timetable.ready.allSatisfy { $0 >= held.model.beginning })
        if timetable != policy.timetable(of: instance) { later += 1 }
        // What was planned stands on the board now: the same once more ends later, or as early where there is room.
        let again = try #require(planner?.plan(instance, on: &held.board, isOver: { false }))
        for (task, end) in timetable.ends.enumerated() where end > timetable.starts[task] {
            held.model.held.append(
                .init(
                    node: timetable.nodes[task], start: timetable.starts[task], end: end,
                    cores: held.model.cores[task], memory: held.model.memory[task]))
        }
        #expect(runs(again) == twin(held.model), "seed \(seed), once more")
    }
    #expect(later > 40)
}

@Test(arguments: NaiveModel.twins.map(\.policy)) func aPlannerStopsWhenTimeIsOver(policy: SchedulingPolicy) throws {
    let planner = try #require(policy.planner)
    let random = RandomInstance(seed: 7, features: [.files, .speeds, .cores, .groups], tasks: 25...25, nodes: 4...4)
    let instance = try random.instance()
    let whole = planner.plan(instance)
    var held = HeldBoard(random, seed: 7)
    var limit = 0
    while true {
        var asked = 0
        let cut = planner.plan(instance, on: &held.board) {
            asked += 1
            return asked > limit
        }
        guard cut == nil else { break }
        #expect(asked == limit + 1)
        limit += 1
    }
    // It is asked at every task at least, and leaves the board as it was when it is cut off.
    #expect(limit >= instance.taskCount)
    var fresh = HeldBoard(random, seed: 7)
    #expect(
        planner.plan(instance, on: &fresh.board) { false }.map(runs)
            == NaiveModel.twins.first { $0.policy == policy }?.plan(fresh.model))
    #expect(whole == policy.timetable(of: instance))
}

@Test func everyPolicyThatPlansHasATwin() {
    let planning = SchedulingPolicy.allCases.filter { $0.planner != nil }
    #expect(Set(planning) == Set(NaiveModel.twins.map(\.policy)) && planning.count == NaiveModel.twins.count)
}

@Test func theRulesDiffer() throws {
    // What the tests above stand on: no two rules are the same on these instances.
    let timetables = try (0..<50).map { seed in
        let instance = try RandomInstance(seed: seed, tasks: 1...20).instance()
        return NaiveModel.twins.map { $0.policy.timetable(of: instance) }
    }
    for first in NaiveModel.twins.indices {
        for second in 0..<first {
            let differing = timetables.filter { $0[first] != $0[second] }.count
            #expect(differing > 2, "\(NaiveModel.twins[first].policy) and \(NaiveModel.twins[second].policy)")
        }
    }
}

/// One task with many children, which are all placed for trial before it has a place itself.
@Test func lookingAheadAsksForTheTimeAtEveryChild() throws {
    let count = 50
    let tasks = (0...count).map { Workflow.Task(id: "t\($0)", runtimeSeconds: 1) }
    let workflow = try Workflow(name: "w", tasks: tasks, edges: (1...count).map { ("t0", "t\($0)") })
    let instance = try SchedulingInstance(workflow, on: Cluster(nodes: [.init(name: "n", cores: 1)]))
    var asked = 0
    let whole = LookaheadHEFT().plan(instance) {
        asked += 1
        return false
    }
    #expect(whole != nil && asked > 2 * count)
}
