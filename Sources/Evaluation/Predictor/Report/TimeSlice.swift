import Workflows

/// Some of the tested rows, next to each other in the order of submission.
public struct TimeSlice: Codable, Sendable {
    /// Moment of the first submission, in Unix seconds.
    public var from: Double
    /// Moment of the last.
    public var to: Double
    /// Tested rows.
    public var rows: Int
    /// Mean accuracy of ours over the rows.
    public var accuracy: Double
    /// That of the best baseline.
    public var baselineAccuracy: Double
    /// The share at or below the quantile 0.95 of ours.
    public var coverage95: Double

    /// Slices at the most.
    private static let limit = 20
    /// Rows that a slice needs.
    private static let minimumRows = 20

    /// Equal slices; none where a row has no moment, all have one and the same, or there are too few.
    static func of(_ ours: [PredictionRow], _ theirs: [PredictionRow]) -> [TimeSlice] {
        let moments = ours.compactMap(\.submittedAt)
        let count = min(limit, ours.count / minimumRows)
        guard count > 1, moments.count == ours.count, Set(moments).count > count else { return [] }
        let order = ours.indices.sorted { (moments[$0], $0) < (moments[$1], $1) }
        return (0..<count).map { slice in
            let places = order[slice * order.count / count..<(slice + 1) * order.count / count]
            let rows = places.map { ours[$0] }
            return TimeSlice(
                from: places.first.map { moments[$0] } ?? 0, to: places.last.map { moments[$0] } ?? 0,
                rows: rows.count, accuracy: rows.mean(of: \.accuracy),
                baselineAccuracy: places.map { theirs[$0] }.mean(of: \.accuracy),
                coverage95: rows.share { $0.actual <= $0.p95 })
        }
    }
}
