import Files
import GRDB

extension FollowUp {
    /// Writes it beside what was applied.
    func write(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE workflow_optimizations SET real_makespan = ?, real_gain_seconds = ?, followed_up_at = ?
                WHERE decision_id = ?
                """
        ).execute(arguments: [makespan, realGain, followedUpAt, decisionID])
    }

    /// Those that are kept, the latest first.
    static func latest(_ limit: Int, _ database: Database) throws -> [FollowUp] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT decision_id, predicted_gain_seconds, real_gain_seconds, real_makespan, promised_gains
                FROM workflow_optimizations WHERE followed_up_at IS NOT NULL AND predicted_gain_seconds IS NOT NULL
                ORDER BY followed_up_at DESC, id DESC LIMIT ?
                """, arguments: [limit]
        ).map { row in
            let promised: String? = row["promised_gains"]
            return FollowUp(
                decisionID: row["decision_id"], predictedGain: row["predicted_gain_seconds"],
                realGain: row["real_gain_seconds"], makespan: row["real_makespan"],
                promised: try promised.map { try gains(JSONField(JSONValue(parsing: Array($0.utf8)))) } ?? [:])
        }
    }

    /// The latest decisions that applied changes and were not followed up.
    static func open(_ limit: Int, _ database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT decision_id FROM workflow_optimizations
                WHERE followed_up_at IS NULL AND predicted_gain_seconds IS NOT NULL
                ORDER BY applied_at DESC, id DESC LIMIT ?
                """, arguments: [limit])
    }
}
