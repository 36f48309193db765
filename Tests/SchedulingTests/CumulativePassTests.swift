import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

/// Random workflows on one node, with tasks of several cores, some of no length, some with memory.
private func forEachProject(
    _ seeds: Range<Int>, tasks: ClosedRange<Int> = 1...24,
    _ body: (_ seed: Int, _ naive: NaiveProject, _ problem: CumulativeProblem, _ instance: SchedulingInstance) throws ->
        Void
) throws {
    for seed in seeds {
        let all: [RandomInstance.Features] = [
            [.cores], [.cores, .emptyTasks], [.cores, .memory], [.memory, .emptyTasks],
        ]
        let random = RandomInstance(seed: seed, features: all[seed % all.count], tasks: tasks, nodes: 1...1)
        let instance = try random.instance()
        let problem = try #require(CumulativeProblem(SearchProblem(instance)))
        try body(seed, NaiveProject(random), problem, instance)
    }
}

private func randomKeys(_ count: Int, _ seed: Int) -> [Double] {
    var generator = SeededGenerator(seed: UInt64(seed + 1000))
    return (0..<count).map { _ in Double(Int.random(in: -5...5, using: &generator)) }
}

@Test func aListPassMakesTheScheduleOfAPlainOne() throws {
    var withMemory = 0
    try forEachProject(0..<120) { seed, naive, problem, instance in
        var pass = ListPass(problem)
        // Twice, so that nothing is left over from the first.
        for turn in 0..<2 {
            let keys = randomKeys(naive.count, seed + turn)
            let makespanMade = pass.run(keys)
            let makespan = try #require(makespanMade)
            #expect(pass.ends == naive.listEnds(keys), "seed \(seed)")
            #expect(makespan == pass.ends.max())
            try problem.timetable(starts: pass.starts, ends: pass.ends).check(against: instance)
        }
        withMemory += problem.hasMemory ? 1 : 0
    }
    #expect(withMemory > 20)
}

@Test func aJustificationPassMakesTheScheduleOfAPlainOne() throws {
    try forEachProject(200..<320) { seed, naive, problem, instance in
        var list = ListPass(problem)
        _ = list.run(randomKeys(naive.count, seed))
        let others = list.ends
        let length = others.max() ?? 0
        let places = problem.reversed.topologicalOrder.enumerated().reduce(into: [:]) {
            $0[Int($1.element)] = $1.offset
        }
        let order = (0..<naive.count).sorted { first, second in
            others[first] != others[second]
                ? others[first] > others[second] : (places[first] ?? 0) < (places[second] ?? 0)
        }
        for reach in [0, 1.5, .infinity] {
            var pass = JustificationPass(problem.reversed, reach: reach)
            for _ in 0..<2 {
                let makespanMade = pass.run(others)
                let makespan = try #require(makespanMade)
                let expected = naive.reversed.serialEnds(order) { max(0, length - others[$0] - reach) }
                #expect(pass.ends == expected, "seed \(seed), reach \(reach)")
                #expect(makespan == expected.max())
            }
            // Turned round it is a schedule.
            let end = pass.ends.max() ?? 0
            let (starts, ends) = (pass.ends.map { end - $0 }, pass.starts.map { end - $0 })
            try problem.timetable(starts: starts, ends: ends).check(against: instance)
        }
    }
}

@Test func justificationNeverLengthens() throws {
    var shorter = 0
    try forEachProject(400..<520, tasks: 10...60) { seed, naive, problem, instance in
        var list = ListPass(problem)
        let firstMade = list.run(randomKeys(naive.count, seed))
        let first = try #require(firstMade)
        for reach in [0, 0.5, 3, .infinity] {
            var forwards = JustificationPass(problem, reach: reach)
            var backwards = JustificationPass(problem.reversed, reach: reach)
            var (ends, makespan) = (list.ends, first)
            for _ in 0..<4 {
                let thereMade = backwards.run(ends)
                let there = try #require(thereMade)
                #expect(there <= makespan, "seed \(seed), reach \(reach)")
                let made = forwards.run(backwards.ends)
                makespan = try #require(made)
                #expect(makespan <= there, "seed \(seed), reach \(reach)")
                ends = forwards.ends
                try problem.timetable(starts: forwards.starts, ends: ends).check(against: instance)
            }
            shorter += makespan < first ? 1 : 0
        }
    }
    #expect(shorter > 50)
}

/// The end of a long task does not tell when it started: 1e-6 is lost beside 1e12.
@Test func aLongTaskWaitsForAShortOne() throws {
    let lengths = ["short": 1e-6, "behind": 2e12, "long": 1e12]
    let tasks = ["short", "behind", "long"].map { id in
        var task = Workflow.Task(id: id, runtimeSeconds: lengths[id])
        task.cores = id == "behind" ? 1 : 2
        return task
    }
    let workflow = try Workflow(name: "w", tasks: tasks, edges: [("short", "behind")])
    let instance = try SchedulingInstance(workflow, on: Cluster(nodes: [.init(name: "n", cores: 3)]))
    let scheduler = try #require(CumulativeScheduler(instance))
    let timetable = scheduler.timetable(scale: .infinity)
    #expect(timetable.starts == [0, 1e-6, 1e-6] && timetable.makespan == 2e12)
    var pass = JustificationPass(try #require(CumulativeProblem(SearchProblem(instance))), reach: .infinity)
    let makespan = pass.run([3e12, 2e12, 1e12])
    #expect(makespan == 2e12 && pass.starts == [0, 1e-6, 1e-6])
}

@Test func passesEndWhenTimeIsOver() throws {
    let random = RandomInstance(seed: 1, features: [.cores], tasks: 9000...9000, nodes: 1...1, density: 0)
    let problem = try #require(CumulativeProblem(SearchProblem(random.instance())))
    var list = ListPass(problem)
    var justification = JustificationPass(problem, reach: 1)
    let cutList = list.run(problem.bottomLevels, isOver: { true })
    #expect(cutList == nil)
    let makespanMade = list.run(problem.bottomLevels)
    let makespan = try #require(makespanMade)
    let cutJustification = justification.run(list.ends, isOver: { true })
    #expect(cutJustification == nil)
    // Without dependencies any schedule is one for time that runs backwards.
    let justified = justification.run(list.ends)
    #expect(try #require(justified) <= makespan)
    var keys = problem.bottomLevels
    keys[4321] = 1e9
    _ = list.run(keys)
    #expect(list.ends[4321] == problem.durations[4321])
}
