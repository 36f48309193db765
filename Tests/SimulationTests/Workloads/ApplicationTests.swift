import Files
import Kernels
import Testing
import Workflows

@testable import Simulation

/// A run whose tasks are `process number`, with an execution for each; parents by their names.
private struct Run {
    var name: String
    var tasks: [(id: String, parents: [String])] = []

    mutating func add(_ process: String, _ count: Int, parents: (Int) -> [String] = { _ in [] }) {
        for number in 0..<count { tasks.append(("\(process)_\(number)", parents(number))) }
    }

    var graph: RecordedGraph {
        let places = Dictionary(uniqueKeysWithValues: tasks.enumerated().map { ($1.id, $0) })
        let edges = tasks.enumerated().flatMap { child, task in
            task.parents.map { RecordedGraph.Edge(parent: places[$0] ?? 0, child: child, bytes: 100) }
        }
        return RecordedGraph(workflow: "w", run: name, taskIDs: tasks.map(\.id), edges: edges)
    }

    func executions(_ seconds: Double = 10) -> [TaskExecution] {
        tasks.map { task in
            let process = Workflow.Task(id: task.id).process
            var spec = TaskSpec(workflow: "w", process: process, run: name)
            spec.inputBytes = Double(task.parents.count * 100 + 50)
            return TaskExecution(task: spec, taskID: task.id, duration: seconds)
        }
    }
}

/// Samples are mapped in `parts` each, gathered, joined with a neighbour, and all of them reported; a chain of two follows.
private func run(_ name: String, samples: Int, parts: Int) -> Run {
    var run = Run(name: name)
    run.add("index", 1)
    run.add("map", samples * parts) { _ in ["index_0"] }
    run.add("gather", samples) { sample in (0..<parts).map { "map_\(sample * parts + $0)" } }
    run.add("pair", samples - 1) { ["gather_\($0)", "gather_\($0 + 1)"] }
    run.add("report", 1) { _ in (0..<samples - 1).map { "pair_\($0)" } }
    run.tasks.append(("step_0", ["report_0"]))
    run.tasks.append(("step_1", ["step_0"]))
    return run
}

private func fitted(_ runs: [Run]) throws -> FittedApplication {
    try Workload.fit(executions: runs.flatMap { $0.executions() }, graphs: runs.map(\.graph)).fittedApplication()
}

@Test func patternsBetweenStagesAreFound() throws {
    let found = try fitted([run("a", samples: 4, parts: 5), run("b", samples: 9, parts: 5)])
    let named = found.stages.map { stage in
        "\(found.tasks[stage.task].process): "
            + stage.links.map { "\(found.tasks[found.stages[$0.stage].task].process) \($0.pattern)" }
            .joined(separator: ", ")
    }
    let one = "some(Simulation.Distribution.constant(1.0))"
    #expect(
        named == [
            "index: ", "map: index \(one)", "gather: map gather",
            "pair: gather some(Simulation.Distribution.constant(2.0))", "report: pair all", "step: report \(one)",
            "step: step \(one)",
        ])
    #expect(found.shapes.map(\.counts) == [[1, 20, 4, 3, 1, 1, 1], [1, 45, 9, 8, 1, 1, 1]])
    #expect(found.stages.flatMap(\.links).allSatisfy { $0.coverage == 1 })
    #expect(found.isSteady == [true, false, false, false, true, true, true])
}

@Test(arguments: [0.25, 1, 2, 10, 100]) func aRunOfAnySizeHasTheShapeOfItsApplication(scale: Double) throws {
    var found = try fitted([run("a", samples: 4, parts: 5), run("b", samples: 9, parts: 5)])
    found.scale = scale
    for seed in 0..<6 as Range<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let drawn = found.draw(name: "w", using: &generator).workflow
        let counts = Dictionary(grouping: drawn.tasks, by: \.process).mapValues(\.count)
        let samples = [4.0, 9].map { max(1, Int(($0 * scale).rounded())) }
        #expect(samples.contains(counts["gather"] ?? 0))
        #expect(counts["index"] == 1 && counts["report"] == 1 && counts["step"] == 2)
        #expect(drawn.graph.widths.count == 7)
        for (place, task) in drawn.tasks.enumerated() {
            let parents = drawn.graph.parents(of: place).count
            let expected: ClosedRange<Int> =
                switch task.process {
                case "index": 0...0
                case "gather": 1...6
                case "pair": min(2, counts["gather"] ?? 0)...2
                case "report": (counts["pair"] ?? 0)...(counts["pair"] ?? 0)
                default: 1...1
                }
            #expect(expected.contains(parents), "\(task.process) has \(parents) parents")
            // Pairs are spread over all that they are made of.
            if task.process == "gather", scale >= 1 { #expect(!drawn.graph.children(of: place).isEmpty) }
            // What is divided has one that waits for it each.
            if task.process == "map", counts["gather"] ?? 0 <= counts["map"] ?? 0 {
                #expect(drawn.graph.children(of: place).count == 1)
            }
        }
    }
}

