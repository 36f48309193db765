import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

/// The keys of the rules, in words of the naive model.
private let rules: [(SchedulingPolicy, Bool, NaiveStream.Rank)] = [
    (.fifo, false, { _, _ in [] }), (.strictFIFO, true, { _, _ in [] }),
    (.jobFIFO, false, { _, task in [Double(task.arrival)] }),
    (.sjf, false, { stream, task in [stream.models[task.arrival].tasks[task.task].runtimeSeconds ?? 0] }),
    (.ljf, false, { stream, task in [-(stream.models[task.arrival].tasks[task.task].runtimeSeconds ?? 0)] }),
    (.edf, false, { stream, task in [stream.moments[task.arrival] + (stream.arrivals[task.arrival].deadline ?? 0)] }),
    (.criticalPath, false, { stream, task in [-stream.ranks[task.arrival][task.task]] }),
    (.fair, false, { stream, task in [stream.cores(of: task.arrival), Double(task.arrival)] }),
    (
        .weightedFair, false,
        { stream, task in
            [stream.cores(of: task.arrival) / stream.arrivals[task.arrival].weight, Double(task.arrival)]
        }
    ),
    (.srpt, false, { stream, task in [stream.remaining(of: task.arrival), Double(task.arrival)] }),
    (
        .srptPath, false,
        { stream, task in
            [stream.remaining(of: task.arrival), Double(task.arrival), -stream.ranks[task.arrival][task.task]]
        }
    ),
    (
        .drf, false,
        { stream, task in
            let memory = stream.cluster.nodes.reduce(0) { $0 + ($1.memoryBytes ?? 0) }
            let cores = stream.cluster.nodes.reduce(0) { $0 + $1.cores }
            let share = max(
                stream.cores(of: task.arrival) / cores, memory > 0 ? stream.memory(of: task.arrival) / memory : 0)
            return [share / stream.arrivals[task.arrival].weight, Double(task.arrival)]
        }
    ),
]

private func runs(_ result: SimulationResult) -> [NaiveStream.Run] {
    result.records.map {
        .init(arrival: $0.arrival, task: $0.task, node: $0.node, placed: $0.placed, start: $0.start, end: $0.end)
    }.sorted { ($0.arrival, $0.task) < ($1.arrival, $1.task) }
}

@Test(arguments: 0..<8) func listRulesAreThoseOfTheContract(block: Int) throws {
    for seed in (block * 3)..<(block * 3 + 3) {
        let stream = try NaiveStream(seed: seed)
        for (policy, isStrict, key) in rules {
            var naive = stream
            let expected = naive.run(isStrict: isStrict) { stream, task in
                let priority = stream.models[task.arrival].tasks[task.task].wishes.priority
                return [-priority] + key(stream, task) + [task.ready, Double(task.order)]
            }.sorted { ($0.arrival, $0.task) < ($1.arrival, $1.task) }
            var left = stream.arrivals[...]
            let result = policy.simulate(on: stream.cluster, settings: .init(keepsTaskRecords: true)) {
                left.popFirst()
            }
            #expect(runs(result) == expected, "\(policy) \(seed)")
            #expect(result.failures == 0 && result.tasks == expected.count)
        }
    }
}

private let all = SchedulingPolicy.allCases

/// `arrival` with branches and loops, and attempts that fail, at some of its tasks.
private func uncertain(_ arrival: Arrival, using generator: inout SeededGenerator) throws -> Arrival {
    var (arrival, workflow) = (arrival, arrival.instance.workflow)
    var failures = [FailureShares](repeating: FailureShares(), count: workflow.tasks.count)
    for task in workflow.tasks.indices {
        let chance = Int.random(in: 0..<8, using: &generator)
        workflow.update(task) { task in
            if chance == 0 { task.wishes.branchProbability = 0.5 }
            if chance == 1 { task.wishes.expectedIterations = 2 }
        }
        if chance == 2 { failures[task].outOfMemory = 0.3 }
        if chance == 3 { (failures[task].error, failures[task].timeout) = (0.2, 0.2) }
    }
    arrival.instance = try SchedulingInstance(workflow, on: arrival.instance.cluster)
    arrival.failures = failures
    return arrival
}

