import Files
import GRDB
import Workflows

/// Decisions and outcomes in one SQLite file.
public struct SQLiteDecisionStore: DecisionStore {
    private static let cacheKilobytes = 512
    private let database: DatabasePool

    /// Opens the file at `path`, or makes it, and brings its tables up to date.
    /// - Throws: `InputError` that names the file if it is no database or cannot be written.
    public init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        // It is filled beside the answers, which are given without it.
        configuration.qos = .utility
        // Rows are added behind all others: few pages are needed again (kB).
        configuration.prepareDatabase {
            try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -\(Self.cacheKilobytes)")
        }
        database = try Self.open(path, configuration)
        do {
            try Self.migrator.migrate(database)
        } catch let error as DatabaseError {
            throw Self.failure(error, path)
        }
    }

    /// Opens the file at `path` to read what another process writes or has written.
    /// - Throws: `InputError` that names the file if it is not there or no such database.
    public init(reading path: String) throws {
        guard kind(of: path) == .file else { throw InputError("no such file", file: path) }
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.readonly = true
        database = try Self.open(path, configuration)
        do {
            guard try database.read(Self.migrator.hasCompletedMigrations) else {
                throw InputError("holds no decisions of this version of tactus", file: path)
            }
        } catch let error as DatabaseError {
            throw Self.failure(error, path)
        }
    }

    private static func open(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
        do {
            let database = try DatabasePool(path: path, configuration: configuration)
            guard try database.read({ try !Self.migrator.hasBeenSuperseded($0) }) else {
                throw InputError("was written by a newer version of tactus", file: path)
            }
            return database
        } catch let error as DatabaseError {
            throw failure(error, path)
        }
    }

    private static func failure(_ error: DatabaseError, _ path: String) -> InputError {
        InputError("cannot be used as a database: \(error.message ?? "\(error.resultCode)")", file: path)
    }

    /// How far into the journal its content reaches.
    public func position() async throws -> Journal.Position {
        try await database.read(Self.position)
    }

    private static func position(_ database: Database) throws -> Journal.Position {
        guard let row = try Row.fetchOne(database, sql: "SELECT segment, offset FROM journal_position") else {
            return .start
        }
        return Journal.Position(segment: row["segment"], offset: row["offset"])
    }

    /// Adds `records` and notes how far they reach, in one transaction.
    public func add(_ records: [JournalRecord], upTo position: Journal.Position, givesWay: Bool) async throws {
        try await database.write { database in
            var work = PacedWork()
            for record in records {
                if givesWay { work.pauseIfDue() }
                switch record {
                case .decision(let decision, let forecasts): try Self.insert(decision, forecasts, database)
                case .outcomes(let executions, let moment):
                    for reported in executions { try Self.insert(reported, at: moment, database) }
                }
            }
            try database.execute(
                sql: "UPDATE journal_position SET segment = ?, offset = ?",
                arguments: [position.segment, position.offset])
        }
    }

    private static func insert(_ decision: DecisionRecord, _ forecasts: [TaskForecast]?, _ database: Database) throws {
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
        // Where question or answer are not as expected, only the tables beside the decision lack it.
        switch decision.type {
        case "predict":
            for forecast in forecasts ?? (try? TaskForecast.read(decision)) ?? [] {
                try PredictionRow.insert(forecast, of: decision, database)
            }
        case "apply": try (try? AppliedRow(decision))?.insert(database)
        case "follow-up": try (try? FollowUp(decision))?.write(database)
        default: break
        }
    }

    private static func insert(_ reported: ReportedExecution, at moment: Double, _ database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT INTO task_executions (decision_id, completed_at, execution, created_at) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [reported.decisionID, reported.execution.completedAt, reported.json.text(), moment])
        if let id = reported.decisionID { try PredictionRow.join(reported.execution, to: id, database) }
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

    /// Outcomes that completed after `moment` without the first `skipped`, with how far into the journal they reach.
    public func outcomes(after moment: Double?, skipping skipped: Int) async throws -> StoredOutcomes {
        let chosen = "FROM task_executions WHERE ?1 IS NULL OR coalesce(completed_at, created_at) > ?1"
        let (texts, count, position) = try await database.read { database in
            let texts = try String.fetchAll(
                database, sql: "SELECT execution \(chosen) ORDER BY id LIMIT -1 OFFSET ?2",
                arguments: [moment, skipped])
            let count = try Int.fetchOne(database, sql: "SELECT count(*) \(chosen)", arguments: [moment])
            return (texts, count ?? 0, try Self.position(database))
        }
        let executions = try texts.map {
            try ReportedExecution(JSONField(JSONValue(parsing: Array($0.utf8)))).execution
        }
        return StoredOutcomes(executions: executions, count: count, position: position)
    }

    /// What became of changes that were applied: those that were followed up, the latest first.
    public func followUps(limit: Int) async throws -> [FollowUp] {
        try await database.read { try FollowUp.latest(limit, $0) }
    }

    /// The latest decisions that applied changes after `moment` (Unix seconds) and were not followed up.
    public func openOptimizations(after moment: Double, limit: Int) async throws -> [String] {
        try await database.read { try FollowUp.open(after: moment, limit, $0) }
    }

    /// What was reported of tasks that `decisionID` decided on, in the order of the reports.
    public func outcomes(of decisionID: String) async throws -> [TaskExecution] {
        let texts = try await database.read { database in
            try String.fetchAll(
                database, sql: "SELECT execution FROM task_executions WHERE decision_id = ? ORDER BY id",
                arguments: [decisionID])
        }
        return try texts.map { try ReportedExecution(JSONField(JSONValue(parsing: Array($0.utf8)))).execution }
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
