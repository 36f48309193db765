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

@Test func aSerialPassMakesTheScheduleOfAPlainOne() throws {
    var (withMemory, later) = (0, 0)
    try forEachProject(0..<120) { seed, naive, problem, instance in
        var (serial, list) = (SerialPass(problem), ListPass(problem))
        for turn in 0..<2 {
            let keys = randomKeys(naive.count, seed + turn)
            let made = serial.run(keys)
            let places = problem.topologicalOrder.enumerated().reduce(into: [:]) { $0[Int($1.element)] = $1.offset }
            // A task takes the turn of the most urgent one that waits for it, however far behind.
            func urgency(_ task: Int) -> Double {
                let children = (0..<naive.count).filter { naive.parents[$0].contains(task) }
                return children.reduce(keys[task]) { max($0, urgency($1)) }
            }
            let urgencies = (0..<naive.count).map(urgency)
            let order = (0..<naive.count).sorted { first, second in
                urgencies[first] != urgencies[second]
                    ? urgencies[first] > urgencies[second] : (places[first] ?? 0) < (places[second] ?? 0)
            }
            #expect(serial.ends == naive.serialEnds(order) && made == serial.ends.max(), "seed \(seed)")
            #expect(
                serial.list.map { Int($0) }
                    == (0..<naive.count).sorted { (-keys[$0], $0) < (-keys[$1], $1) }, "seed \(seed)")
            try problem.timetable(starts: serial.starts, ends: serial.ends).check(against: instance)
            _ = list.run(keys)
            later += list.ends == serial.ends ? 0 : 1
        }
        withMemory += problem.hasMemory ? 1 : 0
    }
    #expect(withMemory > 20 && later > 40)
}

/// A path that goes through a wide task, and narrow ones that always fit: where whatever has room starts, the wide one comes last.
@Test func aSerialPassKeepsRoomForWideTasks() throws {
    var tasks = (0..<12).map { Workflow.Task(id: "narrow\($0)", runtimeSeconds: 2) }
    for place in tasks.indices { tasks[place].cores = 1 }
    for id in ["wide", "last"] {
        var task = Workflow.Task(id: id, runtimeSeconds: id == "wide" ? 1 : 20)
        task.cores = id == "wide" ? 4 : 1
        tasks.append(task)
    }
    // The narrow ones are ready at once, the wide one behind a task that leaves no time to wait for it.
    var first = Workflow.Task(id: "first", runtimeSeconds: 1)
    first.cores = 1
    tasks.append(first)
    let workflow = try Workflow(name: "w", tasks: tasks, edges: [("first", "wide"), ("wide", "last")])
    let instance = try SchedulingInstance(workflow, on: Cluster(nodes: [.init(name: "n", cores: 4)]))
    let problem = try #require(CumulativeProblem(SearchProblem(instance)))
    // Path 22 s; work 24 + 4 + 20 + 1 core-seconds on four.
    #expect(abs(problem.pathOverWork - 22 / 12.25) < 1e-9)
    var (serial, list) = (SerialPass(problem), ListPass(problem))
    let keys = problem.bottomLevels
    let (kept, passed) = (serial.run(keys), list.run(keys))
    #expect(serial.ends[12] == 2 && list.ends[12] > 5)
    #expect(try #require(kept) == 22 && #require(passed) > 25)
    // The scheduler takes the one or the other by how much of the time the path is.
    for (share, ends) in [(1.79, serial.ends), (1.8, list.ends), (.infinity, list.ends), (0, serial.ends)] {
        var scheduler = ListScheduler(instance, serialFrom: share)
        let timetable = scheduler.timetable(of: keys)
        #expect(timetable?.ends == ends && scheduler.isCumulative)
        #expect(scheduler.order == list.list)
        let byKey = CumulativeScheduler(instance)?.timetable(scale: .infinity, serialFrom: share)
        #expect(byKey?.ends == ends)
    }
}

/// Placing tasks one by one takes the square of their number; so many are never placed so.
@Test(arguments: [(2000, true), (2001, false)]) func manyTasksAreNotPlacedOneByOne(count: Int, isSerial: Bool) throws {
    let tasks = (0..<count).map { Workflow.Task(id: "\($0)", runtimeSeconds: 1) }
    let instance = try SchedulingInstance(
        Workflow(name: "w", tasks: tasks, edges: []), on: Cluster(nodes: [.init(name: "n", cores: 64)]))
    let problem = try #require(CumulativeProblem(SearchProblem(instance)))
    #expect(problem.isSerial(from: 0) == isSerial && !problem.isSerial(from: .infinity) && !problem.isSerial(from: 0.5))
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
    var serial = SerialPass(problem)
    let cutSerial = serial.run(problem.bottomLevels, isOver: { true })
    #expect(cutSerial == nil)
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