/// Everything that can go wrong does, and nothing is lost, held twice or done twice.
@Test(arguments: 0..<20) func nothingIsLostWhateverHappens(seed: Int) throws {
    let stream = try NaiveStream(seed: seed + 500, workflows: 4...6)
    var generator = SeededGenerator(seed: UInt64(seed))
    var failures = FailureModel()
    failures.errorProbability = [0, 0.1].randomElement(using: &generator) ?? 0
    failures.stragglerProbability = 0.1
    failures.timeLimitFactor = [nil, 3].randomElement(using: &generator) ?? nil
    failures.memoryDeviation = [0, 0.3].randomElement(using: &generator) ?? 0
    failures.secondsBetweenNodeFailures = [nil, 40].randomElement(using: &generator) ?? nil
    failures.repairSeconds = 10
    failures.attemptsAtMost = [nil, 4].randomElement(using: &generator) ?? nil
    let last = stream.cluster.nodes.count - 1
    let disruptions = [
        Disruption(at: 3, node: last, .leaves), .init(at: 5, node: 0, .slows(to: 0.5)),
        .init(at: 9, node: last, .joins),
        .init(at: 20, node: 0, .slows(to: 1)), .init(at: 8, node: last / 2, .leaves),
        .init(at: 30, node: last / 2, .joins),
    ]
    let settings = SimulationSettings(
        seed: UInt64(seed), failures: failures, disruptions: disruptions, keepsTaskRecords: true)
    let arrivals = try stream.arrivals.map { try uncertain($0, using: &generator) }
    for policy in all {
        var left = arrivals[...]
        let result: SimulationResult
        if let rule = policy.simulationRule {
            var cluster = VirtualCluster(stream.cluster, rule: rule, settings: settings) { left.popFirst() }
            var moment = -1.0
            while cluster.advance(until: moment) {
                let violation = cluster.violatedInvariant()
                #expect(violation == nil, "\(policy) \(seed) at \(moment)")
                if violation != nil { return }
                moment += 1.5
            }
            #expect(cluster.violatedInvariant() == nil)
            result = cluster.finish()
            #expect(cluster.alive == 0, "\(policy) \(seed)")
        } else {
            var portfolio = StreamPortfolio(trials: 2, on: stream.cluster, settings: settings) { left.popFirst() }
            result = portfolio.run()
            #expect(portfolio.simulation.violatedInvariant() == nil && portfolio.simulation.alive == 0)
        }
        var done: Set<[Int]> = []
        for record in result.records where record.outcome == .completed {
            #expect(done.insert([record.arrival, record.task]).inserted, "done twice")
        }
        #expect(done.count == result.tasks, "\(policy) \(seed)")
        for (place, workflow) in result.workflows.enumerated() where workflow.completed != nil {
            let instance = arrivals[place].instance
            for task in 0..<instance.taskCount where !done.contains([place, task]) {
                // It lies on a branch that was not taken, or behind nothing but such.
                let parents = instance.graph.parents(of: task)
                let isOpen = instance.workflow.tasks[task].wishes.branchProbability != nil
                #expect(isOpen || !parents.isEmpty && parents.allSatisfy { !done.contains([place, $0]) })
            }
        }
        let held = result.records.reduce(0) {
            $0 + arrivals[$1.arrival].instance.cores[$1.task] * ($1.end - $1.placed)
        }
        #expect(abs(held - result.coreSeconds) < 1e-6 * max(1, held))
    }
}

