import Models
import NIOConcurrencyHelpers
import Prediction
import Workflows

/// Asks the forecaster of one version, and no longer than it may take: one that hangs is answered for by rules, and left
/// out for a while.
final class ForecasterWatch: Sendable {
    /// What a version answered.
    enum Answer: Sendable {
        /// The forecasts, without nodes.
        case plan(CapacityPlan)
        /// It did not, and why.
        case failed(String)
    }

    private let forecaster: ScoredForecaster
    private let learned: LearnedSeriesCache
    private let lanes = AnsweringLanes<Answer>(4)
    /// Only that it hangs counts: an error may be the question's.
    let record: AnsweringRecord

    /// Each late answer takes all the time that there is, and goes on taking a processor: one is enough to leave the version out.
    /// Where the series was new to it and it comes to its end after all, it has learned it, and is asked again at once.
    init(_ forecaster: ScoredForecaster, clock: @escaping @Sendable () -> Double = ModelWatch.seconds) {
        self.forecaster = forecaster
        record = AnsweringRecord(
            "\(forecaster.manifest.name) \(forecaster.manifest.version)", limits: .init(failuresInARow: 1), clock: clock
        )
        learned = LearnedSeriesCache(forecaster.forecaster)
    }

    /// Questions whose series began with one that it had learned from, and others.
    var seriesCacheCounts: (hits: Int, misses: Int) { learned.counts }

    /// What it forecasts of `series` within `limit`.
    func ask(_ series: MetricSeries, horizonSeconds: Double, within limit: Duration) async -> Answer {
        if let refusal = forecaster.refusal(for: series.name) { return .failed(refusal) }
        guard let pass = record.admit() else { return .failed(record.whyLeftOut) }
        let stand = NIOLockedValueBox(Stand.waitedFor)
        let isNew = !learned.knows(series)
        let outcome = await lanes.ask(within: limit) { [forecaster, learned, record] in
            do throws(ScoredForecaster.Failure) {
                let plan = try forecaster.answer {
                    try CapacityPlan(series, horizonSeconds: horizonSeconds, by: learned.observed(series))
                }
                if isNew, Self.reach(.ended, stand) == .late { record.recover() }
                return .plan(plan)
            } catch {
                return .failed(error.problem)
            }
        }
        switch outcome {
        case .answered(let answer):
            record.record(pass, failure: nil)
            return answer
        case .late:
            let why = record.recordLate(pass, limit)
            if Self.reach(.late, stand) == .ended { record.recover() }
            return .failed(why)
        case .notBegun:
            record.giveBack(pass)
            return .failed(record.busy(limit))
        }
    }

    /// How it stands with an answer.
    private enum Stand { case waitedFor, late, ended }

    /// It stands with an answer as in `next` now; how it stood before.
    private static func reach(_ next: Stand, _ stand: NIOLockedValueBox<Stand>) -> Stand {
        stand.withLockedValue { stand in
            defer { stand = next }
            return stand
        }
    }

    /// How it does, for figures.
    var condition: ModelCondition { record.condition(abandoned: lanes.abandoned) }
}
