import Decisions
import Engine
import Files
import ModelFixtures
import Models
import Settings
import TestSupport
import Testing
import Workflows

/// The example of ``IntelligentScheduler``'s documentation, with a workflow and a cluster of our own.
@Test func theDocumentedExampleWorks() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish("linear", seconds: 20))
        let (workflow, cluster, settings) = (try diamond(), pair, settings(in: folder))

        let scheduler = try await IntelligentScheduler(settings: settings)
        let forecast = try await scheduler.predictResources(TestRegistry.task)
        let plan = try await scheduler.schedule(workflow, on: cluster)
        let changes = try await scheduler.optimizeWorkflow(workflow, on: cluster)
        let why = try await scheduler.explanation(of: plan.id)

        #expect(abs(forecast.answer.duration.p50 - 20) < 2)
        #expect(forecast.model?.version == 1 && forecast.source == .heuristic && forecast.reason == nil)
        #expect(plan.answer.schedule.makespan == 31)
        #expect(changes.answer.analysis.criticalPath == ["a1", "a2", "end"])
        #expect(why.summary.contains("31"))
        // First in, first out gives the shortest there is, and nothing else is tried.
        #expect(why.alternatives.map(\.policy) == ["fifo"] && why.alternatives.allSatisfy { $0.cost != nil })
        #expect(why.alternatives.allSatisfy { $0.makespan >= plan.answer.schedule.makespan })
    }
}

/// The documentation and the README show what the test above runs, line by line.
@Test(arguments: ["Sources/Engine/IntelligentScheduler.swift", "README.md"]) func theExamplesAreTheTest(file: String)
    throws
{
    let test = try readText(of: repository + "/Tests/EngineTests/AnsweringTests.swift").split(separator: "\n").map {
        $0.drop { $0 == " " }
    }
    let example = try readText(of: repository + "/" + file).split(separator: "\n").map { line in
        line.drop { $0 == "/" || $0 == " " }
    }.filter { $0.hasPrefix("let ") && $0.contains("await ") && $0.contains("cheduler") }
    #expect(example.count == 5)
    for line in example where !line.contains("TaskSpec(") { #expect(test.contains(line), "\(line)") }
    #expect(example.count { $0.contains("predictResources(TaskSpec(") } == 1)
}

@Test func everyDecisionIsReadBackByItsIdentifier() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let text = #"{"task":{"process":"p","features":{"x":1}}}"#
        let decision = try await scheduler.predict(PredictQuestion([TaskSpec(process: "p")]), text: text)
        let record = try await scheduler.decision(decision.id)
        #expect(record.input == text && record.output == decision.body)
        #expect(record.type == "predict" && record.source == "heuristic" && record.reason != nil)
        #expect(record.latencyMs == decision.latencyMs && record.confidence == decision.confidence)
        let answer = try JSONField(JSONValue(parsing: Array(decision.body.utf8)))
        #expect(try answer["decisionId"].string() == decision.id)
        await #expect(throws: EngineError.unknownDecision(id: "no")) { try await scheduler.decision("no") }
        await #expect(throws: EngineError.unknownDecision(id: "no")) { try await scheduler.explanation(of: "no") }
    }
}

@Test func answersEqualWhatTheVersionSaysOffline() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for (kind, seconds) in [("lstm", 10.0), ("statistics", 30), ("linear", 90)] {
            let version = try models.publish(kind, seconds: seconds)
            try models.promote(version)
            let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
            let tasks = [TestRegistry.task, TaskSpec(workflow: "w", process: "unknown"), TaskSpec(process: "p")]
            let offline = try Catalog.load(models.registry.load(models.name, version)).predict(tasks)
            let decision = try await scheduler.predict(PredictQuestion(tasks))
            #expect(decision.answer == offline)
            #expect(decision.model?.version == version)
        }
    }
}

@Test func readyTasksWithoutADurationAreForecast() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish("statistics", seconds: 600))
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let state = ClusterState(
            now: 0, nodes: [.init(.init(name: "n1", cores: 2), freeCores: 2, freeMemoryBytes: nil)])
        var constraints = PlacementConstraints()
        constraints.deadlineAt = 500
        let long = ReadyTask(id: "long", task: TestRegistry.task)
        let short = ReadyTask(id: "short", task: TestRegistry.task, durationSeconds: 5)
        let decision = try await scheduler.schedule([long, short], in: state, under: constraints)
        // Only the forecast of 600 s can tell that the first one would be late.
        #expect(decision.answer.assignments.map(\.id) == ["short"])
        #expect(decision.answer.deferred.map(\.id) == ["long"])
        #expect(decision.answer.deferred[0].reason.contains("deadline"))
        #expect(decision.model?.version == 1 && decision.source == .heuristic)
    }
}