/// What lies on a branch that is not taken has written no files, wherever it was planned.
@Test func nobodyWaitsForFilesThatWereNotWritten() throws {
    var tasks = ["a", "b", "c", "d"].map { Workflow.Task(id: $0, runtimeSeconds: 10) }
    tasks[1].outputFiles = ["f"]
    tasks[3].inputFiles = ["f"]
    tasks[1].wishes.branchProbability = 0
    (tasks[1].wishes.pool, tasks[3].wishes.pool) = ("p", "q")
    let workflow = try Workflow(
        name: "w", tasks: tasks, edges: [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")], fileBytes: ["f": 1000])
    let nodes = ["p", "q"].map { pool in
        var node = Cluster.Node(name: pool, cores: 1)
        node.pool = pool
        return node
    }
    let instance = try SchedulingInstance(workflow, on: Cluster(nodes: nodes, bandwidthBytesPerSecond: 10))
    for policy in [SchedulingPolicy.fifo, .heft, .minMin, .cpop] {
        var arrival: Arrival? = Arrival(at: 0, instance)
        let result = policy.simulate(on: instance.cluster, settings: .init(nodesStartOff: false)) {
            defer { arrival = nil }
            return arrival
        }
        #expect(result.workflows[0].completed == 30, "\(policy)")
    }
}

@Test func theRunOfOneWorkflowIsAValidTimetable() throws {
    for seed in 0..<60 {
        // In a plan a task of no length needs no room, in a queue it does.
        let features = RandomInstance.Features(rawValue: seed * 37 % 256).subtracting(.emptyTasks)
        let instance = try RandomInstance(seed: seed, features: features).instance()
        for policy in all {
            guard policy.simulationRule != nil else { continue }
            var arrival: Arrival? = Arrival(at: 0, instance)
            let settings = SimulationSettings(keepsTaskRecords: true, nodesStartOff: false)
            let result = policy.simulate(on: instance.cluster, settings: settings) {
                defer { arrival = nil }
                return arrival
            }
            var timetable = Timetable(count: instance.taskCount)
            for record in result.records {
                timetable.nodes[record.task] = record.node
                timetable.placed[record.task] = record.placed
                timetable.starts[record.task] = record.start
                timetable.ends[record.task] = record.end
            }
            try timetable.check(against: instance)
            // What is planned for an empty cluster and for exact times runs no later than planned.
            guard let planned = policy.planner?.plan(instance) else { continue }
            #expect(timetable.makespan <= planned.makespan + 1e-9, "\(policy) \(seed)")
        }
    }
}

@Test func whoeverWaitsLongEnoughHasANodeKeptFree() throws {
    // Small urgent tasks come as fast as they end; one large one wants a whole node.
    let nodes = (0..<2).map { Cluster.Node(name: "n\($0)", cores: 4) }
    func one(_ cores: Double, _ seconds: Double, priority: Double) throws -> SchedulingInstance {
        var task = Workflow.Task(id: "t", runtimeSeconds: seconds)
        task.cores = cores
        task.wishes.priority = priority
        return try SchedulingInstance(
            Workflow(name: "w", tasks: [task], edges: []), on: Cluster(nodes: nodes))
    }
    let (small, large) = (try one(1, 100, priority: 1), try one(4, 50, priority: 0))
    func wait(_ policy: SchedulingPolicy) -> Double {
        var place = 0
        let result = policy.simulate(on: Cluster(nodes: nodes), settings: .init(keepsTaskRecords: true)) {
            place += 1
            if place == 20 { return Arrival(at: 19 * 12, large) }
            return place < 2000 ? Arrival(at: Double(place) * 12, small) : nil
        }
        return result.records.first { $0.arrival == 19 }.map { $0.placed - $0.ready } ?? -1
    }
    // Patience, and then the longest task on that node.
    #expect(wait(.priority) >= 3600 - 100 && wait(.priority) <= 3600 + 100 + 12)
    #expect(wait(.fifo) > 20_000)
}

@Test func nothingStarvesUnderThePortfolio() throws {
    let cluster = Cluster(nodes: (0..<2).map { Cluster.Node(name: "n\($0)", cores: 4) })
    func one(_ cores: Double, _ seconds: Double) throws -> SchedulingInstance {
        var task = Workflow.Task(id: "t", runtimeSeconds: seconds)
        task.cores = cores
        return try SchedulingInstance(Workflow(name: "w", tasks: [task], edges: []), on: cluster)
    }
    // Small tasks come as fast as they end, for two days; one large one wants a whole node.
    let (small, large) = (try one(1, 4800), try one(4, 9600))
    var place = 0
    let result = SchedulingPolicy.portfolio.simulate(
        on: cluster, settings: .init(keepsTaskRecords: true), iterations: 1
    ) {
        place += 1
        if place == 12 { return Arrival(at: 11 * 600, large) }
        return place < 288 ? Arrival(at: Double(place) * 600, small) : nil
    }
    let wait = try #require(result.records.first { $0.arrival == 11 }.map { $0.placed - $0.ready })
    // A day, and then the longest task on that node.
    #expect(wait >= 86_400 - 4800 && wait <= 86_400 + 4800 + 600)
}

@Test func urgencyGrowsWithWaiting() throws {
    let nodes = [Cluster.Node(name: "n", cores: 1)]
    func one(_ priority: Double) throws -> SchedulingInstance {
        var task = Workflow.Task(id: "t", runtimeSeconds: 1000)
        task.wishes.priority = priority
        return try SchedulingInstance(Workflow(name: "w", tasks: [task], edges: []), on: Cluster(nodes: nodes))
    }
    let (low, high) = (try one(0), try one(1))
    func order(gap: Double) -> [Int] {
        var left = [
            Arrival(at: 0, low), Arrival(at: 1, low), Arrival(at: 1 + gap, high),
        ][...]
        return SchedulingPolicy.priority.simulate(
            on: Cluster(nodes: nodes), settings: .init(keepsTaskRecords: true)
        ) { left.popFirst() }.records.map(\.arrival)
    }
    // Ten minutes of waiting make up for one of priority.
    #expect(order(gap: 599) == [0, 2, 1] && order(gap: 601) == [0, 1, 2])
}

@Test func nodesAreTakenInTurn() throws {
    let nodes = (0..<3).map { Cluster.Node(name: "n\($0)", cores: 2) }
    let tasks = (0..<7).map { Workflow.Task(id: "t\($0)", runtimeSeconds: $0 == 6 ? 1 : 5) }
    let instance = try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: []), on: Cluster(nodes: nodes))
    let run = SchedulingPolicy.roundRobin.timetable(of: instance)
    #expect(run.nodes == [0, 1, 2, 0, 1, 2, 0] && run.starts[6] == 5)
}

