import Workflows

/// One forecast of a backtest beside what came.
public struct ForecastRow: Sendable, Hashable {
    /// The place of the last known value.
    public var origin: Int
    /// The value that came.
    public var actual: Double
    /// The forecast at each of `ForecastLevels.all`.
    public var quantiles: [Double]

    /// |actual - median|
    var absoluteError: Double { abs(actual - quantiles[ForecastLevels.median]) }

    /// The continuous ranked probability score from the quantiles: 2 ∫ ρ_q dq over q from 0 to 1, with
    /// ρ_q(y, x) = (q - [y < x]) (y - x), where each level stands for all that are nearer to it than to its neighbours
    /// (Gneiting and Ranjan, "Comparing Density Forecasts Using Threshold- and Quantile-Weighted Scoring Rules", 2011).
    var rankedProbabilityScore: Double {
        let levels = ForecastLevels.all
        var score = 0.0
        for place in levels.indices {
            let from = place == 0 ? 0 : (levels[place - 1] + levels[place]) / 2
            let to = place == levels.count - 1 ? 1 : (levels[place] + levels[place + 1]) / 2
            let distance = actual - quantiles[place]
            score += (to - from) * max(levels[place] * distance, (levels[place] - 1) * distance)
        }
        return 2 * score
    }
}
