import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

/// `count` random tasks of one to eight halves of a core on a node of four cores, with few dependencies.
private func instance(_ seed: Int, tasks count: ClosedRange<Int>) throws -> SchedulingInstance {
    let features: RandomInstance.Features = seed % 2 == 0 ? [.cores] : [.cores, .memory, .emptyTasks]
    return try RandomInstance(seed: seed, features: features, tasks: count, nodes: 1...1, density: 0.03).instance()
}

private func problem(of instance: SchedulingInstance) throws -> CumulativeProblem {
    try #require(CumulativeProblem(SearchProblem(instance)))
}

@Test func theTailBoundIsThatOfTheExample() throws {
    // Two jobs, each of 2 s on all of the 4 cores and then 1 s on one: in the last second only the small tasks can run.
    var tasks: [Workflow.Task] = []
    var edges: [(String, String)] = []
    for job in 0..<2 {
        for (name, seconds, cores) in [("a", 2.0, 4.0), ("b", 1.0, 1.0)] {
            var task = Workflow.Task(id: "\(name)\(job)", runtimeSeconds: seconds)
            task.cores = cores
            tasks.append(task)
        }
        edges.append(("a\(job)", "b\(job)"))
    }
    let workflow = try Workflow(name: "w", tasks: tasks, edges: edges)
    let instance = try SchedulingInstance(workflow, on: Cluster(nodes: [.init(name: "n", cores: 4)]))
    // The critical path takes 3 s and the work 18 / 4 = 4.5 s; 16 core-seconds come before the last second: 4 s + 1 s.
    #expect(instance.lowerBound == 4.5)
    #expect(abs(try problem(of: instance).lowerBound - 5) < 1e-9)
}

@Test func noBoundIsAboveTheOptimum() throws {
    var (tighter, reached) = (0, 0)
    for seed in 0..<100 {
        let features: [RandomInstance.Features] = [[.cores], [.cores, .memory], [.cores, .emptyTasks]]
        let random = RandomInstance(seed: seed, features: features[seed % 3], tasks: 2...5, nodes: 1...1)
        let instance = try random.instance()
        let problem = try problem(of: instance)
        let optimum = NaiveProject(random).optimum
        for bound in [problem.lowerBound, problem.tailBound, problem.reversed.tailBound] {
            #expect(bound <= optimum + 1e-9, "seed \(seed)")
        }
        #expect(problem.lowerBound >= instance.lowerBound - 1e-9, "seed \(seed)")
        tighter += problem.lowerBound > instance.lowerBound + 1e-6 ? 1 : 0
        // The search finds what enumeration finds, but for a few.
        var search = try #require(CumulativeSearch(SearchProblem(instance)))
        var generator = SeededGenerator(seed: 1)
        let fifo = SchedulingPolicy.fifo.timetable(of: instance)
        let found = search.improve(fifo, iterations: 120, bound: 0, using: &generator) { false }
        let makespan = found.timetable?.makespan ?? fifo.makespan
        #expect(makespan >= optimum - 1e-9, "seed \(seed)")
        reached += makespan <= optimum + 1e-9 ? 1 : 0
    }
    #expect(tighter >= 3 && reached >= 99, "tighter in \(tighter), optimum in \(reached) of 100")
}

@Test func aSearchIsNeverWorseThanItsStaticKeys() throws {
    var better = 0
    for seed in 0..<12 {
        let instance = try instance(seed, tasks: 60...120)
        let problem = try problem(of: instance)
        var pass = ListPass(problem)
        var keys = problem.bottomLevels
        let classes = DemandClasses(problem.demands, limit: 4)
        let best = CumulativeKey.scales(40, cores: problem.cores).compactMap { scale in
            CumulativeKey(scale: scale).write(
                levels: problem.bottomLevels, demands: problem.demands, classes: classes, into: &keys)
            return pass.run(keys)
        }.min()
        var search = try #require(CumulativeSearch(SearchProblem(instance)))
        var generator = SeededGenerator(seed: 1)
        let fifo = SchedulingPolicy.fifo.timetable(of: instance)
        let found = search.improve(fifo, iterations: 150, bound: 0, using: &generator) { false }
        let timetable = found.timetable ?? fifo
        try timetable.check(against: instance)
        let limit = try #require(best)
        #expect(timetable.makespan <= limit * (1 + 1e-12), "seed \(seed)")
        #expect(timetable.makespan >= problem.lowerBound - 1e-9, "seed \(seed)")
        better += timetable.makespan < limit * (1 - 1e-9) ? 1 : 0
    }
    #expect(better >= 4, "better in \(better)")
}