@Test(arguments: 0..<8) func aPortfolioIsNoWorseThanAMemberOnWhatItLooksAt(seed: Int) throws {
    // Without further arrivals what it looks at is all there is.
    let stream = try NaiveStream(seed: seed + 40, workflows: 4...6)
    func mean(_ policy: SchedulingPolicy) -> Double {
        var left = stream.arrivals.map { arrival in
            var arrival = arrival
            arrival.at = 0
            return arrival
        }[...]
        return policy.simulate(on: stream.cluster) { left.popFirst() }.meanCompletion
    }
    let best = [SchedulingPolicy.srpt, .tetris, .fair, .fifo].map(mean).min() ?? 0
    #expect(mean(.portfolio) <= best + 1e-9 && mean(.portfolio) == mean(.portfolio))
}

@Test func aPortfolioCountsWhomItPutsInCharge() throws {
    let stream = try NaiveStream(seed: 44, workflows: 8...8)
    func run(_ members: [StreamPortfolio.Member]) -> (completion: Double, chosen: [Int], arrivals: Int) {
        var left = stream.arrivals[...]
        var portfolio = StreamPortfolio(of: members, trials: .max, on: stream.cluster, settings: .init()) {
            left.popFirst()
        }
        let completion = portfolio.run().meanCompletion
        // Workflows that come at one moment are chosen for together.
        return (completion, portfolio.chosen, Set(stream.arrivals.map(\.at)).count)
    }
    let own = run(StreamPortfolio.members)
    #expect(own.chosen.count == 5 && own.chosen.reduce(0, +) == own.arrivals)
    // A member that never does better than those before it is never in charge, and changes nothing.
    let twice = run(StreamPortfolio.members + [StreamPortfolio.member("again", .leastRemainingWorkByPath)])
    #expect(twice.completion == own.completion && twice.chosen == own.chosen + [0])
    #expect(run([StreamPortfolio.member("alone", .arrival)]).chosen == [own.arrivals])
}
