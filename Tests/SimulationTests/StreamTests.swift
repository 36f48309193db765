import Kernels
import Testing
import Workflows

@testable import Simulation

/// Runs these arrivals by an order, and keeps every attempt.
func stream(
    _ arrivals: [Arrival], order: QueueOrder = .arrival, _ change: (inout SimulationSettings) -> Void = { _ in }
) -> SimulationResult {
    var settings = SimulationSettings(keepsTaskRecords: true)
    change(&settings)
    var left = arrivals[...]
    var cluster = VirtualCluster(arrivals[0].instance.cluster, rule: .list(order), settings: settings) {
        left.popFirst()
    }
    let result = cluster.run()
    #expect(cluster.violatedInvariant() == nil)
    return result
}

@Test func theFirstTaskOnANodeWaitsForItsStart() throws {
    let node = Cluster.Node(name: "n", cores: 1, pricePerHour: 3600, startupSeconds: 5)
    let made = try instance([Sketch("a", 2)], on: [node])
    // On until 67; again from 67 on, since 60 seconds without a task are over only then; off at 129, on at 130.
    let result = stream([0.0, 67, 130].map { Arrival(at: $0, made) })
    #expect(result.records.map(\.start) == [5, 67, 135] && result.records.map(\.placed) == [0, 67, 130])
    #expect(result.cost == (69 + 60) + (7 + 60) && result.nodeSeconds == result.cost)
    #expect(result.coreSeconds == 7 + 2 + 7 && result.makespan == 137 && result.taskEvents == 6)
    #expect(result.workflows.map(\.completed) == [7, 69, 137] && result.meanCompletion == 16.0 / 3)
    #expect(result.p95Completion == 7 && result.utilisation == 16.0 / 137)
    // A task of no length needs no node that is on, unless it has to wait for one.
    let empty = try instance([Sketch("z", 0)], on: nodes(1))
    #expect(stream([Arrival(at: 3, empty)]).nodeSeconds == 0)
    #expect(try stream([Arrival(at: 3, instance([Sketch("z", 0)], on: [node]))]).workflows[0].completed == 8)
}

@Test func arrivalsShareTheClusterInTheOrderInWhichTasksBecomeReady() throws {
    let chain = try instance([Sketch("a", 4), Sketch("b", 4, after: ["a"])], on: nodes(1))
    // b of the first is ready at 4, behind a of the second, which is ready since 1, and before that of the third.
    let result = stream([Arrival(at: 0, chain), Arrival(at: 1, chain), Arrival(at: 4, chain)])
    #expect(result.records.map(\.arrival) == [0, 1, 0, 2, 1, 2])
    #expect(result.workflows.map(\.completed) == [12, 20, 24] && result.utilisation == 1)
    let none = try instance([], on: nodes(1))
    #expect(stream([Arrival(at: 7, none)]).workflows[0].completed == 7)
}

@Test func aRequestThatIsTooSmallIsDoubledUpToTheLargestNode() throws {
    let cluster = [
        Cluster.Node(name: "n", cores: 1, memoryBytes: 4e9), Cluster.Node(name: "m", cores: 2, memoryBytes: 7e9),
    ]
    let task = Sketch("a", 10, memory: 6.5e9) { $0.memoryBytes = 2e9 }
    let workflow = try Workflow(name: "w", tasks: [task.task], edges: [])
    let made = try SchedulingInstance(workflow, on: Cluster(nodes: cluster), retriesWithMoreMemory: true)
    let result = stream([Arrival(at: 0, made)])
    #expect(result.records.map(\.memory) == [2e9, 4e9, 7e9] && result.records.map(\.node) == [0, 0, 1])
    #expect(result.records.map(\.outcome) == [.outOfMemory, .outOfMemory, .completed])
    #expect(result.failures == 2 && result.executions == 3 && result.tasks == 1 && result.workflows[0].attempts == 3)
    #expect(abs(result.gigabyteHours - (20 + 40 + 70) / 3600) < 1e-12 && result.coreSeconds == 30)
    // The same by an arrival that asks for less than it was recorded with.
    let full = try instance([Sketch("a", 10, memory: 6.5e9)], on: cluster)
    #expect(stream([Arrival(at: 0, full, memoryRequests: [2e9])]).records == result.records)
    #expect(stream([Arrival(at: 0, full)]).failures == 0)
    let limited = stream([Arrival(at: 0, made, deadline: 50)]) { $0.failures.attemptsAtMost = 2 }
    #expect(limited.workflows[0].completed == nil && limited.workflows[0].missedDeadline && limited.failures == 2)
}