@Test func aSearchInSlicesIsTheSameAsInOne() throws {
    let instance = try instance(4, tasks: 100...100)
    let fifo = SchedulingPolicy.fifo.timetable(of: instance)
    var makespans: [Double] = []
    for slice in [90, 1, 7, 1000] {
        var search = try #require(CumulativeSearch(SearchProblem(instance)))
        var generator = SeededGenerator(seed: 9)
        var (best, done) = (fifo, 0)
        while done < 90 {
            let found = search.improve(
                best, iterations: min(slice, 90 - done), bound: 0, using: &generator
            ) { false }
            if let timetable = found.timetable {
                #expect(timetable.makespan < best.makespan)
                best = timetable
            }
            guard found.iterations > 0 else { break }
            done += found.iterations
        }
        makespans.append(best.makespan)
    }
    #expect(Set(makespans).count == 1, "\(makespans)")
    #expect(makespans[0] < fifo.makespan)
}

@Test func aSearchEndsWithItsBudgetAndAtItsBound() throws {
    let instance = try instance(6, tasks: 80...80)
    let fifo = SchedulingPolicy.fifo.timetable(of: instance)
    var search = try #require(CumulativeSearch(SearchProblem(instance)))
    var generator = SeededGenerator(seed: 2)
    var asked = 0
    let found = search.improve(fifo, iterations: 1000, bound: 0, using: &generator) {
        asked += 1
        return asked > 5
    }
    #expect(found.iterations == 5 && asked == 6)
    let none = search.improve(fifo, iterations: 1000, bound: .infinity, using: &generator) { false }
    let three = search.improve(fifo, iterations: 3, bound: 0, using: &generator) { false }
    #expect(none.iterations == 0 && three.iterations == 3)
    // A schedule as long as one of the bounds ends it, wherever it comes from.
    let alone = try RandomInstance(seed: 1, features: [], tasks: 1...1, nodes: 1...1).instance()
    var short = try #require(CumulativeSearch(SearchProblem(alone)))
    let first = SchedulingPolicy.fifo.timetable(of: alone)
    let nothing = short.improve(first, iterations: 10, bound: 0, using: &generator) { false }
    #expect(nothing.iterations == 0)
}

@Test func aSearchGoesOnFromAnIncumbent() throws {
    let instance = try instance(8, tasks: 90...90)
    var first = try #require(CumulativeSearch(SearchProblem(instance)))
    var generator = SeededGenerator(seed: 3)
    let fifo = SchedulingPolicy.fifo.timetable(of: instance)
    let slice = first.improve(fifo, iterations: 300, bound: 0, using: &generator) { false }
    let good = try #require(slice.timetable)
    var second = try #require(CumulativeSearch(SearchProblem(instance)))
    let found = second.improve(good, iterations: 120, bound: 0, using: &generator) { false }
    #expect(second.bestMakespan <= good.makespan)
    #expect((found.timetable?.makespan ?? 0) < good.makespan)
}

@Test func aSearchIsForOneNodeOnly() throws {
    let two = try RandomInstance(seed: 1, features: [.cores], nodes: 2...2).instance()
    #expect(CumulativeSearch(SearchProblem(two)) == nil)
    let none = try SchedulingInstance(
        Workflow(name: "w", tasks: [], edges: []), on: Cluster(nodes: [.init(name: "n", cores: 1)]))
    var search = try #require(CumulativeSearch(SearchProblem(none)))
    var generator = SeededGenerator(seed: 1)
    let found = search.improve(Timetable(count: 0), iterations: 9, bound: 0, using: &generator) { false }
    #expect(found.timetable == nil && found.iterations == 0)
}
