import Workflows

/// Tested rows of which so many completed executions of the type could be known.
public struct KnownClass: Codable, Sendable {
    /// The fewest.
    public var low: Int
    /// The most; absent where there is no bound.
    public var high: Int?
    /// Tested rows.
    public var rows: Int
    /// Mean accuracy of ours over the rows.
    public var accuracy: Double
    /// That of the best baseline.
    public var baselineAccuracy: Double
    /// The share at or below the quantile 0.95 of ours.
    public var coverage95: Double

    /// None, one, two, and so on to more than twenty.
    private static let bounds: [(low: Int, high: Int?)] = [(0, 0), (1, 1), (2, 2), (3, 5), (6, 20), (21, nil)]

    /// The classes that have rows; `theirs` are the best baseline's answers to the same tasks.
    static func of(_ ours: [PredictionRow], _ theirs: [PredictionRow]) -> [KnownClass] {
        bounds.compactMap { low, high in
            let places = ours.indices.filter { ours[$0].known >= low && ours[$0].known <= high ?? .max }
            guard !places.isEmpty else { return nil }
            let rows = places.map { ours[$0] }
            return KnownClass(
                low: low, high: high, rows: rows.count, accuracy: rows.mean(of: \.accuracy),
                baselineAccuracy: places.map { theirs[$0] }.mean(of: \.accuracy),
                coverage95: rows.share { $0.actual <= $0.p95 })
        }
    }
}
