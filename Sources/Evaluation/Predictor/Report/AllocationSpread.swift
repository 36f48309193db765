import Foundation
import Prediction
import Workflows

/// How far what would have been asked for lies from what was used, over all tested rows of a target.
public struct AllocationSpread: Codable, Sendable {
    /// Rows whose ratio lies in [`low`, `high`).
    public struct Bin: Codable, Sendable {
        /// Lower bound; 0 in the first bin.
        public var low: Double
        /// Upper bound; absent in the last bin.
        public var high: Double?
        /// The share of rows.
        public var share: Double
    }

    /// The share of rows for which less was asked for than was used.
    public var under: Double
    /// The share for which up to half as much again as needed was asked for.
    public var upToHalfOver: Double
    /// The share for which up to twice as much as needed was asked for, and more than half as much again.
    public var upToTwice: Double
    /// The share for which more than twice as much as needed was asked for.
    public var overTwice: Double
    /// Quantile 0.05 of allocation / actual.
    public var ratio05: Double
    /// Its median.
    public var ratio50: Double
    /// Quantile 0.95 of it.
    public var ratio95: Double
    /// The ratio in quarters of an octave from 1/4 to 16, and what lies outside.
    public var bins: [Bin]

    init(_ rows: [PredictionRow]) {
        let ratios = rows.map { $0.allocation / $0.actual }.sorted()
        func share(_ low: Double, _ high: Double) -> Double {
            Double(ratios.count { $0 >= low && $0 < high }) / Double(max(ratios.count, 1))
        }
        under = share(0, 1)
        upToHalfOver = share(1, 1.5)
        upToTwice = share(1.5, 2)
        overTwice = share(2, .infinity)
        func ratio(_ q: Double) -> Double { ratios.isEmpty ? 0 : quantile(q, ofSorted: ratios) }
        (ratio05, ratio50, ratio95) = (ratio(0.05), ratio(0.5), ratio(0.95))
        let edges = (-8...16).map { exp2(Double($0) / 4) }
        let (lows, highs) = ([0] + edges, edges + [.infinity])
        bins = zip(lows, highs).map { .init(low: $0, high: $1.isFinite ? $1 : nil, share: share($0, $1)) }
    }
}
