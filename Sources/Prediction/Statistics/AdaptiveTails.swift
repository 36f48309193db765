import Workflows

/// How much wider than held-out executions say both sides of a forecast are kept, for that executions since lay outside.
///
/// After each execution the distance that the 0.95 quantile is moved out by becomes
///
///     θ ← max(0, θ + γ s (1[y above the moved quantile] - 0.05))
///
/// with s the distance of that quantile from the median, in ln, and the same below the 0.05 quantile; other quantiles move
/// as those of a normal distribution do. What is asked in order of time is then covered in the long run, however executions
/// drift (Gibbs and Candès, "Adaptive Conformal Inference Under Distribution Shift", 2021; quantiles are moved in place of
/// levels as in Angelopoulos, Candès and Tibshirani, "Conformal PID Control for Time Series Prediction", 2023).
struct AdaptiveTails: Hashable, Sendable {
    /// γ, the share of s by which an execution outside moves the quantile.
    private static let pace = 0.5
    /// The least s, so that what never varied can widen at all.
    private static let leastSpread = 0.02
    /// The share that is outside, on each side, of a calibrated forecast.
    private static let outside = 1 - ForecastLevels.all[ForecastLevels.high]

    /// Distances in ln, 0 or more.
    private(set) var (below, above) = (0.0, 0.0)

    /// Learns from an execution of which `residual` = ln(measured / forecast) was left, where `expected` were.
    mutating func observe(_ residual: Double, expected: ResidualDistribution) {
        func moved(_ distance: Double, level: Int, sign: Double) -> Double {
            // The side of a forecast never crosses its middle.
            let side = max(sign * expected.shifts[level], 0)
            let isOutside = sign * residual > side + distance
            let pace = Self.pace * max(side, Self.leastSpread)
            return max(0, distance + pace * ((isOutside ? 1 : 0) - Self.outside))
        }
        above = moved(above, level: ForecastLevels.high, sign: 1)
        below = moved(below, level: ForecastLevels.low, sign: -1)
    }

    /// `residuals` with both sides moved out.
    func widening(_ residuals: ResidualDistribution) -> ResidualDistribution {
        guard above > 0 || below > 0 else { return residuals }
        let shifts = zip(residuals.shifts, ForecastLevels.normalScores).map { shift, unit in
            shift + unit * (unit < 0 ? below : above)
        }
        return ResidualDistribution(shifts: shifts, count: residuals.count)
    }
}
