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
    /// Threads of their own: those that all share are busy with trees.
    private let spares = AnsweringLanes<Result<CapacityPlan, any Error>>(
        4, waiting: IntelligentScheduler.waitingSearches)

    /// Rules that learn in a moment.
    static let quick = RollingForecaster(members: [.ridge, .seasonal])
    /// Values that these learn from: a week of five-minute values.
    static let quickValues = 2016

    /// - Parameter forecaster: what all rules learn with, which has observed nothing.
    init(_ forecaster: any CapacityForecaster = RollingTrainer.ensemble.train(on: [], seed: 1)) {
        learned = LearnedSeriesCache(forecaster)
    }

    /// Questions whose series began with one that had been learned from, and others.
    var counts: (hits: Int, misses: Int) { learned.counts }

    /// What is forecast of `series` within about `limit`: beside the others the quick rules are asked, at once where the series is
    /// new and from the half of the limit on where it is known. Of a new one the others have a part of the limit only, for most
    /// need far longer, and what they go on with slows down the rest of the way.
    ///
    /// - Throws: `InputError` with what is wrong with the question.
    func ask(_ series: MetricSeries, horizonSeconds: Double, within limit: Duration) async throws -> Answer {
        let isKnown = learned.knows(series)
        let patience = isKnown ? limit : limit * Self.patience
        // Nobody waits for it once the others have answered.
        let spare = Task(executorPreference: TaskThread.ofItsOwn()) {
            try await self.spare(series, horizonSeconds: horizonSeconds, after: isKnown ? limit / 2 : .zero)
        }
        defer { spare.cancel() }
        let outcome = await (isKnown ? going : learning).ask(within: patience) { [learned] in
            Result { try CapacityPlan(series, horizonSeconds: horizonSeconds, by: learned.observed(series)) }
        }
        switch outcome {
        case .answered(let answer): return Answer(plan: try answer.get(), reason: nil)
        case .late:
            return Answer(plan: try await spare.value, reason: Self.why("are still learning the series", patience))
        case .notBegun:
            return Answer(plan: try await spare.value, reason: Self.why("are learning other series", patience))
        }
    }

    /// What the quick rules forecast, asked after `delay`.
    private func spare(_ series: MetricSeries, horizonSeconds: Double, after delay: Duration) async throws
        -> CapacityPlan
    {
        if delay > .zero { try await Task.sleep(for: delay) }
        let outcome = await spares.ask(within: Self.spareLimit) {
            Result {
                try CapacityPlan(series.suffix(Self.quickValues), horizonSeconds: horizonSeconds, by: Self.quick)
            }
        }
        guard case .answered(let answer) = outcome else { throw EngineError.overloaded }
        return try answer.get()
    }

    /// The part of the limit that rules have which learn a new series.
    private static let patience = 0.6
    /// For how long a question waits for the quick rules before it is told that there are too many.
    private static let spareLimit = Duration.seconds(10)

    private static func why(_ what: String, _ limit: Duration) -> String {
        "ridge regression and the same time of day answer, from the last \(quickValues) values at the most: after "
            + "\(JSONValue.text(of: (limit / .milliseconds(1)).rounded())) ms the other rules \(what)"
    }
}
