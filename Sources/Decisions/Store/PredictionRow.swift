import Files
import GRDB
import Workflows

/// What was forecast for one task, as a row of `resource_predictions`.
enum PredictionRow {
    static func insert(_ forecast: TaskForecast, of decision: DecisionRecord, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO resource_predictions (decision_id, task_type, predicted_cpu, predicted_memory,
                    predicted_duration, created_at) VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            decision.id, forecast.taskType, forecast.cpu, forecast.memory, forecast.duration, decision.at,
        ])
    }

    /// Writes what `execution` measured beside the first forecast of its type by that decision that has no measurement
    /// yet. An attempt that failed says nothing of what was forecast.
    static func join(_ execution: TaskExecution, to decisionID: String, _ database: Database) throws {
        guard execution.status == .completed || execution.status == .cached,
            ResourceTarget.allCases.contains(where: { execution[$0] != nil }),
            let row = try Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT id, predicted_cpu, predicted_memory, predicted_duration FROM resource_predictions
                        WHERE decision_id = ? AND task_type = ? AND coalesce(actual_cpu, actual_memory, actual_duration)
                            IS NULL ORDER BY id LIMIT 1
                        """), arguments: [decisionID, execution.task.taskType])
        else { return }
        try database.cachedStatement(
            sql: """
                UPDATE resource_predictions SET actual_cpu = ?, actual_memory = ?, actual_duration = ?,
                    accuracy_score = ? WHERE id = ?
                """
        ).execute(arguments: [
            execution[.cpu], execution[.memory], execution[.duration],
            accuracy(of: { row["predicted_\($0.rawValue)"] }, for: execution), row["id"] as Int64,
        ])
    }

    /// The mean of 1 - min(|p - y| / y, 1) over the targets that were measured and are positive.
    static func accuracy(of predicted: (ResourceTarget) -> Double, for execution: TaskExecution) -> Double? {
        let scores = ResourceTarget.allCases.compactMap { target in
            execution[target].map { 1 - min(abs(predicted(target) - $0) / $0, 1) }
        }
        return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    }
}
