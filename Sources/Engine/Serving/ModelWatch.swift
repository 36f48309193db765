import Files
import Models
import NIOConcurrencyHelpers
import Workflows

/// Asks the predictor of one version, and watches how it answers: whether it may be asked, and how quick it is.
///
/// A version of a kind that cannot hang is asked on the thread of the question while it is known to be quick. Any other
/// is asked on a lane, and not waited for beyond the limit.
final class ModelWatch: Sendable {
    /// What a version answered.
    enum Answer: Sendable {
        case predictions([ResourcePrediction])
        /// It did not, and why.
        case failed(String)
        /// It was not asked, as it was busy with other questions.
        case busy(String)

        /// What it forecast; nil where it did not.
        var predictions: [ResourcePrediction]? {
            if case .predictions(let predictions) = self { predictions } else { nil }
        }

        /// Why it did not forecast; nil where it did.
        var problem: String? {
            switch self {
            case .predictions: nil
            case .failed(let why), .busy(let why): why
            }
        }
    }

    /// Tasks that are forecast on the thread of the question; more keep it for too long.
    static let quickForecasts = 64
    /// A version is quick where it is expected to take no more than this share of the limit.
    private static let quickShare = 0.25
    /// The share of the limit that the heuristic has when the version has not answered.
    private static let reserve = 0.1

    private let record: AnsweringRecord
    private let lanes: AnsweringLanes<Answer>
    /// Where it is asked what no one waits for to decide, each purpose on its own: neither waits for the other.
    private let scores = AnsweringLanes<Answer>(1)
    private let explanations = AnsweringLanes<Answer>(1)
    private let pace = NIOLockedValueBox(AnsweringPace())

    init(
        _ name: String, lanes: Int = 4, limits: CircuitBreaker.Limits = .init(),
        clock: @escaping @Sendable () -> Double = ModelWatch.seconds
    ) {
        record = AnsweringRecord(name, limits: limits, clock: clock)
        self.lanes = AnsweringLanes(lanes)
    }

    private static let start = ContinuousClock.now

    /// Seconds since the first question about the time.
    static let seconds: @Sendable () -> Double = { (ContinuousClock.now - start) / .seconds(1) }

    /// What `predictor` says of `tasks` within `limit`.
    func ask(_ predictor: any PublishablePredictor, _ tasks: [TaskSpec], within limit: Duration) async -> Answer {
        guard let pass = record.admit() else { return .failed(record.whyLeftOut) }
        let expected = pace.withLockedValue { $0.seconds(for: tasks.count) }
        let seconds = limit / .seconds(1)
        if predictor.isBounded, tasks.count <= Self.quickForecasts, let expected, expected < Self.quickShare * seconds {
            let (answer, took) = timed(predictor, tasks)
            let isLate = took > seconds
            record.record(pass, failure: isLate ? record.late(limit) : answer.problem, isLate: isLate)
            // It is there, and waiting for another one would take longer.
            return answer
        }
        switch await lanes.ask(within: limit * (1 - Self.reserve), { self.timed(predictor, tasks).answer }) {
        case .answered(let answer):
            record.record(pass, failure: answer.problem)
            return answer
        case .late:
            return .failed(record.recordLate(pass, limit))
        case .notBegun:
            record.giveBack(pass)
            return .busy(record.busy(limit))
        }
    }

    /// What a version is asked for where that decides nothing.
    enum Purpose: Sendable {
        /// It is compared with what came of it.
        case score
        /// It is found out what moves a forecast.
        case explanation
    }

    /// What `predictor` says of `tasks` within `limit`, where that decides nothing: one question of a purpose at a time, and
    /// nothing is noted of how it answers.
    func probe(
        _ predictor: any PublishablePredictor, _ tasks: [TaskSpec], for purpose: Purpose, within limit: Duration
    ) async -> Answer {
        let lane =
            switch purpose {
            case .score: scores
            case .explanation: explanations
            }
        switch await lane.ask(within: limit, { self.answer(predictor, tasks) }) {
        case .answered(let answer): return answer
        case .late: return .failed(record.late(limit))
        case .notBegun: return .busy(record.busy(limit))
        }
    }

    /// What it says, checked, and the seconds that it took, which the pace takes note of.
    private func timed(_ predictor: any PublishablePredictor, _ tasks: [TaskSpec]) -> (answer: Answer, took: Double) {
        let began = ContinuousClock.now
        let answer = answer(predictor, tasks)
        let took = (ContinuousClock.now - began) / .seconds(1)
        pace.withLockedValue { $0.observe(seconds: took, tasks: tasks.count) }
        return (answer, took)
    }

    private func answer(_ predictor: any PublishablePredictor, _ tasks: [TaskSpec]) -> Answer {
        do {
            let predictions = try predictor.predict(tasks)
            guard predictions.count == tasks.count,
                predictions.allSatisfy({ $0.cpu.isSound && $0.memory.isSound && $0.duration.isSound })
            else { return .failed("\(record.name) gave numbers that are no forecast") }
            return .predictions(predictions)
        } catch {
            return .failed(record.failed(error))
        }
    }

    /// How it does, for figures.
    var condition: ModelCondition {
        var condition = record.condition(abandoned: lanes.abandoned)
        condition.abandonedProbes = scores.abandoned + explanations.abandoned
        condition.secondsPerTask = pace.withLockedValue { $0.secondsPerTask }
        return condition
    }
}

/// How long a version takes for one task: what it took at the worst lately.
struct AnsweringPace: Sendable, Hashable {
    private(set) var secondsPerTask: Double?
    /// Answers after which a slow one is nearly forgotten.
    private static let memory = 16.0

    /// What `count` tasks will take; nil where nothing is known.
    func seconds(for count: Int) -> Double? { secondsPerTask.map { $0 * Double(count) } }

    /// Takes in one answer: it rises at once and falls by and by.
    mutating func observe(seconds: Double, tasks count: Int) {
        let own = seconds / Double(max(count, 1))
        guard let before = secondsPerTask, own < before else { return secondsPerTask = own }
        secondsPerTask = before + (own - before) / Self.memory
    }
}
