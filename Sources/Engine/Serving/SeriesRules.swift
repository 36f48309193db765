import Files
import Prediction
import Workflows

/// Asks the rules about series, and no longer than a decision may take.
///
/// Growing trees takes seconds where much of a series is new. Then rules that learn in a moment answer, from the last values
/// alone, while the others go on: the next question about the series finds what they have learned.
final class SeriesRules: Sendable {
    /// What the rules forecast, without nodes.
    struct Answer: Sendable {
        var plan: CapacityPlan
        /// Why not all rules had a say; nil where they had.
        var reason: String?
    }

    /// What all rules learn; they have observed nothing.
    private let learned: LearnedSeriesCache
    /// New series are learned one at a time, for each takes all processors; those that are known do not wait for them.
    private let learning = AnsweringLanes<Result<CapacityPlan, any Error>>(1)
    private let going = AnsweringLanes<Result<CapacityPlan, any Error>>(4)
    private let spares = Limiter(4, waiting: IntelligentScheduler.waitingSearches)

    /// Rules that learn in a moment.
    private static let quick = RollingForecaster(members: [.ridge, .seasonal])
    /// Values that these learn from: a week of five-minute values.
    private static let quickValues = 2016

    /// - Parameter forecaster: what all rules learn with, which has observed nothing.
    init(_ forecaster: any CapacityForecaster = RollingTrainer.ensemble.train(on: [], seed: 1)) {
        learned = LearnedSeriesCache(forecaster)
    }

    /// Questions whose series began with one that had been learned from, and others.
    var counts: (hits: Int, misses: Int) { learned.counts }

    /// What is forecast of `series` within about `limit`: from its half on the quick rules are asked beside the others.
    ///
    /// - Throws: `InputError` with what is wrong with the question.
    func ask(_ series: MetricSeries, horizonSeconds: Double, within limit: Duration) async throws -> Answer {
        let spare = Task { [spares] in
            try await Task.sleep(for: limit / 2)
            return try await spares.run {
                try await offload {
                    try CapacityPlan(series.suffix(Self.quickValues), horizonSeconds: horizonSeconds, by: Self.quick)
                }
            }
        }
        defer { spare.cancel() }
        let lanes = learned.knows(series) ? going : learning
        let outcome = await lanes.ask(within: limit) { [learned] in
            Result { try CapacityPlan(series, horizonSeconds: horizonSeconds, by: learned.observed(series)) }
        }
        switch outcome {
        case .answered(let answer): return Answer(plan: try answer.get(), reason: nil)
        case .late: return Answer(plan: try await spare.value, reason: Self.why("are still learning the series", limit))
        case .notBegun: return Answer(plan: try await spare.value, reason: Self.why("are learning other series", limit))
        }
    }

    private static func why(_ what: String, _ limit: Duration) -> String {
        "ridge regression and the same time of day answer, from the last \(quickValues) values at the most: after "
            + "\(JSONValue.text(of: (limit / .milliseconds(1)).rounded())) ms the other rules \(what)"
    }
}
