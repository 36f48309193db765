import Workflows

/// How often the tasks of one type stayed at or below their quantile 0.95.
public struct TypeCoverage: Codable, Sendable {
    /// The type.
    public var taskType: String
    /// Tested rows.
    public var rows: Int
    /// The share at or below the quantile 0.95.
    public var coverage95: Double

    /// Rows that a type needs, so that its share means something.
    static let minimumRows = 50

    /// The types with enough rows, the one that is covered least first.
    static func of(_ rows: [PredictionRow]) -> [TypeCoverage] {
        Dictionary(grouping: rows, by: \.taskType).filter { $0.value.count >= minimumRows }.map { type, rows in
            TypeCoverage(taskType: type, rows: rows.count, coverage95: rows.share { $0.actual <= $0.p95 })
        }.sorted { ($0.coverage95, $0.taskType) < ($1.coverage95, $1.taskType) }
    }
}