@Test func deadlinesAreCounted() throws {
    let made = try instance([Sketch("a", 4), Sketch("b", 4) { $0.deadline = 6 }], on: nodes(1))
    let loose = try instance([Sketch("a", 8)], on: nodes(1))
    let result = stream([
        Arrival(at: 0, made), Arrival(at: 8, loose, deadline: 8), Arrival(at: 16, loose, deadline: 7.5),
    ])
    #expect(result.workflows.map(\.missedDeadline) == [true, false, true] && result.missedDeadlines == 2)
}

@Test func disruptionsTakeTasksAndSlowThem() throws {
    let made = try instance([Sketch("a", 10), Sketch("b", 10)], on: nodes(1, 1))
    // b is lost at 4, waits for a until 10, and starts anew; the node is back too late.
    let lost = stream([Arrival(at: 0, made)]) {
        $0.disruptions = [Disruption(at: 4, node: 1, .leaves), Disruption(at: 11, node: 1, .joins)]
    }
    #expect(lost.records.map(\.outcome) == [.nodeLost, .completed, .completed])
    #expect(lost.records.map(\.end) == [4, 10, 20] && lost.failures == 1 && lost.coreSeconds == 24)
    #expect(lost.availableCoreSeconds == 4 * 2 + 7 + 9 * 2)
    // Half as fast from 6 on: 4 seconds more.
    let slow = stream([Arrival(at: 0, made)]) { $0.disruptions = [Disruption(at: 6, node: 0, .slows(to: 0.5))] }
    #expect(slow.records.map(\.end) == [10, 14])
    let late = stream([Arrival(at: 0, made)]) { $0.disruptions = [Disruption(at: 3, node: 0, .joins)] }
    #expect(late.records.map(\.node) == [1, 0] && late.records.map(\.start) == [0, 3])
    // What waits for a node that never comes is told as not completed.
    let never = stream([Arrival(at: 0, made)]) { settings in
        settings.disruptions = [0, 1].map { Disruption(at: 1, node: $0, .leaves) }
    }
    #expect(never.workflows[0].completed == nil && never.tasks == 0 && never.workflows[0].attempts == 2)
}

@Test func attemptsFailAsOftenAsIsSaid() throws {
    let made = try instance((0..<50).map { Sketch("t\($0)", 10, memory: 1e9) }, on: nodes(50))
    let arrivals = (0..<40).map { Arrival(at: Double($0), made) }
    func run(_ change: (inout FailureModel) -> Void) -> SimulationResult {
        stream(arrivals) { change(&$0.failures) }
    }
    let errors = run { $0.errorProbability = 0.2 }
    #expect(errors.tasks == 2000 && errors.failures == errors.executions - 2000)
    // 500 are expected, with a standard deviation of 25.
    #expect(abs(errors.failures - 500) < 100)
    #expect(errors.records.allSatisfy { $0.outcome == .completed || $0.end - $0.start < 10 })
    let slow = run {
        $0.stragglerProbability = 0.1
        $0.slowdown = .constant(3)
    }
    #expect(slow.failures == 0 && slow.records.allSatisfy { [10, 30].contains(($0.end - $0.start).rounded()) })
    #expect(abs(slow.records.count { $0.end - $0.start > 20 } - 200) < 60)
    let ended = run {
        $0.stragglerProbability = 0.1
        $0.slowdown = .constant(3)
        $0.timeLimitFactor = 2
    }
    let limited = ended.records.filter { $0.end - $0.start == 20 }
    #expect(ended.failures > 100 && limited == ended.records.filter { $0.outcome == .timeLimit })
    let memory = run { $0.memoryDeviation = 0.5 }
    #expect(abs(memory.failures - 1250) < 250 && memory.tasks == 2000)
    let nodes = run { $0.secondsBetweenNodeFailures = 60 }
    #expect(nodes.failures > 20 && nodes.records.contains { $0.outcome == .nodeLost } && nodes.tasks == 2000)
    #expect(run { $0.errorProbability = 0.2 }.records == errors.records)
}