@Test func inputsComeFromParentsInTheirShare() throws {
    let found = try fitted([run("a", samples: 4, parts: 5), run("b", samples: 9, parts: 5)])
    var generator = SeededGenerator(seed: 2)
    let drawn = found.draw(name: "w", using: &generator).workflow
    for (place, task) in drawn.tasks.enumerated() where task.process == "gather" {
        #expect(abs(drawn.inputBytes(of: place) - 550) < 1e-9)
    }
    for edge in drawn.edges() where drawn.tasks[edge.child].process == "gather" {
        #expect(abs(edge.bytes - 100) < 1e-9)
    }
}

@Test func aReportOfMoreReadsAsMuchMore() throws {
    var found = try fitted((3...14).map { run("\($0)", samples: $0, parts: 2) })
    let report = try #require(found.tasks.first { $0.process == "report" })
    #expect(report.input?.isForEachParent == true)
    found.scale = 50
    var generator = SeededGenerator(seed: 1)
    let drawn = found.draw(name: "w", using: &generator).workflow
    let place = try #require(drawn.tasks.firstIndex { $0.process == "report" })
    let perParent = drawn.inputBytes(of: place) / Double(drawn.graph.parents(of: place).count)
    #expect(perParent > 100 && perParent < 130)
}

@Test func branchesAndLoopsAreLearnedFromGraphs() throws {
    var runs: [TaskExecution] = []
    var graphs: [RecordedGraph] = []
    for number in 0..<20 {
        let run = run("\(number)", samples: 3, parts: 2)
        graphs.append(run.graph)
        for execution in run.executions() {
            // The report of every fourth run did not take place; each gather ran three times.
            if execution.task.process == "report", number % 4 == 0 { continue }
            runs.append(execution)
            if execution.task.process == "gather" { runs += [execution, execution] }
        }
    }
    let workload = try Workload.fit(executions: runs, graphs: graphs)
    let found = try workload.fittedApplication()
    let models = Dictionary(uniqueKeysWithValues: found.tasks.map { ($0.process, $0) })
    #expect(models["report"]?.branchProbability == 0.75 && models["report"]?.expectedIterations == 1)
    #expect(models["gather"]?.branchProbability == 1 && models["gather"]?.expectedIterations == 3)
    var generator = SeededGenerator(seed: 1)
    let drawn = found.draw(name: "w", using: &generator).workflow
    for task in drawn.tasks {
        #expect(task.wishes.branchProbability == (task.process == "report" ? 0.75 : nil))
        #expect(task.wishes.expectedIterations == (task.process == "gather" ? 3 : nil))
    }
}

