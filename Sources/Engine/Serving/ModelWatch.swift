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

    private struct State {
        var breaker: CircuitBreaker
        var pace = AnsweringPace()
        var lastFailure = ""
        var asked = 0
        var failures = 0
        var late = 0
        var leftOut = 0
    }

    /// Tasks that are forecast on the thread of the question; more keep it for too long.
    static let quickForecasts = 64
    /// A version is quick where it is expected to take no more than this share of the limit.
    private static let quickShare = 0.25
    /// The share of the limit that the heuristic has when the version has not answered.
    private static let reserve = 0.1

    /// The version, in words.
    let name: String
    private let lanes: AnsweringLanes<Answer>
    /// Where it is asked what no one waits for to decide, each purpose on its own: neither waits for the other.
    private let scores = AnsweringLanes<Answer>(1)
    private let explanations = AnsweringLanes<Answer>(1)
    private let state: NIOLockedValueBox<State>
    /// Seconds from anywhere, never backwards.
    private let clock: @Sendable () -> Double

    init(
        _ name: String, lanes: Int = 4, limits: CircuitBreaker.Limits = .init(),
        clock: @escaping @Sendable () -> Double = ModelWatch.seconds
    ) {
        self.name = name
        self.lanes = AnsweringLanes(lanes)
        self.clock = clock
        state = NIOLockedValueBox(State(breaker: CircuitBreaker(limits)))
    }

    private static let start = ContinuousClock.now

    /// Seconds since the first question about the time.
    static let seconds: @Sendable () -> Double = { (ContinuousClock.now - start) / .seconds(1) }

    /// What `predictor` says of `tasks` within `limit`.
    func ask(_ predictor: any PublishablePredictor, _ tasks: [TaskSpec], within limit: Duration) async -> Answer {
        let now = clock()
        let (pass, expected) = state.withLockedValue { state in
            let pass = state.breaker.admit(at: now)
            if pass == nil { state.leftOut += 1 } else { state.asked += 1 }
            return (pass, state.pace.seconds(for: tasks.count))
        }
        guard let pass else { return .failed(whyLeftOut(at: now)) }
        let seconds = limit / .seconds(1)
        if predictor.isBounded, tasks.count <= Self.quickForecasts, let expected, expected < Self.quickShare * seconds {
            let (answer, took) = timed(predictor, tasks)
            let isLate = took > seconds
            record(isLate ? late(limit) : answer, pass, isLate: isLate)
            // It is there, and waiting for another one would take longer.
            return answer
        }
        switch await lanes.ask(within: limit * (1 - Self.reserve), { self.timed(predictor, tasks).answer }) {
        case .answered(let answer):
            record(answer, pass, isLate: false)
            return answer
        case .late:
            record(late(limit), pass, isLate: true)
            return late(limit)
        case .notBegun:
            let now = clock()
            state.withLockedValue { state in
                state.asked -= 1
                state.leftOut += 1
                state.breaker.giveBack(pass, at: now)
            }
            return .busy("\(name) was busy with other questions for \(Self.words(limit))")
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
        case .late: return late(limit)
        case .notBegun: return .busy("\(name) was busy with other questions for \(Self.words(limit))")
        }
    }

    static func words(_ limit: Duration) -> String { "\(JSONValue.text(of: limit / .milliseconds(1))) ms" }

    private func late(_ limit: Duration) -> Answer {
        .failed("\(name) did not answer within \(Self.words(limit))")
    }

    /// What it says, checked, and the seconds that it took, which the pace takes note of.
    private func timed(_ predictor: any PublishablePredictor, _ tasks: [TaskSpec]) -> (answer: Answer, took: Double) {
        let began = ContinuousClock.now
        let answer = answer(predictor, tasks)
        let took = (ContinuousClock.now - began) / .seconds(1)
        state.withLockedValue { $0.pace.observe(seconds: took, tasks: tasks.count) }
        return (answer, took)
    }

    private func answer(_ predictor: any PublishablePredictor, _ tasks: [TaskSpec]) -> Answer {
        do {
            let predictions = try predictor.predict(tasks)
            guard predictions.count == tasks.count,
                predictions.allSatisfy({ $0.cpu.isSound && $0.memory.isSound && $0.duration.isSound })
            else { return .failed("\(name) gave numbers that are no forecast") }
            return .predictions(predictions)
        } catch {
            return .failed("\(name) failed: \((error as? InputError)?.problem ?? "an unexpected error")")
        }
    }

    private func record(_ answer: Answer, _ pass: CircuitBreaker.Pass, isLate: Bool) {
        let now = clock()
        state.withLockedValue { state in
            var succeeded = true
            if case .failed(let why) = answer {
                succeeded = false
                state.lastFailure = why
                state.failures += 1
                if isLate { state.late += 1 }
            }
            state.breaker.record(succeeded: succeeded, pass, at: now)
        }
    }

    private func whyLeftOut(at now: Double) -> String {
        state.withLockedValue { state in
            let next =
                switch state.breaker.state {
                case .open(let until): "it is tried again in \(Int(max(until - now, 1).rounded(.up))) s"
                case .closed, .halfOpen: "it is being tried again"
                }
            return "\(name) is left out: \(next); its last failure: \(state.lastFailure)"
        }
    }

    /// How it does, for figures.
    var condition: ModelCondition {
        let (abandoned, abandonedProbes) = (lanes.abandoned, scores.abandoned + explanations.abandoned)
        return state.withLockedValue { state in
            ModelCondition(
                circuit: state.breaker.state.words, openings: state.breaker.openings, asked: state.asked,
                failures: state.failures, late: state.late, leftOut: state.leftOut, abandoned: abandoned,
                abandonedProbes: abandonedProbes, secondsPerTask: state.pace.secondsPerTask)
        }
    }
}

/// How a version has answered since it took over.
public struct ModelCondition: Sendable, Hashable {
    /// `closed`: it is asked; `open`: it is left out; `half-open`: one question went to it on trial.
    public var circuit: String
    /// How often it came to be left out.
    public var openings: Int
    /// Questions that it was asked.
    public var asked: Int
    /// Those that it gave no forecast for, or not in time.
    public var failures: Int
    /// Those that it did not answer in time.
    public var late: Int
    /// Questions that it was not asked: it was left out, or had no time for them.
    public var leftOut: Int
    /// Questions that it works on though nobody waits for them any more.
    public var abandoned: Int
    /// What it was asked beside the questions, to be scored or explained, and works on though nobody waits for it any more.
    public var abandonedProbes: Int
    /// What it takes for one task, the slow ones lately counting most; nil where it was not asked yet.
    public var secondsPerTask: Double?
    /// Tasks that were answered as an equal one was before, in the same state of the statistics.
    public var cacheHits = 0
    /// Tasks that it had to be asked about.
    public var cacheMisses = 0
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

extension IntelligentScheduler {
    /// How the version that serves has answered; nil where none does.
    public var modelCondition: ModelCondition? {
        let served = model.snapshot
        guard var condition = served.watch?.condition else { return nil }
        (condition.cacheHits, condition.cacheMisses) = served.cacheCounts
        return condition
    }
}
