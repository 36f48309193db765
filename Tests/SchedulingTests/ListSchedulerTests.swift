import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

private func randomPriorities(_ count: Int, _ seed: Int) -> [Double] {
    var generator = SeededGenerator(seed: UInt64(seed + 500))
    return (0..<count).map { _ in Double(Int.random(in: -4...4, using: &generator)) - 0.5 }
}

@Test func onOneNodeAListIsScheduledAsAPlainPassDoes() throws {
    for seed in 0..<60 {
        let random = RandomInstance(seed: seed, features: [.cores, .emptyTasks], nodes: 1...1)
        let (instance, naive) = (try random.instance(), NaiveProject(random))
        var scheduler = ListScheduler(instance)
        #expect(scheduler.isCumulative)
        for turn in 0..<2 {
            let priorities = randomPriorities(naive.count, seed + turn)
            let ends = naive.listEnds(priorities)
            let (made, makespan) = (scheduler.timetable(of: priorities), scheduler.makespan(of: priorities))
            let timetable = try #require(made)
            #expect(timetable.ends == ends && makespan == ends.max(), "seed \(seed)")
            try timetable.check(against: instance)
        }
    }
}

@Test func onSeveralNodesTasksArePlacedInTheOrderOfThePriorities() throws {
    var (withMachines, withRooms) = (0, 0)
    for seed in 0..<80 {
        let instance = try RandomInstance(seed: seed, nodes: 2...6).instance()
        let problem = SearchProblem(instance)
        var scheduler = ListScheduler(instance)
        #expect(!scheduler.isCumulative)
        for turn in 0..<2 {
            let priorities = randomPriorities(instance.taskCount, seed + turn)
            // Of the tasks whose parents have been taken, the one with the largest priority.
            var (order, taken): ([Int32], Set<Int>) = ([], [])
            while order.count < instance.taskCount {
                let ready = (0..<instance.taskCount).filter { task in
                    !taken.contains(task) && instance.graph.parents(of: task).allSatisfy(taken.contains)
                }
                let next = try #require(ready.min { (-priorities[$0], $0) < (-priorities[$1], $1) })
                taken.insert(next)
                order.append(Int32(next))
            }
            let expected: Timetable
            if problem.hasMachines {
                var decoder = MachineDecoder(problem)
                _ = decoder.decode(order)
                expected = decoder.timetable()
                withMachines += 1
            } else {
                var decoder = ResourceDecoder(problem)
                _ = decoder.decode(order)
                expected = decoder.timetable()
                withRooms += 1
            }
            let (made, makespan) = (scheduler.timetable(of: priorities), scheduler.makespan(of: priorities))
            #expect(made == expected && makespan == expected.makespan, "seed \(seed)")
            try expected.check(against: instance)
        }
    }
    #expect(withMachines > 10 && withRooms > 10)
}

@Test func aListSchedulerSortsAndEndsWhenTold() async throws {
    for seed in 0..<20 {
        let instance = try RandomInstance(seed: seed, tasks: 5...40, nodes: 1...1).instance()
        let priorities = randomPriorities(instance.taskCount, seed)
        var scheduler = ListScheduler(instance)
        _ = scheduler.makespan(of: priorities)
        #expect(
            scheduler.order.map { Int($0) }
                == (0..<instance.taskCount).sorted { (-priorities[$0], $0) < (-priorities[$1], $1) })
    }
    // Large enough to be asked: on one node and on several.
    for nodes in [1, 3] {
        let tasks = (0..<9000).map { Workflow.Task(id: "\($0)", runtimeSeconds: 1) }
        let cluster = Cluster(nodes: (0..<nodes).map { .init(name: "\($0)", cores: 4) })
        let instance = try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: []), on: cluster)
        var scheduler = ListScheduler(instance)
        let priorities = [Double](repeating: 1, count: 9000)
        let (none, makespan) = (scheduler.timetable(of: priorities) { true }, scheduler.makespan(of: priorities))
        #expect(none == nil && makespan == Double((9000 + 4 * nodes - 1) / (4 * nodes)))
    }
    await #expect(processExitsWith: .failure) {
        _ = ListScheduler(try RandomInstance(seed: 1, nodes: 3...3).instance()).order
    }
}

/// Answers with a timetable, if it has one.
private struct FixedProposer: PlanProposer {
    let name = "fixed"
    var timetable: Timetable?

    func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable? { isOver() ? nil : timetable }
}

@Test func aProposersPlanIsTakenIfItIsValid() throws {
    for seed in 0..<20 {
        let random = RandomInstance(seed: seed)
        let (workflow, instance) = (try random.workflow(), try random.instance())
        let (heft, fifo) = (
            SchedulingPolicy.heft.timetable(of: instance), SchedulingPolicy.fifo.timetable(of: instance)
        )
        let plan = try ProposingScheduler(FixedProposer(timetable: heft))
            .plan(workflow, on: random.cluster, budget: .seconds(60))
        #expect(plan.policy == "fixed" && plan.foundBy == "fixed" && plan.schedule == heft.schedule(of: instance))
        #expect(plan.lowerBound == instance.lowerBound && plan.alternatives.map(\.policy) == ["fixed"])
        var (early, short) = (heft, heft)
        early.starts[0] -= 1
        early.ends[0] -= 1
        short.ends.removeLast()
        for wrong in [nil, early, short] {
            let plan = try ProposingScheduler(FixedProposer(timetable: wrong))
                .plan(workflow, on: random.cluster, budget: .seconds(60))
            #expect(plan.foundBy == "fifo" && plan.schedule == fifo.schedule(of: instance), "seed \(seed)")
        }
        let late = try ProposingScheduler(FixedProposer(timetable: heft))
            .plan(workflow, on: random.cluster, budget: .zero)
        #expect(late.foundBy == "fifo")
    }
}
