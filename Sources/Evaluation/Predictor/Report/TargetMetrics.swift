import Prediction
import Workflows

/// How good the forecasts of one target are, over the task types that have at least five tested rows.
public struct TargetMetrics: Codable, Hashable, Sendable {
    /// Mean accuracy 1 - min(|p - y| / y, 1) by type, then by workflow, then over workflows, with a bootstrap over types.
    public var accuracy: Estimate
    /// Median of |p - y| / y by type, averaged in the same way.
    public var medianError: Double
    /// Share of rows within 15 %, averaged in the same way.
    public var within15: Double
    /// Σ |p - y| / Σ y over all rows.
    public var weightedError: Double
    /// Share of rows at or below their quantile 0.95.
    public var coverage95: Double
    /// The lowest such share of a type with 50 rows or more; absent where no type has that many.
    public var worstTypeCoverage95: Double?
    /// Share of rows between their quantiles 0.05 and 0.95.
    public var coverage90: Double
    /// Share of rows of types without a completed execution.
    public var coldShare: Double
    /// Mean accuracy on those; absent where there are none.
    public var coldAccuracy: Double?
    /// Tested rows.
    public var rows: Int
    /// Task types with at least five of them.
    public var types: Int
}

/// Rows that a type needs to be scored.
let minimumTypeRows = 5

extension TargetMetrics {
    /// The metrics of `rows`, all of one target; nil where no type has five.
    init?(_ rows: [PredictionRow], seed: UInt64) {
        let types = TypeScores(rows)
        guard let accuracy = types.bootstrap(\.accuracy, seed: seed) else { return nil }
        self.accuracy = accuracy
        medianError = types.mean(\.medianError)
        within15 = types.mean(\.within15)
        weightedError = rows.reduce(0) { $0 + abs($1.p50 - $1.actual) } / rows.reduce(0) { $0 + $1.actual }
        coverage95 = Self.share(rows) { $0.actual <= $0.p95 }
        coverage90 = Self.share(rows) { $0.actual <= $0.p95 && $0.actual >= $0.p05 }
        worstTypeCoverage95 = Dictionary(grouping: rows, by: \.taskType).values.filter { $0.count >= 50 }
            .map { Self.share($0) { $0.actual <= $0.p95 } }.min()
        coldShare = Self.share(rows, where: \.cold)
        let cold = rows.filter(\.cold)
        coldAccuracy = cold.isEmpty ? nil : cold.reduce(0) { $0 + $1.accuracy } / Double(cold.count)
        self.rows = rows.count
        self.types = types.count
    }

    private static func share(_ rows: [PredictionRow], where condition: (PredictionRow) -> Bool) -> Double {
        Double(rows.count(where: condition)) / Double(max(rows.count, 1))
    }
}

/// Scores of each task type, by workflow.
struct TypeScores {
    /// What one type came to.
    struct Score {
        var type: String
        var accuracy: Double
        var medianError: Double
        var within15: Double
        var rows: Int
    }

    /// The types of each workflow; workflows and types sorted.
    let workflows: [[Score]]

    init(_ rows: [PredictionRow]) {
        let byWorkflow = Dictionary(grouping: rows, by: \.workflow).sorted { $0.key < $1.key }
        workflows = byWorkflow.map { _, rows in
            Dictionary(grouping: rows, by: \.taskType).sorted { $0.key < $1.key }
                .filter { $0.value.count >= minimumTypeRows }
                .map { type, rows in
                    let errors = rows.map(\.error).sorted()
                    return Score(
                        type: type, accuracy: rows.reduce(0) { $0 + $1.accuracy } / Double(rows.count),
                        medianError: median(ofSorted: errors),
                        within15: Double(errors.count { $0 <= 0.15 }) / Double(errors.count), rows: rows.count)
                }
        }.filter { !$0.isEmpty }
    }

    var count: Int { workflows.reduce(0) { $0 + $1.count } }

    /// The mean over workflows of the means over their types.
    func mean(_ score: (Score) -> Double) -> Double {
        Bootstrap.mean(workflows.map { $0.map(score) })
    }

    func bootstrap(_ score: (Score) -> Double, seed: UInt64) -> Estimate? {
        Bootstrap.estimate(workflows.map { $0.map(score) }, seed: seed)
    }
}