@Test func slowdownsHaveTheirDistributions() {
    var generator = SeededGenerator(seed: 5)
    func mean(_ slowdown: FailureModel.Slowdown) -> Double {
        let factors = (0..<20_000).map { _ in slowdown.factor(using: &generator) }
        #expect(factors.allSatisfy { $0 >= 1 })
        return factors.reduce(0, +) / 20_000
    }
    #expect(mean(.constant(0.5)) == 1 && abs(mean(.uniform(upTo: 3)) - 2) < 0.02)
    #expect(abs(mean(.pareto(shape: 4)) - 4.0 / 3) < 0.02)
    // exp(s²/2) 2 Φ(s) with s = 0.5.
    #expect(abs(mean(.logNormal(deviation: 0.5)) - 1.5671) < 0.02)
    let trials = (0..<20_000).map { _ in generator.geometric(mean: 3) }
    let (sum, squares) = trials.reduce((0, 0)) { ($0.0 + $1, $0.1 + $1 * $1) }
    #expect(abs(sum / 20_000 - 3) < 0.06 && abs(squares / 20_000 - 15) < 1 && trials.min() == 1)
}

@Test func branchesAndLoopsAreDrawnWhenAWorkflowArrives() throws {
    let tasks = [
        Sketch("a", 1), Sketch("b", 2, after: ["a"]) { $0.branchProbability = 0.25 },
        Sketch("c", 4, after: ["b"]), Sketch("d", 8, after: ["a", "c"]) { $0.expectedIterations = 2.5 },
        Sketch("e", 16) { $0.branchProbability = 0 }, Sketch("f", 16, after: ["e"]),
    ]
    let made = try instance(tasks, on: nodes(8))
    let result = stream((0..<2000).map { Arrival(at: Double($0) * 1000, made) })
    func runs(_ task: Int) -> [TaskRecord] { result.records.filter { $0.task == task } }
    // c runs where b does, d always, nothing behind e.
    #expect(runs(1).map(\.arrival) == runs(2).map(\.arrival) && runs(3).count == 2000 && runs(4) + runs(5) == [])
    #expect(abs(runs(1).count - 500) < 80 && result.tasks == 4000 + 2 * runs(1).count)
    let loops = runs(3).map { (($0.end - $0.start) / 8).rounded() }
    let all = loops.reduce(0, +)
    #expect(abs(all - 5000) < 400 && loops.min() == 1)
    #expect(result.workflows.allSatisfy { $0.completed != nil })
}

@Test func arrivalsArePulledOneAtATimeAndTasksForgotten() throws {
    let made = try (1...20).map { size in
        try instance((0..<size).map { Sketch("t\($0)", 1) }, on: nodes(8))
    }
    var pulled = 0
    var cluster = VirtualCluster(made[0].cluster, rule: .list(.arrival)) {
        pulled += 1
        return pulled <= 5000 ? Arrival(at: Double(pulled) * 4, made[pulled % 20]) : nil
    }
    var moment = 0.0
    while cluster.advance(until: moment) {
        moment += 10
        #expect(pulled <= cluster.result.workflows.count + 1)
    }
    #expect(cluster.finish().workflows.count == 5000 && cluster.tasks.indices.count <= 256)
    #expect(cluster.workflows.count <= 4 && cluster.finish().makespan < 20_100)
}

@Test func aCopyRunsOnByItself() throws {
    let made = try instance((0..<30).map { Sketch("t\($0)", Double($0 % 7) + 1) }, on: nodes(4, 2))
    let arrivals = (0..<6).map { Arrival(at: Double($0) * 10, made, forecast: made.runtimes.map { $0 * 2 }) }
    let whole = stream(arrivals)
    var place = 0
    var cluster = VirtualCluster(made.cluster, rule: .list(.arrival), settings: .init(keepsTaskRecords: true)) {
        defer { place += 1 }
        return place < arrivals.count ? arrivals[place] : nil
    }
    cluster.advance(until: 25)
    #expect(cluster.alive == 2)
    var outlook = cluster.outlook(under: .list(QueueOrder { task, _ in -made.runtimes[task] }))
    let expected = outlook.run()
    // Nothing more arrives, and what is not done is believed to take twice as long.
    #expect(expected.workflows.count == 3 && outlook.violatedInvariant() == nil && cluster.violatedInvariant() == nil)
    #expect(expected.ended > stream(Array(arrivals[..<3])).ended)
    let rest = cluster.run()
    #expect(rest.records == whole.records)
}
