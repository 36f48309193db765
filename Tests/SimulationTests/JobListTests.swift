import Files
import Kernels
import TestSupport
import Testing
import Workflows

@testable import Simulation

private func workflow(_ name: String, _ seconds: [Double], edges: [(parent: String, child: String)]) throws -> Workflow
{
    var tasks = seconds.enumerated().map { Workflow.Task(id: "\(name)\($0)", runtimeSeconds: $1) }
    for place in tasks.indices { tasks[place].cores = Double(place + 1) }
    return try Workflow(name: name, tasks: tasks, edges: edges)
}

@Test func aListHoldsTheJobsThatItsNumbersSay() throws {
    let jobs = [
        try workflow("a", [1, 2, 3], edges: [("a0", "a2"), ("a1", "a2")]),
        try workflow("b", [7, 5], edges: [("b0", "b1")]), try workflow("c", [4], edges: []),
    ]
    let lists = JobLists(of: jobs, on: Cluster(nodes: [.init(name: "n", cores: 4)]))
    #expect(lists.jobCount == 3)
    var seen: Set<[Double]> = []
    for (size, part, number) in [(5, JobLists.Part.training, 0), (5, .validation, 0), (5, .test, 0), (8, .test, 7)] {
        let place = part == .training ? 1 : part == .validation ? 2 : 3
        var generator = SeededGenerator(seed: UInt64(10_000 * size + 1000 * place + number))
        let chosen = (0..<size).map { _ in Int(generator.uniformDouble() * 3) }
        let instance = try lists.list(size, part, number)
        #expect(instance.runtimes == chosen.flatMap { jobs[$0].tasks.map { $0.runtimeSeconds ?? 0 } })
        #expect(instance.cores == chosen.flatMap { jobs[$0].tasks.map { $0.cores ?? 0 } })
        var first = 0
        for job in chosen {
            for task in jobs[job].tasks.indices {
                #expect(
                    Array(instance.graph.parents(of: first + task))
                        == jobs[job].graph.parents(of: task).map { $0 + first })
            }
            first += jobs[job].tasks.count
        }
        seen.insert(instance.runtimes)
    }
    #expect(seen.count == 4)
}