@Test func plansCanStandOnForecasts() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        for (name, seconds) in [("a", 10.0), ("b", 40), ("end", 1)] {
            let executions = (0..<10).map { place in
                ReportedExecution(
                    TaskExecution(
                        task: TaskSpec(workflow: "diamond", process: name), taskID: "\(place)",
                        completedAt: Double(place), duration: seconds))
            }
            _ = try await scheduler.record(executions)
        }
        let given = try await scheduler.schedule(diamond(), on: pair)
        let predicted = try await scheduler.schedule(diamond(), on: pair, predicts: true)
        #expect(given.answer.schedule.makespan == 31)
        // a1 and a2 are of the process a, b1 of b: the second chain has become the longest.
        #expect(abs(predicted.answer.schedule.makespan - 41) < 1e-9)
    }
}

@Test func suggestionsAreCarriedOutByName() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let crowded = try crowdedWorkflow()
        let body = question(crowded, on: Cluster(nodes: [.init(name: "n", cores: 2)])).text()
        let asked = try OptimizationQuestion(JSONField(JSONValue(parsing: Array(body.utf8))), scheduler.settings)
        let text = try await scheduler.answer(asked, .optimize)
        let plan = JSONField(try JSONValue(parsing: Array(text.utf8)))
        let names = try plan["recommended"].elements().map { try $0.string() }
        let id = try plan["decisionId"].string()
        #expect(!names.isEmpty)
        let applied = JSONField(
            try JSONValue(parsing: Array(try await scheduler.apply(names, of: id).utf8)))
        #expect(try applied["before"]["makespan"].double() == plan["before"]["makespan"].double())
        #expect(try applied["after"]["makespan"].double() == plan["after"]["makespan"].double())
        #expect(try applied["after"]["makespan"].double() < applied["before"]["makespan"].double())
        // The records say everything that the answers hang on.
        let recorded = try await scheduler.decision(id)
        let asking = JSONField(try JSONValue(parsing: Array(recorded.input.utf8)))
        #expect(try asking["policy"].string() == "fifo" && asking["budgetMs"].double() == 20_000)
        #expect(try asking["bottleneckThreshold"].double() == 0.8 && recorded.seed == asking["seed"].int())
        let application = try await scheduler.decision(applied["decisionId"].string())
        let carried = JSONField(try JSONValue(parsing: Array(application.input.utf8)))
        #expect(try carried["id"].string() == id && carried["suggestions"].elements().map { try $0.string() } == names)
        let changed = try WfFormatDocument(applied["workflow"])
        #expect(changed.workflow.tasks.contains { $0.wishes.priority > 0 || $0.wishes.cores != nil })

        await #expect(throws: EngineError.unknownDecision(id: "no")) {
            try await scheduler.apply(names, of: "no")
        }
        await #expect(throws: InputError.self) { try await scheduler.apply(["no"], of: id) }
        let forecast = try await scheduler.predictResources(TestRegistry.task)
        await #expect(throws: InputError.self) { try await scheduler.apply(names, of: forecast.id) }
        let explanation = try await scheduler.explanation(of: id)
        #expect(explanation.factors.contains { names.contains($0.name) })
    }
}

/// Three short tasks stand in the file before the long chain on which the end hangs; two run at a time.
private func crowdedWorkflow() throws -> WfFormatDocument {
    let tasks = ["s1", "s2", "s3", "s4", "long"]
    let specification = tasks.map { JSONValue.object(JSONObject([("id", .string($0)), ("name", .string($0))])) }
    let records = tasks.map { id in
        JSONValue.object(
            JSONObject([("id", .string(id)), ("runtimeInSeconds", .number(id == "long" ? 100 : 50))]))
    }
    return try WfFormatDocument(
        .object(
            JSONObject([
                ("name", .string("crowded")), ("schemaVersion", .string("1.5")),
                (
                    "workflow",
                    .object(
                        JSONObject([
                            ("specification", .object(JSONObject([("tasks", .array(specification))]))),
                            ("execution", .object(JSONObject([("tasks", .array(records))]))),
                        ]))
                ),
            ])))
}
