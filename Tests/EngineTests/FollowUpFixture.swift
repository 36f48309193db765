import Decisions
import Files
import TestSupport
import Testing
import Workflows

@testable import Engine

/// Workflows that gain from a change, and what is reported of their runs.
enum ChangedRuns {
    /// Short tasks stand in the file before the long one that the end waits for; two run at a time, so that it ends after 130 s,
    /// and after 100 s where the long one is raised in priority.
    static let crowd = document(
        "crowd", [("s1", 30, ""), ("s2", 30, ""), ("s3", 30, ""), ("long", 100, "")], cores: 2)
    /// One task of 100 s that may be divided runs beside one of 60 s, which the end waits for then.
    static let divided = document(
        "divided", [("whole", 100, #","tactus":{"divisible":{"maximumChunks":2}}"#), ("beside", 60, "")], cores: 4)

    /// Two tasks of 20 s that hold the two cores of the node and use one: behind each other, and beside each other where they hold
    /// as many as they use.
    static let oversized = document(
        "oversized", [("a", 20, ""), ("b", 20, "")], cores: 2, recorded: #","coreCount":2,"avgCPU":100"#)

    /// The divided workflow with a task that runs by chance.
    static let branched = document(
        "branched",
        [
            ("whole", 100, #","tactus":{"divisible":{"maximumChunks":2}}"#), ("beside", 60, ""),
            ("perhaps", 1, #","tactus":{"branch":{"probability":0.5}}"#),
        ], cores: 4)

    private static func document(
        _ name: String, _ tasks: [(id: String, seconds: Double, more: String)], cores: Int, recorded: String = ""
    ) -> String {
        let known = tasks.map { "{\"id\":\"\($0.id)\",\"name\":\"\($0.id)\"\($0.more)}" }.joined(separator: ",")
        let records = tasks.map { "{\"id\":\"\($0.id)\",\"runtimeInSeconds\":\($0.seconds)\(recorded)}" }
            .joined(separator: ",")
        return """
            {"workflow":{"name":"\(name)-1","schemaVersion":"1.5","workflow":{"specification":{"tasks":[\(known)]},
            "execution":{"tasks":[\(records)]}}},"cluster":{"nodes":[{"name":"n","cores":\(cores)}]},
            "objectives":["makespan"]}
            """
    }

    static func read(_ text: String) throws -> JSONField { JSONField(try JSONValue(parsing: Array(text.utf8))) }

    /// The question of how to improve a workflow of those.
    static func asked(_ scheduler: IntelligentScheduler, _ body: String = crowd) throws -> OptimizationQuestion {
        try OptimizationQuestion(read(body), scheduler.settings)
    }

    /// Asks for suggestions, and carries out those that are recommended; nil where none are.
    static func apply(_ scheduler: IntelligentScheduler, _ body: String = crowd) async throws -> JSONField? {
        let plan = try read(try await scheduler.answer(asked(scheduler, body), .optimize))
        let names = try plan["recommended"].elements().map { try $0.string() }
        guard !names.isEmpty else { return nil }
        return try read(try await scheduler.apply(names, of: plan["decisionId"].string()))
    }

    /// Reports that each task of what was applied took what `seconds` makes of its name and of the seconds that it was thought to
    /// take, and waited 1,000 s for the one before it.
    static func outcomes(of applied: JSONField, _ seconds: (String, Double) -> Double = { $1 }) throws
        -> [ReportedExecution]
    {
        let tasks = try WfFormatDocument(applied["workflow"]).workflow.tasks
        let id = try applied["decisionId"].string()
        return tasks.enumerated().map { place, task in
            outcome(
                task.id, of: id, seconds: seconds(task.id, task.runtimeSeconds ?? 0), at: Double(5000 + 1000 * place))
        }
    }

    static func outcome(_ task: String, of id: String?, seconds: Double, at start: Double = 1) -> ReportedExecution {
        ReportedExecution(
            TaskExecution(
                task: TaskSpec(workflow: "w", process: "p", node: "n"), taskID: task, startedAt: start,
                completedAt: start + seconds + 7, duration: seconds), decisionID: id)
    }
}

extension IntelligentScheduler {
    /// What was followed up so far, the latest first, once nothing is under way any more.
    func followedUp() async throws -> [FollowUp] {
        await followUps.settled()
        return try await log.followUps(limit: 99)
    }

    /// The changed workflows that are not followed up.
    func openOptimizations() async throws -> [String] {
        await followUps.settled()
        return try await log.openOptimizations(after: 0, limit: 99)
    }
}
