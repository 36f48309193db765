import Workflows

/// Keeps decisions and outcomes so that they can be asked for.
public protocol DecisionStore: Sendable {
    /// How far into the journal its content reaches.
    func position() async throws -> Journal.Position

    /// Adds `records` and notes that they reach up to `position`: both or neither.
    ///
    /// - Parameter givesWay: whether it pauses for those who answer meanwhile.
    func add(_ records: [JournalRecord], upTo position: Journal.Position, givesWay: Bool) async throws

    /// The decision with this identifier.
    func decision(_ id: String) async throws -> DecisionRecord?

    /// Decisions from the latest on, of one type or of all.
    func decisions(type: String?, limit: Int) async throws -> [DecisionRecord]

    /// Outcomes that completed after `moment` (Unix seconds), or all that are there, in the order of their report without the
    /// first `skipped` of them, which are not read.
    func outcomes(after moment: Double?, skipping skipped: Int) async throws -> StoredOutcomes

    /// What became of changes that were applied: those that were followed up, the latest first.
    func followUps(limit: Int) async throws -> [FollowUp]

    /// The latest decisions that applied changes after `moment` (Unix seconds) and were not followed up.
    func openOptimizations(after moment: Double, limit: Int) async throws -> [String]

    /// What was reported of tasks that `decisionID` decided on, in the order of the reports.
    func outcomes(of decisionID: String) async throws -> [TaskExecution]
}

/// Outcomes that a store holds.
public struct StoredOutcomes: Sendable {
    /// Those that were not skipped.
    public var executions: [TaskExecution]
    /// How many there are with those that were skipped.
    public var count: Int
    /// How far into the journal they reach.
    public var position: Journal.Position

    /// What a store holds.
    public init(executions: [TaskExecution], count: Int, position: Journal.Position) {
        (self.executions, self.count, self.position) = (executions, count, position)
    }
}

extension DecisionStore {
    /// Outcomes that completed after `moment` (Unix seconds), or all that are there, in the order of their report.
    public func outcomes(after moment: Double?) async throws -> StoredOutcomes {
        try await outcomes(after: moment, skipping: 0)
    }
}
