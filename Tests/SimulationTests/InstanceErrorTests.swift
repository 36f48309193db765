import Files
import Simulation
import Testing
import Workflows

private func error(_ make: () throws -> SchedulingInstance) -> InputError? {
    #expect(throws: InputError.self) { try make() }
}

@Test func wrongTasksAreNamedWithTheirField() throws {
    let specification = "workflow.specification.tasks[1]"
    let cases: [(Sketch, String)] = [
        (Sketch("b", nil), "workflow.execution.tasks.runtimeInSeconds"),
        (Sketch("b", .nan), "workflow.execution.tasks.runtimeInSeconds"),
        (Sketch("b", -1), "workflow.execution.tasks.runtimeInSeconds"),
        (Sketch("b", 1, memory: 9) { $0.memoryBytes = 8 }, "\(specification).tactus.request.memoryBytes"),
        (Sketch("b", 1, memory: .nan), "\(specification).tactus.request.memoryBytes"),
        (Sketch("b", 1) { $0.cores = 0 }, "\(specification).tactus.request.cores"),
        (Sketch("b", 1, cores: 3), "\(specification).id"),
        (Sketch("b", 1, memory: 101), "\(specification).id"),
        (Sketch("b", 1) { $0.pool = "gpu" }, "\(specification).id"),
        (Sketch("b", 1) { $0.priority = .nan }, "\(specification).tactus.priority"),
        (Sketch("b", 1) { $0.together = ["x"] }, "\(specification).tactus.together"),
        (Sketch("b", 1e308), "\(specification).id"),
        (Sketch("b", .infinity), "\(specification).id"),
    ]
    let cluster = (0..<2).map { Cluster.Node(name: "n\($0)", cores: 2, memoryBytes: 100) }
    for (sketch, field) in cases {
        let error = error { try instance([Sketch("a", 1), sketch], on: cluster) }
        #expect(error?.field == field && error?.problem.contains("\"b\"") == true, "\(field)")
    }
}

@Test func tasksTogetherThatFitOnNoNodeAreNamed() throws {
    let cluster = [Cluster.Node(name: "n", cores: 1, pool: "p"), Cluster.Node(name: "m", cores: 2, pool: "q")]
    let tasks = [Sketch("a", 1) { $0.pool = "p" }, Sketch("b", 1, cores: 2) { $0.together = ["a"] }]
    let error = error { try instance(tasks, on: cluster) }
    #expect(error?.problem == "the task \"a\" and those together with it fit on no node")
}

@Test func forecastsThatAreNoTimesAreRefused() throws {
    for seconds in [Double.nan, .infinity, -1] {
        let error = error { try instance([Sketch("a", 1), Sketch("b", 1)], on: nodes(1), durations: [1, seconds]) }
        #expect(error?.problem.contains("\"b\"") == true)
    }
    #expect(try instance([Sketch("a", nil)], on: nodes(1), durations: [3]).runtimes == [3])
}

@Test func timesThatCannotBeAddedUpAreRefused() throws {
    let chain = [Sketch("a", 1, writes: ["f"]), Sketch("b", 1, after: ["a"], reads: ["f"])]
    let slow = error { try instance(chain, on: nodes(1, 1), bandwidth: 1e-300, files: ["f": 1e10]) }
    #expect(slow?.problem.contains("\"b\"") == true)
    let heavy = Sketch("a", 1e200) { $0.cores = 1e200 }
    #expect(error { try instance([heavy], on: nodes(1e300)) }?.problem.contains("\"a\"") == true)
    #expect(try fifo(instance([Sketch("a", 1e240)], on: nodes(1))).makespan == 1e240)
}

@Test func nodesThatAreNoneAreNamed() throws {
    let cases: [(Cluster.Node, String)] = [
        (.init(name: "n", cores: .nan), "nodes[0].cores"), (.init(name: "n", cores: 0), "nodes[0].cores"),
        (.init(name: "n", cores: 1, speed: 0), "nodes[0].speed"),
        (.init(name: "n", cores: 1, memoryBytes: .nan), "nodes[0].memoryBytes"),
        (.init(name: "n", cores: 1, taskOverheadSeconds: -1), "nodes[0].taskOverheadSeconds"),
    ]
    for (node, field) in cases { #expect(error { try instance([Sketch("a", 1)], on: [node]) }?.field == field) }
    #expect(error { try instance([], on: nodes(1), bandwidth: 0) }?.field == "bandwidthBytesPerSecond")
    #expect(error { try instance([Sketch("a", 1)], on: []) }?.problem.contains("fits on no node") == true)
}

@Test func aWorkflowWithoutTasksHasAnEmptyRun() throws {
    let run = try fifo(instance([], on: nodes(1)))
    #expect(run.makespan == 0 && run.nodes.isEmpty)
}
