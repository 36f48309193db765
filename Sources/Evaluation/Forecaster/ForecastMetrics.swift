import Workflows

/// Figures of one kind of forecaster for one series and horizon.
public struct ForecastMetrics: Codable, Hashable, Sendable {
    /// Forecasts that were tested.
    public var rows: Int
    /// Mean absolute scaled error: |error| over the mean |yₜ - yₜ₋ₘ| of the training part, where m is a day (Hyndman and
    /// Koehler, "Another Look at Measures of Forecast Accuracy", 2006).
    public var mase: Double
    /// Continuous ranked probability score over the same scale.
    public var crps: Double
    /// Share of values from quantile 0.05 to quantile 0.95.
    public var coverage90: Double
    /// Share of values at or below quantile 0.95.
    public var coverage95: Double

    /// 1 - MASE / MASE of `reference`. Nothing has skill over a reference that makes no error: 0 where there is none here
    /// either, else -1.
    public func skill(over reference: ForecastMetrics) -> Double {
        let ratio = mase / reference.mase
        return ratio.isFinite ? 1 - ratio : mase > 0 ? -1 : 0
    }

    /// The figures of `rows`, of which there is at least one.
    init(_ rows: [ForecastRow], scale: Double) {
        precondition(!rows.isEmpty && scale > 0, "\(rows.count) rows on a scale of \(scale)")
        let count = Double(rows.count)
        self.rows = rows.count
        mase = rows.reduce(0) { $0 + $1.absoluteError } / count / scale
        crps = rows.reduce(0) { $0 + $1.rankedProbabilityScore } / count / scale
        let below = rows.count { $0.actual <= $0.quantiles[ForecastLevels.high] }
        let inside = rows.count {
            $0.actual >= $0.quantiles[ForecastLevels.low] && $0.actual <= $0.quantiles[ForecastLevels.high]
        }
        (coverage90, coverage95) = (Double(inside) / count, Double(below) / count)
    }
}
