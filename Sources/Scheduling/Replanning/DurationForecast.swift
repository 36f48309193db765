import Glibc
import Workflows

/// What is expected of a task's duration, in seconds at speed 1: three quantiles, and between and beyond them two halves of
/// lognormal distributions that meet at the median.
///
/// T = p50 exp(z s), z standard normal, where s = ln(p95 / p50) / 1.645 above the median and ln(p50 / p05) / 1.645 below.
public struct DurationForecast: Sendable, Hashable {
    /// The quantile 0.05.
    public let p05: Double
    /// The median.
    public let p50: Double
    /// The quantile 0.95.
    public let p95: Double

    /// The quantile 0.95 of the standard normal distribution.
    private static let upperScore = 1.6448536269514722

    /// A forecast with these quantiles. A median of 0 means that the task has no length at all; where only the lower
    /// quantile is 0, the distribution is as wide below the median as above.
    ///
    /// - Precondition: 0 ≤ p05 ≤ p50 ≤ p95, all finite.
    public init(p05: Double, p50: Double, p95: Double) {
        precondition(
            0 <= p05 && p05 <= p50 && p50 <= p95 && p95.isFinite, "quantiles \(p05), \(p50), \(p95) of a duration")
        (self.p05, self.p50, self.p95) = (p05, p50, p95)
    }

    /// The lognormal distribution with this median, where the logarithm has the standard deviation `sigma`.
    public init(median: Double, sigma: Double) {
        self.init(
            p05: median * Glibc.exp(-sigma * Self.upperScore), p50: median,
            p95: median * Glibc.exp(sigma * Self.upperScore))
    }

    /// A predictor's forecast, where quantiles that cross are taken in order.
    public init(_ quantity: PredictedQuantity) {
        let median = max(quantity.p50, 0)
        self.init(p05: max(0, min(quantity.p05, median)), p50: median, p95: max(quantity.p95, median))
    }

    private var upperSpread: Double { p50 > 0 ? (Glibc.log(p95) - Glibc.log(p50)) / Self.upperScore : 0 }
    private var lowerSpread: Double { p05 > 0 ? (Glibc.log(p50) - Glibc.log(p05)) / Self.upperScore : upperSpread }

    /// The standard deviation of the logarithm, the mean of both halves; 0 where the median is.
    public var deviation: Double { (upperSpread + lowerSpread) / 2 }

    /// The duration at the normal score `z`: -1.645 gives p05, 0 the median, 1.645 p95.
    public func duration(at z: Double) -> Double {
        p50 > 0 ? p50 * Glibc.exp(z * (z > 0 ? upperSpread : lowerSpread)) : 0
    }

    /// The mean: p50 (exp(u² / 2) F(u) + exp(l² / 2) F(-l)), with the spreads u above and l below the median and the normal
    /// distribution function F.
    public var mean: Double {
        func share(_ score: Double) -> Double { Glibc.erfc(-score / 2.0.squareRoot()) / 2 }
        let (upper, lower) = (upperSpread, lowerSpread)
        return p50 * (Glibc.exp(upper * upper / 2) * share(upper) + Glibc.exp(lower * lower / 2) * share(-lower))
    }
}
