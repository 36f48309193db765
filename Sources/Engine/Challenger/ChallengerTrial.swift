import Decisions
import Files
import Foundation

/// How a challenger does on live traffic, and whether it breaks a guardrail.
///
/// A value without a clock: a function of what it is told.
struct ChallengerTrial: Sendable {
    /// What a version is accurate in.
    enum Subject: Sendable, Hashable {
        /// Forecasts, on outcomes.
        case forecasts
        /// Plans, by their makespan.
        case plans

        fileprivate func words(loss: String, outcomes: Int) -> String {
            switch self {
            case .forecasts: "is less accurate than the champion by \(loss) on \(outcomes) outcomes"
            case .plans: "plans longer than the champion by \(loss) of its makespan on \(outcomes) workflows"
            }
        }
    }

    /// What ends a trial.
    struct Guardrails: Sendable, Hashable {
        /// What it is scored on.
        var subject = Subject.forecasts
        /// Questions that it takes to judge failures and latency.
        var leastQuestions = 20
        /// The share of questions without an answer in time that is too large.
        var failureShare = 0.05
        /// The 95th percentile of the seconds to an answer that is too large.
        var seconds: Double
        /// The last questions that the share and the percentile are taken over.
        var window = 100
        /// Outcomes, or plans, that it takes to judge the accuracy.
        var leastOutcomes = 30
        /// The mean loss of accuracy against the champion that matters at all.
        var leastLoss = 0.005
        /// How often a challenger that is as accurate as the champion may be taken away for chance, however long its trial is.
        var falseAlarms = 0.01
    }

    let version: ModelReference
    let guardrails: Guardrails
    private(set) var questions = 0
    private(set) var failures = 0
    /// Which of the last questions had no answer.
    private var misses: LastValues<Bool>
    /// The seconds of the last questions whose time is judged.
    private var latencies: LastValues<Double>
    /// Outcomes, or plans, that both were scored on.
    private(set) var outcomes = 0
    /// The mean of what it gained in accuracy over the champion, and the sum of squares around it.
    private(set) var meanGain = 0.0
    private var squares = 0.0
    private var lastFailure = ""

    init(_ version: ModelReference, _ guardrails: Guardrails) {
        self.version = version
        self.guardrails = guardrails
        misses = LastValues(guardrails.window)
        latencies = LastValues(guardrails.window)
    }

    /// Takes in how one question went.
    ///
    /// - Parameter seconds: what it took; nil where that is not to be judged.
    mutating func answer(seconds: Double?, failure: String?) {
        if let seconds { latencies.append(seconds) }
        misses.append(failure != nil)
        questions += 1
        guard let failure else { return }
        failures += 1
        lastFailure = failure
    }

    /// Takes in that it had no answer in time where it was to be scored.
    mutating func miss(_ why: String) { answer(seconds: nil, failure: why) }

    /// Takes in by how much it was more accurate than the champion on one outcome, or its plan shorter (Welford, "Note on a method for
    /// calculating corrected sums of squares and products", 1962).
    mutating func score(gain: Double) {
        guard gain.isFinite else { return }
        outcomes += 1
        let distance = gain - meanGain
        meanGain += distance / Double(outcomes)
        squares += distance * (gain - meanGain)
    }

    /// The 95th percentile of the seconds of the last questions; 0 where there are none.
    var slowSeconds: Double {
        let sorted = latencies.values.sorted()
        return sorted.isEmpty ? 0 : sorted[min((sorted.count * 95 + 99) / 100, sorted.count) - 1]
    }

    /// The guardrail that it breaks, in words; nil where it breaks none.
    var breach: String? {
        let name = "\(version.name) \(version.version)"
        let (count, missed) = (misses.values.count, misses.values.count(where: \.self))
        if count >= guardrails.leastQuestions, Double(missed) > guardrails.failureShare * Double(count) {
            return "error rate: \(missed) of \(count) questions had no answer in time; \(lastFailure)"
        }
        if latencies.values.count >= guardrails.leastQuestions {
            let slow = slowSeconds
            if slow > guardrails.seconds {
                return "latency: \(Self.words(slow * 1000)) ms at the 95th percentile, above "
                    + "\(Self.words(guardrails.seconds * 1000)) ms"
            }
        }
        guard outcomes >= guardrails.leastOutcomes else { return nil }
        let error = (squares / Double(outcomes - 1) / Double(outcomes)).squareRoot()
        guard -meanGain > max(guardrails.leastLoss, standardErrors * error) else { return nil }
        let words = guardrails.subject.words(loss: Self.words(-meanGain), outcomes: outcomes)
        return "live accuracy: \(name) \(words)"
    }

    /// How many standard errors of the mean chance explains, also where it is looked at after each outcome: the boundary of the
    /// law of the iterated logarithm (Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric, nonasymptotic
    /// confidence sequences", 2021, equation 2) for values that spread as a normal distribution of their variance.
    private var standardErrors: Double {
        1.7 * (log(log(2 * Double(outcomes))) + 0.72 * log(5.2 / guardrails.falseAlarms)).squareRoot()
    }

    private static func words(_ value: Double) -> String {
        JSONValue.text(of: (value * 10_000).rounded() / 10_000)
    }
}

/// The last ones of a row of values, in no order.
private struct LastValues<Value: Sendable>: Sendable {
    private(set) var values: [Value] = []
    private let capacity: Int
    private var count = 0

    init(_ capacity: Int) {
        precondition(capacity > 0, "the last \(capacity) values")
        self.capacity = capacity
    }

    mutating func append(_ value: Value) {
        if values.count < capacity { values.append(value) } else { values[count % capacity] = value }
        count += 1
    }
}

/// How a challenger does.
public struct ChallengerFigures: Sendable, Hashable {
    /// The version; nil where none is on trial.
    public var version: ModelReference?
    /// Questions that it was asked.
    public var questions = 0
    /// Those of them that it answered for.
    public var acted = 0
    /// Questions that it had no answer to in time.
    public var failures = 0
    /// The 95th percentile of the seconds of the last questions.
    public var slowSeconds = 0.0
    /// Outcomes that a predictor was scored on beside the champion; workflows that an optimizer proposed a plan for beside it.
    public var outcomes = 0
    /// What a predictor gained in accuracy over the champion on them, on average, from -1 to 1; by what share of the champion's
    /// makespan the plans of an optimizer were shorter.
    public var meanGain = 0.0
    /// Challengers that were taken away since the start for breaking a guardrail.
    public var rollbacks = 0
}