@Test func whatATaskAsksForStaysInAList() throws {
    var jobs = [try workflow("a", [1, 2, 3], edges: [("a0", "a2")]), try workflow("b", [7, 5], edges: [])]
    jobs[0].update(0) { task in
        (task.memoryBytes, task.wishes.memoryBytes, task.wishes.cores) = (10, 20, 3.5)
        (task.wishes.priority, task.wishes.deadline, task.wishes.pool) = (4, 90, "p")
        task.wishes.together = ["a2"]
    }
    jobs[0].update(1) { $0.memoryBytes = 5 }
    let cluster = Cluster(nodes: [.init(name: "n", cores: 8, memoryBytes: 100, pool: "p")])
    let list = try JobLists(of: jobs, on: cluster).list(6, .training, 0)
    var chains: [Int] = []
    for (task, id) in list.workflow.tasks.map(\.id).enumerated() {
        #expect(list.cores[task] == (id.hasSuffix("a0") ? 3.5 : Double(id.suffix(1))! + 1))
        #expect(list.memory[task] == (id.hasSuffix("a0") ? 20 : id.hasSuffix("a1") ? 5 : 0))
        #expect(list.neededMemory[task] == (id.hasSuffix("a0") ? 10 : id.hasSuffix("a1") ? 5 : 0))
        #expect(list.priorities[task] == (id.hasSuffix("a0") ? 4 : 0))
        #expect(list.deadlines[task] == (id.hasSuffix("a0") ? 90 : .infinity))
        if id.hasSuffix("a0") { chains.append(task) }
    }
    // Those that must share a node are of one job.
    #expect(chains.count > 1 && chains.count < 6 && list.groupCount == chains.count)
    for first in chains { #expect(list.groups[first] >= 0 && list.groups[first] == list.groups[first + 2]) }
    // The pool is heeded, and so is one that must be there.
    let elsewhere = Cluster(nodes: [.init(name: "n", cores: 8, pool: "q")])
    #expect(throws: InputError.self) { try JobLists(of: jobs, on: elsewhere).list(6, .training, 0) }
    jobs[0].update(0) { $0.wishes.together = ["nobody"] }
    #expect(throws: InputError.self) { try JobLists(of: jobs, on: cluster).list(6, .training, 0) }
}

@Test func theDigestIsOfAllThatDecidesAList() throws {
    let job = try workflow("a", [1, 2, 3], edges: [("a0", "a2")])
    let node = Cluster.Node(name: "n", cores: 8)
    func digest(_ job: Workflow, _ node: Cluster.Node) -> String {
        JobLists(of: [job], on: Cluster(nodes: [node])).digest
    }
    var digests = [digest(job, node)]
    #expect(digest(job, node) == digests[0])
    let nodeChanges: [(inout Cluster.Node) -> Void] = [
        { $0.cores = 9 }, { $0.memoryBytes = 5 }, { $0.speed = 2 }, { $0.taskOverheadSeconds = 1 }, { $0.pool = "p" },
    ]
    for change in nodeChanges {
        var other = node
        change(&other)
        digests.append(digest(job, other))
    }
    let taskChanges: [(inout Workflow.Task) -> Void] = [
        { $0.runtimeSeconds = 9 }, { $0.cores = 4 }, { $0.memoryBytes = 3 }, { $0.wishes.cores = 4 },
        { $0.wishes.memoryBytes = 3 }, { $0.wishes.pool = "p" }, { $0.wishes.together = ["a2"] },
        { $0.wishes.priority = 1 }, { $0.wishes.deadline = 7 },
    ]
    for change in taskChanges {
        var other = job
        other.update(1, change)
        digests.append(digest(other, node))
    }
    digests.append(digest(try workflow("a", [1, 2, 3], edges: [("a1", "a2")]), node))
    #expect(Set(digests).count == digests.count)
    // What it costs does not decide how long it takes.
    var dear = node
    dear.pricePerHour = 3
    #expect(digest(job, dear) == digests[0])
}

@Test func stagesAreReadWithTheMeanOfTheirDurations() throws {
    let stages = """
        {"scale": "2g", "jobs": [{"query": 1, "edges": [[0, 1]], "stages": [
          {"tasks": 3, "freshMs": {"5": [1000, 3000]}, "firstWaveMs": {"5": [2000], "10": [6000]}, "restMs": {}},
          {"tasks": 2, "freshMs": {}, "firstWaveMs": {}, "restMs": {"5": [500]}}]}]}
        """
    try TemporaryFolder.with { folder in
        for size in ["2g", "5g", "10g", "20g", "50g", "80g", "100g"] { try folder.write(stages, to: "\(size).json") }
        let lists = try JobLists(stagesIn: folder.path)
        #expect(lists.jobCount == 7)
        let instance = try lists.list(2, .test, 0)
        #expect(instance.runtimes == [3, 0.5, 3, 0.5] && instance.cores == [3, 2, 3, 2])
        #expect(instance.graph.parents(of: 3) == [2] && instance.cluster.nodes.map(\.cores) == [6000])
        for damaged in [
            stages.replacing("[[0, 1]]", with: "[[0, 2]]"), stages.replacing("[[0, 1]]", with: "[[0]]"),
            stages.replacing("\"tasks\": 3", with: "\"tasks\": null"), stages.replacing("[500]", with: "[]"),
            stages.replacing("[500]", with: "[500, \"x\"]"), stages.replacing("\"jobs\"", with: "\"others\""),
            "{\"jobs\": []}",
        ] {
            try folder.write(damaged, to: "50g.json")
            let error = try #require(throws: InputError.self) { try JobLists(stagesIn: folder.path) }
            #expect(error.file == folder("50g.json"))
        }
    }
}

/// The jobs that the shipped optimizer was trained on.
@Test(.enabled(if: traces != nil)) func theDigestOfMeasuredStagesStays() throws {
    let lists = try JobLists(stagesIn: try #require(traces) + "/tpch_spark")
    #expect(lists.jobCount == 154)
    #expect(lists.digest == "564ff76e77f40c7079969f43580396298775e7e8600a98a5eef68d5582763901")
}
