import Decisions
import Files
import TestSupport
import Testing
import Workflows

@testable import Engine

/// Short tasks stand in the file before the long one that the end waits for; two run at a time.
private func crowd() throws -> WfFormatDocument {
    let seconds = ["s1": 30.0, "s2": 30, "s3": 30, "long": 100]
    let names = ["s1", "s2", "s3", "long"]
    let tasks = names.map { JSONValue.object(JSONObject([("id", .string($0)), ("name", .string($0))])) }
    let records = names.map {
        JSONValue.object(JSONObject([("id", .string($0)), ("runtimeInSeconds", .number(seconds[$0] ?? 0))]))
    }
    let body = JSONObject([
        ("specification", .object(JSONObject([("tasks", .array(tasks))]))),
        ("execution", .object(JSONObject([("tasks", .array(records))]))),
    ])
    return try WfFormatDocument(
        .object(
            JSONObject([
                ("name", .string("crowd-1")), ("schemaVersion", .string("1.5")), ("workflow", .object(body)),
            ])))
}

private func asked(_ scheduler: IntelligentScheduler) throws -> OptimizationQuestion {
    let cluster = Cluster(nodes: [.init(name: "n", cores: 2)])
    let body = JSONObject([
        ("workflow", try crowd().json), ("cluster", cluster.json), ("objectives", .array([.string("makespan")])),
    ])
    return try OptimizationQuestion(JSONField(.object(body)), scheduler.settings)
}

private func read(_ text: String) throws -> JSONField { JSONField(try JSONValue(parsing: Array(text.utf8))) }

/// Asks for suggestions, and carries out those that are recommended; nil where none are.
private func apply(_ scheduler: IntelligentScheduler) async throws -> JSONField? {
    let plan = try read(try await scheduler.answer(asked(scheduler), .optimize))
    let names = try plan["recommended"].elements().map { try $0.string() }
    guard !names.isEmpty else { return nil }
    return try read(try await scheduler.apply(names, of: plan["decisionId"].string()))
}

/// Reports that the tasks of what was applied took `factor` times as long as thought, and all of them `makespan` seconds.
private func outcomes(of applied: JSONField, makespan: Double, factor: Double = 1) throws -> [ReportedExecution] {
    let tasks = try WfFormatDocument(applied["workflow"]).workflow.tasks
    let id = try applied["decisionId"].string()
    return tasks.enumerated().map { place, task in
        let seconds = factor * (task.runtimeSeconds ?? 0)
        return ReportedExecution(
            TaskExecution(
                task: TaskSpec(workflow: "crowd", process: "p", node: "n"), taskID: task.id,
                startedAt: 5000 + (place == 0 ? 0 : makespan - seconds), completedAt: 5000 + makespan,
                duration: seconds), decisionID: id)
    }
}

private func followUps(_ scheduler: IntelligentScheduler) async throws -> [FollowUp] {
    try await scheduler.log.followUps(limit: 99)
}

@Test func aTypeThatAlwaysMissesIsRecommendedNoMore() async throws {
    try await TemporaryFolder.with { folder in
        var weights: [String: Double] = [:]
        do {
            let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
            var missed = 0
            while missed < 40, let applied = try await apply(scheduler) {
                // The changed workflow takes as long as it did before.
                let before = try applied["before"]["makespan"].double()
                _ = try await scheduler.record(outcomes(of: applied, makespan: before))
                missed += 1
                let last = try #require(try await followUps(scheduler).first)
                #expect(last.predictedGain == 30 && last.realGain == 0 && last.makespan == 130)
                #expect(try last.decisionID == applied["decisionId"].string())
            }
            #expect(missed >= 3 && missed < 40)
            weights = scheduler.suggestionWeights
            #expect(!weights.isEmpty && weights.values.allSatisfy { $0 < 0.5 })
            let plan = try read(try await scheduler.answer(asked(scheduler), .optimize))
            #expect(try plan["after"]["makespan"].double() == 130)
            // They are offered still, and say how often they missed.
            let offered = try plan["suggestions"].elements().map { try OptimizationSuggestion($0) }
            #expect(offered.contains { $0.weight < 0.5 } && offered.allSatisfy { $0.weight == weights[$0.type] ?? 1 })
            // The record holds what the answer hangs on.
            let question = try await scheduler.decision(plan["decisionId"].string()).question()
            #expect(try question["weights"].object().keys == weights.keys.sorted())
        }
        let again = try await IntelligentScheduler(settings: settings(in: folder))
        #expect(again.suggestionWeights == weights)
    }
}

@Test func aTypeThatKeepsItsPromisesKeepsItsWeight() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        // All tasks take as long as was thought, or twice as long: that is neither merit nor fault.
        for (factor, makespan, gain) in [(1.0, 100.0, 30.0), (2, 200, 60), (2, 230, 30)] {
            let applied = try #require(try await apply(scheduler))
            _ = try await scheduler.record(outcomes(of: applied, makespan: makespan, factor: factor))
            let last = try #require(try await followUps(scheduler).first)
            #expect(abs(last.realGain - gain) < 1e-9, "\(factor) \(makespan): \(last.realGain)")
        }
        #expect(scheduler.suggestionWeights.values.allSatisfy { $0 == 1 } && !scheduler.suggestionWeights.isEmpty)
        #expect(try await followUps(scheduler).count == 3)
        #expect(try await scheduler.log.decisions(type: "follow-up", limit: 9).count == 3)
    }
}

/// A workflow is followed up when its last task has ended well, once, also if that was written down by a server that then died.
@Test func onlyWhatRanToItsEndIsFollowedUp() async throws {
    try await TemporaryFolder.with { folder in
        var rest: [ReportedExecution] = []
        do {
            let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
            var reported = try outcomes(of: #require(try await apply(scheduler)), makespan: 130)
            rest = [reported.removeLast()]
            _ = try await scheduler.record(reported + reported)
            var failed = rest
            failed[0].execution.status = .failed
            var unknown = rest
            unknown[0].execution.startedAt = nil
            var stranger = rest
            stranger[0].decisionID = "stranger"
            for other in [failed, unknown, stranger] { _ = try await scheduler.record(other) }
            #expect(try await followUps(scheduler).isEmpty && scheduler.suggestionWeights.isEmpty)
            // Written down, and no more.
            try await scheduler.log.record(rest, at: 1)
            #expect(try await scheduler.log.openOptimizations(limit: 9).count == 1)
        }
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        #expect(try await followUps(scheduler).map(\.realGain) == [0] && !scheduler.suggestionWeights.isEmpty)
        _ = try await scheduler.record(rest)
        #expect(try await followUps(scheduler).count == 1)
        #expect(try await scheduler.log.openOptimizations(limit: 9).isEmpty)
    }
}

@Test func weightsOfAQuestionComeFirst() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let plan = try read(try await scheduler.answer(asked(scheduler), .optimize))
        var stated = try asked(scheduler)
        for suggestion in try plan["suggestions"].elements() { stated.weights[try suggestion["type"].string()] = 0.25 }
        let doubted = try read(try await scheduler.answer(stated, .optimize))
        #expect(try doubted["recommended"].elements().isEmpty && !plan["recommended"].elements().isEmpty)
        for (text, problem) in [
            ("{\"split\":2}", "between 0 and 1"), ("{\"split\":\"x\"}", "number"), ("[]", "object"),
        ] {
            var object = try #require(stated.json.object)
            object["weights"] = try JSONValue(parsing: Array(text.utf8))
            let error = #expect(throws: InputError.self) {
                try OptimizationQuestion(JSONField(.object(object)), scheduler.settings)
            }
            #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
        }
    }
}
