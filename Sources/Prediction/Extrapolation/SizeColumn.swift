import Foundation
import Simulation

/// The column that says how large a task's input is.
public struct SizeColumn: Sendable, Equatable {
    /// Its place among the columns.
    public let column: Int
    private let isLogarithm: Bool

    /// What it takes to rank one value, in units of ``FitWork``.
    static let units = 300

    /// The column with the highest rank correlation with `durations`, of those that are positive and known in every row
    /// and have four values or more.
    ///
    /// - Returns: nil where none is over 0.1.
    public init?(_ rows: [[Double]], kinds: [FeatureColumns.Kind], durations: [Double]) {
        precondition(rows.count == durations.count, "\(durations.count) durations for \(rows.count) rows")
        var best: (column: Int, correlation: Double)?
        let ranks = RankCorrelation.ranks(durations)
        for (column, kind) in kinds.enumerated() where kind != .word {
            let values = rows.map { $0[column] }
            guard values.allSatisfy({ $0 > 0 }), Set(values).count >= 4 else { continue }
            let correlation = RankCorrelation.pearson(RankCorrelation.ranks(values), ranks)
            if correlation > best?.correlation ?? 0.1 { best = (column, correlation) }
        }
        guard let best else { return nil }
        column = best.column
        isLogarithm = kinds[best.column] == .logarithm
    }

    /// The size of a task with the features `row`, as recorded; NaN where it is not known.
    public func value(_ row: [Double]) -> Double { isLogarithm ? expm1(row[column]) : row[column] }
}