@Test func failuresAndStragglersAreLearned() throws {
    var executions: [TaskExecution] = []
    for number in 0..<100 {
        var execution = TaskExecution(
            task: TaskSpec(workflow: "w", process: "p", run: "\(number)"), taskID: "1",
            duration: number % 50 == 7 ? 2000 : Double(90 + number % 20))
        executions.append(execution)
        guard number < 12 else { continue }
        execution.status = .failed
        execution.exit = number < 6 ? 137 : number < 10 ? 140 : 1
        executions.append(execution)
        execution.status = .aborted
        executions.append(execution)
    }
    let model = try #require(
        Workload.fit(executions: executions, graphs: []).taskModel(application: "w", process: "p"))
    #expect(model.failures.outOfMemory == 6.0 / 112 && model.failures.timeout == 4.0 / 112)
    #expect(model.failures.error == 2.0 / 112)
    let stragglers = try #require(model.stragglers)
    #expect(abs(stragglers.share - 0.02) < 1e-12 && abs(stragglers.factor - 20) < 1)
    var application = FittedApplication(
        structure: .independent, tasks: [model], stages: [.init(task: 0)], shapes: [.init(counts: [1000])])
    var generator = SeededGenerator(seed: 1)
    let run = application.draw(name: "w", using: &generator)
    let slow = try #require(run.trueSeconds)
    #expect((5...40).contains(slow.count { $0 > 1000 }) && slow.count == 1000)
    #expect(run.workflow.tasks.allSatisfy { ($0.runtimeSeconds ?? 0) < 120 })
    application.tasks[0].stragglers = nil
    #expect(application.draw(name: "w", using: &generator).trueSeconds == nil)
}

@Test func withoutGraphsTimesTellTheOrder() throws {
    func execution(_ process: String, _ sample: String, run: String, _ start: Double?) -> TaskExecution {
        TaskExecution(
            task: TaskSpec(workflow: "w", process: process, run: run), taskID: "1", sample: sample, startedAt: start,
            completedAt: start.map { $0 + 10 }, duration: 10)
    }
    // One file for each process: what belongs together has one sample.
    let chains = (0..<6).flatMap { sample in
        [execution("a", "s\(sample)", run: "a", 0), execution("b", "s\(sample)", run: "b", 10)]
    }
    var workload = try Workload.fit(executions: chains + [chains[0]], graphs: [])
    let found = try workload.fittedApplication()
    #expect(found.structure == .chains && found.shapes == [.init(counts: [1, 1], weight: 6)])
    #expect(found.stages[1].links.map(\.stage) == [0] && workload.notes[0].contains("no graphs are recorded"))
    // At the same time, or at no known one, nothing waits.
    for start in [0.0, nil] {
        let apart = (0..<6).flatMap { sample in
            ["a", "b"].map { execution($0, "s\(sample)", run: "r", start) }
        }
        workload = try Workload.fit(executions: apart, graphs: [])
        let found = try workload.fittedApplication()
        #expect(found.structure == .independent && found.stages.allSatisfy(\.links.isEmpty))
        #expect(found.shapes == [.init(counts: [6, 6])])
        #expect(workload.notes[0].contains("wait for nothing"))
    }
}

@Test func aGraphWithoutPatternIsToldApartByLevels() throws {
    var generator = SeededGenerator(seed: 3)
    var run = Run(name: "r")
    // Random parents anywhere above: nearly every task has ancestors of its own.
    run.tasks = (0..<400).map { place in
        let parents = Set((0..<min(place, 3)).map { _ in "p_\(Int.random(in: 0..<place, using: &generator))" })
        return ("p_\(place)", parents.sorted())
    }
    let levels = try WorkflowGraph(names: run.graph.taskIDs, edges: run.graph.edges.map { ($0.parent, $0.child) })
        .widths
    let found = try fitted([run])
    #expect(found.stages.count == levels.count && found.shapes[0].counts == levels)
    #expect(found.stages.contains { $0.links.contains { $0.coverage < 1 } })
    let drawn = found.draw(name: "w", using: &generator).workflow
    #expect(drawn.tasks.count == 400)
    #expect(abs(Double(drawn.graph.edgeCount) / Double(run.graph.edges.count) - 1) < 0.2)
}

@Test func whatCannotBeLearnedFromIsAnError() throws {
    #expect(throws: InputError.self) { try Workload.fit(executions: [], graphs: []) }
    var execution = TaskExecution(task: TaskSpec(process: "p"), taskID: "1", duration: 1, status: .failed)
    #expect(throws: InputError.self) { try Workload.fit(executions: [execution], graphs: []) }
    execution.status = .completed
    let cycle = RecordedGraph(
        workflow: "workflow", run: "r", taskIDs: ["1", "2"],
        edges: [.init(parent: 0, child: 1, bytes: 0), .init(parent: 1, child: 0, bytes: 0)])
    execution.task.run = "r"
    let error = #expect(throws: InputError.self) { try Workload.fit(executions: [execution], graphs: [cycle]) }
    #expect(error?.field == "graphs.r")
}
