import Files
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

    /// The version, in words.
    let name: String
    private let forecaster: ScoredForecaster
    private let learned: LearnedSeriesCache
    private let lanes = AnsweringLanes<Answer>(4)
    /// Only that it hangs counts: an error may be the question's.
    private let breaker: NIOLockedValueBox<CircuitBreaker>
    /// Seconds from anywhere, never backwards.
    private let clock: @Sendable () -> Double

    /// Each late answer takes all the time that there is: one is enough to leave the version out.
    init(_ forecaster: ScoredForecaster, clock: @escaping @Sendable () -> Double = ModelWatch.seconds) {
        name = "\(forecaster.manifest.name) \(forecaster.manifest.version)"
        (self.forecaster, self.clock) = (forecaster, clock)
        learned = LearnedSeriesCache(forecaster.forecaster)
        breaker = NIOLockedValueBox(CircuitBreaker(.init(failuresInARow: 1)))
    }

    /// Questions whose series began with one that it had learned from, and others.
    var seriesCacheCounts: (hits: Int, misses: Int) { learned.counts }

    /// What it forecasts of `series` within `limit`.
    func ask(_ series: MetricSeries, horizonSeconds: Double, within limit: Duration) async -> Answer {
        if let refusal = forecaster.refusal(for: series.name) { return .failed(refusal) }
        guard let pass = breaker.withLockedValue({ $0.admit(at: clock()) }) else {
            return .failed("\(name) is left out: it did not answer within \(ModelWatch.words(limit))")
        }
        let outcome = await lanes.ask(within: limit) { [forecaster, learned] in
            do throws(ScoredForecaster.Failure) {
                return .plan(
                    try forecaster.answer {
                        try CapacityPlan(series, horizonSeconds: horizonSeconds, by: learned.observed(series))
                    })
            } catch {
                return .failed(error.problem)
            }
        }
        let now = clock()
        switch outcome {
        case .answered(let answer):
            breaker.withLockedValue { $0.record(succeeded: true, pass, at: now) }
            return answer
        case .late:
            breaker.withLockedValue { $0.record(succeeded: false, pass, at: now) }
            return .failed("\(name) did not answer within \(ModelWatch.words(limit))")
        case .notBegun:
            breaker.withLockedValue { $0.giveBack(pass, at: now) }
            return .failed("\(name) was busy with other questions for \(ModelWatch.words(limit))")
        }
    }
}
