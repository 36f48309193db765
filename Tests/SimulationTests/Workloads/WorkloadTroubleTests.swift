import Files
import Kernels
import Testing
import Workflows

@testable import Simulation

private let text = """
    {"schemaVersion": 1, "arrivals": {"process": "poisson", "meanGapSeconds": 100.0}, "count": 400, "deadlineFactor": 2.0,
     "applications": [
       {"name": "fitted", "structure": "recorded",
        "tasks": [{"process": "map", "duration": 7.0, "memory": 1e9,
                   "failures": {"outOfMemory": 0.1, "timeout": 0.2, "error": 0.3}},
                  {"process": "join", "duration": 3.0}],
        "stages": [{"process": "map"}, {"process": "join", "after": [{"stage": 0, "pattern": "all"}]}],
        "shapes": [{"counts": [8, 2]}]}]}
    """

private func read(_ text: String) throws -> Workload {
    try Workload(JSONField(JSONValue(parsing: Array(text.utf8)), file: "w.yaml"))
}

private let cluster = Cluster(nodes: [
    .init(name: "n", cores: 16, memoryBytes: 64e9), .init(name: "m", cores: 4, memoryBytes: 64e9),
])

/// Each kind of task fails as often as its history says, and of what it says, under every rule and in no rollout.
@Test func attemptsFailByKindOfTaskAndOfFailure() throws {
    let workload = try read(text)
    var stream = try workload.arrivals(seed: 1, on: cluster) { _ in throw InputError("is not read") }
    var drawn: [Arrival] = []
    while let arrival = try stream.next(on: cluster) { drawn.append(arrival) }
    let maps = Set(
        drawn[0].instance.workflow.tasks.indices.filter { drawn[0].instance.workflow.tasks[$0].program == "map" })
    #expect(
        !maps.isEmpty && drawn[0].failures?.indices.filter { (drawn[0].failures?[$0].total ?? 0) > 0 } == maps.sorted())
    var left = drawn[...]
    let settings = SimulationSettings(
        seed: 3, failures: FailureModel(workload.trouble), keepsTaskRecords: true)
    var simulation = VirtualCluster(cluster, rule: .list(.arrival), settings: settings) { left.popFirst() }
    let result = simulation.run()
    #expect(result.workflows.allSatisfy { $0.completed != nil })
    var attempts: [Bool: [TaskRecord.Outcome: Int]] = [:]
    for record in result.records {
        let isMap = drawn[record.arrival].instance.workflow.tasks[record.task].program == "map"
        attempts[isMap, default: [:]][record.outcome, default: 0] += 1
    }
    #expect(attempts[false].map { Set($0.keys) } == [.completed])
    let map = try #require(attempts[true])
    let all = Double(map.values.reduce(0, +))
    // Some five thousand attempts: three standard deviations are 0.02 at the most.
    #expect(all > 4000)
    for (outcome, share) in [(TaskRecord.Outcome.outOfMemory, 0.1), (.timeLimit, 0.2), (.error, 0.3)] {
        #expect(abs(Double(map[outcome] ?? 0) / all - share) < 0.02, "\(outcome): \(map[outcome] ?? 0) of \(all)")
    }
    for record in result.records where record.outcome == .outOfMemory {
        let next = result.records.first {
            $0.arrival == record.arrival && $0.task == record.task && $0.attempt == record.attempt + 1
        }
        #expect(next.map { $0.memory == 2 * record.memory } == true)
    }
    // A rule that looks ahead expects nothing of it.
    left = drawn[...]
    var running = VirtualCluster(cluster, rule: .list(.arrival), settings: settings) { left.popFirst() }
    _ = running.advance(until: drawn[30].at)
    var ahead = running.outlook(under: .list(.arrival))
    let before = running.result.failures
    #expect(before > 0 && ahead.run().failures - before <= 16)
}

/// Also where nobody bounds attempts, as in a training.
@Test func whatFailsAlwaysIsGivenUpWithoutABound() throws {
    let always = text.replacingOccurrences(
        of: "\"outOfMemory\": 0.1, \"timeout\": 0.2, \"error\": 0.3", with: "\"error\": 1.0")
    var stream = try read(always).arrivals(seed: 1, on: cluster) { _ in throw InputError("is not read") }
    var arrival = try stream.next(on: cluster)
    var simulation = VirtualCluster(cluster, rule: .list(.arrival), settings: SimulationSettings()) {
        defer { arrival = nil }
        return arrival
    }
    let isLeft = simulation.advance(until: 1e7)
    #expect(!isLeft)
    let result = simulation.finish()
    #expect(result.workflows.map(\.completed) == [nil] && result.failures >= FailureShares.attemptsAtMost)
}

@Test func whatGoesWrongWithNodesIsRead() throws {
    var workload = try read(text)
    #expect(workload.trouble == ClusterTrouble() && FailureModel(workload.trouble).secondsBetweenNodeFailures == nil)
    let trouble = """
        {"nodeFailures": {"meanSecondsBetween": 5000.0, "repairSeconds": 60.0}, "timeLimitFactor": 4.0,
         "nodes": [{"at": 10.0, "node": "m", "change": "leaves"}, {"at": 5.0, "node": "n", "change": "slows", "factor": 0.5},
                   {"at": 20.0, "node": "m", "change": "joins"}]}
        """
    let known = text.replacingOccurrences(of: "\"deadlineFactor\"", with: "\"trouble\": \(trouble), \"deadlineFactor\"")
    workload = try read(known)
    #expect(try Workload(JSONField(workload.json)) == workload)
    let failures = FailureModel(workload.trouble)
    #expect(
        failures.secondsBetweenNodeFailures == 5000 && failures.repairSeconds == 60 && failures.timeLimitFactor == 4)
    #expect(
        try workload.trouble.disruptions(on: cluster) == [
            Disruption(at: 10, node: 1, .leaves), Disruption(at: 5, node: 0, .slows(to: 0.5)),
            Disruption(at: 20, node: 1, .joins),
        ])
    let other = Cluster(nodes: [.init(name: "n", cores: 16)])
    let error = #expect(throws: InputError.self) { try workload.trouble.disruptions(on: other) }
    #expect(error?.field == "trouble.nodes[0].node" && error?.problem.contains("\"m\"") == true)
    for (from, to, field) in [
        ("\"leaves\"", "\"goes\"", "trouble.nodes[0].change"), ("60.0", "1e20", "trouble.nodeFailures.repairSeconds"),
        ("5000.0", "1e-20", "trouble.nodeFailures.meanSecondsBetween"), ("0.5}", "5e-324}", "trouble.nodes[1].factor"),
        ("\"factor\": 0.5", "\"factor\": 0.0", "trouble.nodes[1].factor"),
        ("\"change\": \"joins\"", "\"change\": \"joins\", \"factor\": 1.0", "trouble.nodes[2].factor"),
        ("5000.0", "-1.0", "trouble.nodeFailures.meanSecondsBetween"), ("4.0,\n", "0.0,\n", "trouble.timeLimitFactor"),
        ("\"at\": 20.0", "\"at\": -1.0", "trouble.nodes[2].at"),
        ("\"repairSeconds\"", "\"repair\"", "trouble.nodeFailures.repair"),
    ] {
        let wrong = #expect(throws: InputError.self) { try read(known.replacingOccurrences(of: from, with: to)) }
        #expect(wrong?.field == field)
    }
}
