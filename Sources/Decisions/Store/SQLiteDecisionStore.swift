import Files
import GRDB
import Workflows

/// Decisions and outcomes in one SQLite file.
public struct SQLiteDecisionStore: DecisionStore {
    private let database: DatabasePool

    /// Opens the file at `path`, or makes it, and brings its tables up to date.
    /// - Throws: `InputError` that names the file if it is no database or cannot be written.
    public init(path: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        do {
            database = try DatabasePool(path: path, configuration: configuration)
            try Self.migrator.migrate(database)
        } catch let error as DatabaseError {
            throw InputError("cannot be used as a database: \(error.message ?? "\(error.resultCode)")", file: path)
        }
    }

    /// How far into the journal its content reaches.
    public func position() async throws -> Journal.Position {
        try await database.read { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT segment, offset FROM journal_position") else {
                return Journal.Position(segment: 1, offset: 0)
            }
            return Journal.Position(segment: row["segment"], offset: row["offset"])
        }
    }

    /// Adds `records` and notes how far they reach, in one transaction.
    public func add(_ records: [JournalRecord], upTo position: Journal.Position) async throws {
        try await database.write { database in
            for record in records {
                switch record {
                case .decision(let decision): try Self.insert(decision, database)
                case .outcome(let reported, let moment): try Self.insert(reported, at: moment, database)
                }
            }
            try database.execute(
                sql: "UPDATE journal_position SET segment = ?, offset = ?",
                arguments: [position.segment, position.offset])
        }
    }

    private static func insert(_ decision: DecisionRecord, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO orchestration_decisions (id, decision_type, input_data, output_data,
                    confidence_score, execution_time_ms, created_at, source, model_name, model_version, model_digest,
                    reason, seed, iterations, outcomes_learned)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            decision.id, decision.type, decision.input, decision.output, decision.confidence, decision.latencyMs,
            decision.at, decision.source, decision.model?.name, decision.model?.version, decision.model?.digest,
            decision.reason, decision.seed, decision.iterations, decision.outcomesLearned,
        ])
        do {
            switch decision.type {
            case "predict": try insertPredictions(of: decision, database)
            case "apply": try insertOptimization(of: decision, database)
            default: break
            }
        } catch is InputError {
            // Only the tables beside the decision lack it; the decision itself is kept as it was given.
        }
    }

    private static func insertPredictions(of decision: DecisionRecord, _ database: Database) throws {
        let question = JSONField(try JSONValue(parsing: Array(decision.input.utf8), maximumDepth: 512))
        let answer = JSONField(try JSONValue(parsing: Array(decision.output.utf8), maximumDepth: 512))
        let tasks = question["task"].isPresent ? [question["task"]] : try question["tasks"].elements()
        for (task, prediction) in zip(tasks, try answer["predictions"].elements()) {
            try database.cachedStatement(
                sql: """
                    INSERT INTO resource_predictions (decision_id, task_type, predicted_cpu, predicted_memory,
                        predicted_duration, created_at) VALUES (?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                decision.id, try TaskSpec(task).taskType, try prediction["cpu"]["p50"].double(),
                try prediction["memory"]["p50"].double(), try prediction["duration"]["p50"].double(), decision.at,
            ])
        }
    }

    private static func insertOptimization(of decision: DecisionRecord, _ database: Database) throws {
        let answer = JSONField(try JSONValue(parsing: Array(decision.output.utf8), maximumDepth: 512))
        let (before, after) = (try answer["before"]["makespan"].double(), try answer["after"]["makespan"].double())
        let name = try answer["workflow"]["name"].ifPresent { try $0.string() }
        try database.execute(
            sql: """
                INSERT INTO workflow_optimizations (decision_id, workflow_id, optimization_type, before_metrics,
                    after_metrics, improvement_percentage, applied_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                decision.id, name ?? "",
                try answer["types"].elementsIfPresent().map { try $0.string() }.joined(separator: ", "),
                answer["before"].value?.text() ?? "", answer["after"].value?.text() ?? "",
                before > 0 ? 100 * (1 - after / before) : 0, decision.at,
            ])
    }

    private static func insert(_ reported: ReportedExecution, at moment: Double, _ database: Database) throws {
        let execution = reported.execution
        try database.cachedStatement(
            sql: "INSERT INTO task_executions (decision_id, completed_at, execution, created_at) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [reported.decisionID, execution.completedAt, reported.json.text(), moment])
        guard let id = reported.decisionID else { return }
        try database.cachedStatement(
            sql: """
                UPDATE resource_predictions SET actual_cpu = ?1, actual_memory = ?2, actual_duration = ?3,
                    accuracy_score = 1 - min(abs(predicted_duration - ?3) / ?3, 1)
                WHERE id = (SELECT id FROM resource_predictions
                            WHERE decision_id = ?4 AND task_type = ?5 AND actual_duration IS NULL ORDER BY id LIMIT 1)
                """
        ).execute(arguments: [
            execution[.cpu], execution[.memory], execution[.duration], id, execution.task.taskType,
        ])
    }

    /// The decision with this identifier.
    public func decision(_ id: String) async throws -> DecisionRecord? {
        try await database.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM orchestration_decisions WHERE id = ?", arguments: [id])
                .map(Self.record)
        }
    }

    /// Decisions from the latest on.
    public func decisions(type: String?, limit: Int) async throws -> [DecisionRecord] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM orchestration_decisions WHERE ?1 IS NULL OR decision_type = ?1
                    ORDER BY created_at DESC, id DESC LIMIT ?2
                    """, arguments: [type, limit]
            ).map(Self.record)
        }
    }

    /// Outcomes that completed after `moment`.
    public func outcomes(after moment: Double?) async throws -> [TaskExecution] {
        let texts = try await database.read { database in
            try String.fetchAll(
                database,
                sql:
                    "SELECT execution FROM task_executions WHERE ?1 IS NULL OR coalesce(completed_at, created_at) > ?1 ORDER BY id",
                arguments: [moment])
        }
        return try texts.map { try ReportedExecution(JSONField(JSONValue(parsing: Array($0.utf8)))).execution }
    }

    /// How many decisions there are.
    public func decisionCount() async throws -> Int {
        try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM orchestration_decisions") ?? 0 }
    }

    private static func record(_ row: Row) -> DecisionRecord {
        var model: ModelReference?
        if let name: String = row["model_name"], let version: Int = row["model_version"] {
            model = ModelReference(name: name, version: version, digest: row["model_digest"] ?? "")
        }
        return DecisionRecord(
            id: row["id"], type: row["decision_type"], at: row["created_at"], input: row["input_data"],
            output: row["output_data"], source: row["source"], model: model, reason: row["reason"],
            confidence: row["confidence_score"], latencyMs: row["execution_time_ms"], seed: row["seed"],
            iterations: row["iterations"], outcomesLearned: row["outcomes_learned"])
    }
}
