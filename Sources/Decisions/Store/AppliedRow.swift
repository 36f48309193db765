import Files
import GRDB

/// What was changed about a workflow, as a row of `workflow_optimizations`.
struct AppliedRow {
    let decisionID: String
    let workflow: String
    let types: String
    let before: JSONField
    let after: JSONField
    /// By how many hundredths the makespan became shorter.
    let improvement: Double
    /// By how many seconds.
    let predictedGain: Double
    /// Of which the suggestions of each type promised so many, an object.
    let promised: JSONField
    let at: Double

    /// The row of a decision of the type `apply`.
    init(_ decision: DecisionRecord) throws {
        let answer = try decision.answer()
        (before, after, promised) = (answer["before"], answer["after"], answer["promisedSeconds"])
        let (old, new) = (try before["makespan"].double(), try after["makespan"].double())
        decisionID = decision.id
        workflow = try answer["workflow"]["name"].ifPresent { try $0.string() } ?? ""
        types = try answer["types"].elementsIfPresent().map { try $0.string() }.joined(separator: ", ")
        improvement = old > 0 ? 100 * (1 - new / old) : 0
        predictedGain = old - new
        at = decision.at
    }

    func insert(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO workflow_optimizations (decision_id, workflow_id, optimization_type, before_metrics,
                    after_metrics, improvement_percentage, applied_at, predicted_gain_seconds, promised_gains)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            decisionID, workflow, types, before.value?.text(), after.value?.text(), improvement, at, predictedGain,
            promised.value?.text(),
        ])
    }
}
