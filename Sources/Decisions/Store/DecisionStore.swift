import Workflows

/// Keeps decisions and outcomes so that they can be asked for.
public protocol DecisionStore: Sendable {
    /// How far into the journal its content reaches.
    func position() async throws -> Journal.Position

    /// Adds `records` and notes that they reach up to `position`: both or neither.
    func add(_ records: [JournalRecord], upTo position: Journal.Position) async throws

    /// The decision with this identifier.
    func decision(_ id: String) async throws -> DecisionRecord?

    /// Decisions from the latest on, of one type or of all.
    func decisions(type: String?, limit: Int) async throws -> [DecisionRecord]

    /// Outcomes that completed after `moment` (Unix seconds), or all that are there, in the order of their report, with how
    /// far into the journal they reach.
    func outcomes(after moment: Double?) async throws -> (executions: [TaskExecution], position: Journal.Position)
}
