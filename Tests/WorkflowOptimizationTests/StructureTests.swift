import Kernels
import Simulation
import Testing
import Workflows

@testable import WorkflowOptimization

private func analysis(_ question: OptimizationQuestion) throws -> BottleneckAnalysis {
    try SimulatingOptimizer().analyzeBottlenecks(question)
}

/// a, b, c one behind the other; d beside them; all before e, which also waits for a by itself; then f to i.
private let shape =
    [
        Step(id: "a", seconds: 10, cores: 1), Step(id: "b", seconds: 20, parents: ["a"]),
        Step(id: "c", seconds: 30, parents: ["b"]), Step(id: "d", seconds: 58),
        Step(id: "e", seconds: 1, parents: ["a", "c", "d"]),
    ] + ["f", "g", "h", "i"].map { Step(id: $0, seconds: 2, parents: ["e"]) }

@Test func theShapeOfAWorkflowByHand() throws {
    let found = try analysis(question(shape, on: cluster(cores: 8))).structure
    #expect(found.widths == [2, 1, 1, 1, 4])
    #expect(found.nearCritical == ["a", "b", "c", "e", "f", "g", "h", "i", "d"])
    #expect(found.redundantEdges == [.init(parent: "a", child: "e")] && found.undecidedEdges == 0)
    // a has two children, so that the chain begins with b; it is of two, and only longer ones are told.
    #expect(found.chains.isEmpty)
    #expect(found.fanOut == [.init(task: "e", count: 4)] && found.fanIn.isEmpty)
    #expect(found.profile.map(\.at) == [0, 58, 61, 63] && found.profile.map(\.tasks) == [2, 1, 4, 0])
    #expect(found.transferShare == 0)
}

@Test func chainsAndTransfersByHand() throws {
    let steps = [
        Step(id: "a", seconds: 4, output: 30), Step(id: "b", seconds: 2, parents: ["a"], output: 10),
        Step(id: "c", seconds: 10, parents: ["b"]), Step(id: "d", seconds: 1, parents: ["c"]),
        Step(id: "x", seconds: 5),
    ]
    let found = try analysis(question(steps, on: cluster(nodes: 2, cores: 4, bandwidth: 10))).structure
    #expect(found.chains == [.init(tasks: ["a", "b", "c", "d"], seconds: 17)])
    // 3 s and 1 s of files on a path of 17 s of tasks.
    #expect(found.transferShare == 4 / 21.0)
    #expect(found.profile == [.init(at: 0, tasks: 2), .init(at: 5, tasks: 1), .init(at: 17, tasks: 0)])
}

/// Two tasks of 10 s that share one core, then one of 6 s.
@Test func limitsAndWhatIfsByHand() throws {
    let steps = [
        Step(id: "a1", seconds: 10, memory: 1e9, program: "a"), Step(id: "a2", seconds: 10, memory: 1e9, program: "a"),
        Step(id: "b1", seconds: 6, parents: ["a1", "a2"], memory: 1e9, program: "b"),
    ]
    let found = try analysis(question(steps, on: cluster(cores: 1, memory: 4e9)))
    #expect(found.before.makespan == 26)
    let limits = Dictionary(uniqueKeysWithValues: found.limits.map { ($0.resource, $0) })
    #expect(Set(limits.keys) == ["cores", "memory", "stage:a", "stage:b"])
    #expect(limits["cores"] == .init(resource: "cores", boundSeconds: 26, relaxedMakespan: 16))
    #expect(limits["memory"] == .init(resource: "memory", boundSeconds: 6.5, relaxedMakespan: 26))
    #expect(limits["stage:a"] == .init(resource: "stage:a", boundSeconds: 20, relaxedMakespan: 6))
    #expect(limits["stage:b"] == .init(resource: "stage:b", boundSeconds: 6, relaxedMakespan: 20))
    #expect(found.limits.map(\.resource) == ["stage:a", "cores", "stage:b", "memory"])
    #expect(
        found.sensitivities == [
            .init(change: .node, subject: "n0", makespan: 16), .init(change: .faster, subject: "a", makespan: 24),
            .init(change: .faster, subject: "b", makespan: 25.4), .init(change: .replica, subject: "a", makespan: 26),
            .init(change: .replica, subject: "b", makespan: 26),
        ])
}

/// No run is shorter than a bound, and none that is relaxed is shorter than the path; the profile holds all of the work.
@Test(arguments: 1...12) func boundsHoldOnRandomWorkflows(seed: Int) throws {
    let steps = randomSteps(6 + seed, seed: UInt64(seed))
    let question = try question(steps, on: cluster(nodes: 2, cores: 4, memory: 16e9, bandwidth: 10))
    let found = try analysis(question)
    for limit in found.limits {
        #expect(limit.boundSeconds ?? 0 <= found.before.makespan * (1 + 1e-9))
        if !limit.resource.hasPrefix("stage") {
            #expect(limit.relaxedMakespan >= found.criticalPathSeconds * (1 - 1e-9))
        }
    }
    let ends = found.structure.profile.dropFirst().map(\.at) + [0]
    let work = zip(found.structure.profile, ends).reduce(0) { $0 + Double($1.0.tasks) * ($1.1 - $1.0.at) }
    let instance = try SchedulingInstance(question.document.workflow, on: question.cluster)
    #expect(abs(work - instance.runtimes.reduce(0, +)) < 1e-6 * (1 + work))
    #expect(found.structure.widths.reduce(0, +) == steps.count)
}
