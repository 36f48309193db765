/// What a rolling backtest of a forecaster came to.
public struct ForecasterReport: Codable, Sendable {
    /// One kind of forecaster.
    public struct Entry: Codable, Sendable {
        /// Its kind.
        public var name: String
        /// Its figures.
        public var metrics: ForecastMetrics
    }

    /// One series at one horizon.
    public struct Cell: Codable, Sendable {
        /// The series.
        public var series: String
        /// Seconds from the last known value to the forecast.
        public var horizonSeconds: Double
        /// The mean |yₜ - yₜ₋ₘ| of the training part, in the unit of the series.
        public var scale: Double
        /// What is evaluated.
        public var ours: ForecastMetrics
        /// The references, on the same windows.
        public var references: [Entry]
        /// The reference with the least MASE.
        public var bestReference: String
        /// 1 - MASE of ours / MASE of the best reference; see ``ForecastMetrics/skill(over:)``.
        public var skill: Double
        /// MASE of the best reference minus ours, paired by origin, with an interval by resampling blocks of origins.
        public var difference: Estimate
        /// What that difference says.
        public var verdict: PredictorReport.Verdict

        /// ``skill`` with its interval, that of ``difference``, and the skill of each reference over the best of them.
        public var skills: (ours: Estimate, references: [String: Double]) {
            let best = references.first { $0.name == bestReference }?.metrics ?? ours
            func share(_ difference: Double) -> Double {
                let share = difference / best.mase
                return share.isFinite ? share : skill
            }
            return (
                Estimate(value: skill, low: share(difference.low), high: share(difference.high)),
                Dictionary(uniqueKeysWithValues: references.map { ($0.name, $0.metrics.skill(over: best)) })
            )
        }
    }

    /// The kind that is evaluated.
    public var kind: String
    /// The seed of everything random.
    public var seed: UInt64
    /// The share of each series that is trained on.
    public var trainingShare: Double
    /// By series, then by horizon.
    public var cells: [Cell]
}
