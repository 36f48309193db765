import Files
import GRDB

extension FollowUp {
    /// Writes it beside what was applied.
    func write(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE workflow_optimizations SET real_makespan = ?, expected_gain_seconds = ?, real_gain_seconds = ?,
                    followed_up_at = ? WHERE decision_id = ?
                """
        ).execute(arguments: [makespan, expectedGain, realGain, followedUpAt, decisionID])
    }

    /// Those that are kept, the latest first; a row that cannot be read is left out, and told.
    static func latest(_ limit: Int, _ database: Database) throws -> [FollowUp] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT decision_id, predicted_gain_seconds, expected_gain_seconds, real_gain_seconds, real_makespan,
                    promised_gains FROM workflow_optimizations WHERE followed_up_at IS NOT NULL AND predicted_gain_seconds IS NOT NULL
                ORDER BY followed_up_at DESC, id DESC LIMIT ?
                """, arguments: [limit]
        ).compactMap { row in
            do {
                return try FollowUp(row)
            } catch {
                let id: String? = row["decision_id"]
                StandardError.write("what became of the changes of \(id ?? "a decision") cannot be read: \(error)\n")
                return nil
            }
        }
    }

    private init(_ row: Row) throws {
        func seconds(_ column: String) throws -> Double {
            guard let value = Self.number(row, column), value.isFinite else {
                throw InputError("is no number", field: column)
            }
            return value
        }
        let promised = String.fromDatabaseValue(row["promised_gains"]) ?? "{}"
        self.init(
            decisionID: row["decision_id"], predictedGain: try seconds("predicted_gain_seconds"),
            expectedGain: Self.number(row, "expected_gain_seconds"),
            realGain: try seconds("real_gain_seconds"), makespan: try seconds("real_makespan"),
            promised: try Self.gains(JSONField(JSONValue(parsing: Array(promised.utf8)))))
    }

    /// The number in a column, if it is one. Not inlined: the optimiser of Swift 6.3 fails where it is.
    @inline(never)
    private static func number(_ row: Row, _ column: String) -> Double? {
        let value: DatabaseValue = row[column]
        return Double.fromDatabaseValue(value)
    }

    /// The latest decisions since `moment` that applied changes and were not followed up.
    static func open(after moment: Double, _ limit: Int, _ database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT decision_id FROM workflow_optimizations
                WHERE followed_up_at IS NULL AND predicted_gain_seconds IS NOT NULL AND applied_at > ?
                ORDER BY applied_at DESC, id DESC LIMIT ?
                """, arguments: [moment, limit])
    }
}
