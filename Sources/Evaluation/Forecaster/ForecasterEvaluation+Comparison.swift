import Files
import Workflows

extension ForecasterEvaluation {
    /// Another forecaster on the windows of one series at one horizon.
    public struct PairedScore: Sendable {
        /// The place of the series at the horizon among the cells of the report.
        public var cell: Int
        /// Forecasts that both gave.
        public var rows: Int
        /// Skill of the other one over the best reference, on these windows.
        public var skill: Double
        /// Skill of ours minus that of the other one, paired by origin, with an interval by resampling blocks of origins.
        public var difference: Estimate
    }

    /// Asks `other`, as it is, from those origins of the backtest that lie at `moment` or behind it: what it learned from
    /// ends there. With e the absolute errors and r those of the best reference, its skill is 1 - ē / r̄ (with the mean
    /// over these windows), and the difference to ours is the mean of (e - e of ours) / r̄.
    ///
    /// A series at a horizon is left out where the windows are fewer than four blocks of those that hang together: too few
    /// for an interval; and a series that `other` does not forecast.
    public func compare(with other: any CapacityForecaster, notBefore moment: Double) -> [PairedScore] {
        var scores: [PairedScore] = []
        var first = 0
        for (place, backtest) in backtests.enumerated() {
            let horizons = backtest.steps.indices.filter { !rows[0][place][$0].isEmpty }
            defer { first += horizons.count }
            guard let theirs = try? backtest.run(other, notBefore: moment) else { continue }
            for (cell, horizon) in zip(first..., horizons) {
                guard let best = references.firstIndex(of: report.cells[cell].bestReference),
                    let found = score(
                        theirs[horizon], against: rows[0][place][horizon], reference: rows[1 + best][place][horizon],
                        step: backtest.steps[horizon])
                else { continue }
                scores.append(
                    PairedScore(
                        cell: cell, rows: theirs[horizon].count, skill: found.skill, difference: found.difference))
            }
        }
        return scores
    }

    private func score(
        _ theirs: [ForecastRow], against ours: [ForecastRow], reference: [ForecastRow], step: Int
    ) -> (skill: Double, difference: Estimate)? {
        let length = BlockBootstrap.length(ofWindow: step)
        guard theirs.count >= 4 * length else { return nil }
        // The same origins: the last ones, whose values are all there.
        let (ours, reference) = (ours.suffix(theirs.count), reference.suffix(theirs.count))
        precondition(ours.map(\.origin) == theirs.map(\.origin), "forecasts from other origins")
        func mean(_ rows: some Collection<ForecastRow>) -> Double {
            rows.reduce(0) { $0 + $1.absoluteError } / Double(rows.count)
        }
        let unit = mean(reference)
        guard unit > 0 else { return nil }
        return (
            1 - mean(theirs) / unit,
            BlockBootstrap.estimate(
                zip(theirs, ours).map { ($0.absoluteError - $1.absoluteError) / unit }, blockLength: length,
                seed: report.seed)
        )
    }
}
