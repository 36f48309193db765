import Files
import NIOConcurrencyHelpers

/// How one version answers, and whether it is asked for that: its circuit breaker and its figures, whatever it is asked.
final class AnsweringRecord: Sendable {
    private struct State {
        var breaker: CircuitBreaker
        var lastFailure = ""
        var asked = 0
        var failures = 0
        var late = 0
        var leftOut = 0
    }

    /// The version, in words.
    let name: String
    private let state: NIOLockedValueBox<State>
    /// Seconds from anywhere, never backwards.
    private let clock: @Sendable () -> Double

    init(_ name: String, limits: CircuitBreaker.Limits, clock: @escaping @Sendable () -> Double) {
        (self.name, self.clock) = (name, clock)
        state = NIOLockedValueBox(State(breaker: CircuitBreaker(limits)))
    }

    /// Leave to ask the version once; nil where it is left out.
    func admit() -> CircuitBreaker.Pass? {
        let now = clock()
        return state.withLockedValue { state in
            let pass = state.breaker.admit(at: now)
            if pass == nil { state.leftOut += 1 } else { state.asked += 1 }
            return pass
        }
    }

    /// Takes in that the version answered, or why it did not.
    func record(_ pass: CircuitBreaker.Pass, failure: String?, isLate: Bool = false) {
        let now = clock()
        state.withLockedValue { state in
            if let failure {
                state.lastFailure = failure
                state.failures += 1
                if isLate { state.late += 1 }
            }
            state.breaker.record(succeeded: failure == nil, pass, at: now)
        }
    }

    /// Takes in that what the version was late with has come to a good end, and will not take as long again.
    func recover() { state.withLockedValue { $0.breaker.close() } }

    /// Takes back leave that was not used: the version had no time for the question.
    func giveBack(_ pass: CircuitBreaker.Pass) {
        let now = clock()
        state.withLockedValue { state in
            state.asked -= 1
            state.leftOut += 1
            state.breaker.giveBack(pass, at: now)
        }
    }

    /// Takes in that the version did not answer within `limit`; so in words.
    ///
    /// - Parameter isJudged: whether it should have.
    func recordLate(_ pass: CircuitBreaker.Pass, _ limit: Duration, isJudged: Bool = true) -> String {
        let words = late(limit)
        if isJudged { record(pass, failure: words, isLate: true) } else { giveBack(pass) }
        return words
    }

    /// That it did not answer within `limit`.
    func late(_ limit: Duration) -> String { "\(name) did not answer within \(Self.words(limit))" }

    /// That it was not asked within `limit`.
    func busy(_ limit: Duration) -> String { "\(name) was busy with other questions for \(Self.words(limit))" }

    /// What is wrong with it, from what it throws.
    func failed(_ error: any Error) -> String {
        "\(name) failed: \((error as? InputError)?.problem ?? "an unexpected error")"
    }

    /// Why it is left out.
    var whyLeftOut: String {
        let now = clock()
        return state.withLockedValue { state in
            let next =
                switch state.breaker.state {
                case .open(let until): "it is tried again in \(Int(max(until - now, 1).rounded(.up))) s"
                case .closed, .halfOpen: "it is being tried again"
                }
            return "\(name) is left out: \(next); its last failure: \(state.lastFailure)"
        }
    }

    private static func words(_ limit: Duration) -> String { "\(JSONValue.text(of: limit / .milliseconds(1))) ms" }

    /// How it does, for figures; `abandoned` are the questions that it works on though nobody waits for them any more.
    func condition(abandoned: Int) -> ModelCondition {
        state.withLockedValue { state in
            ModelCondition(
                circuit: state.breaker.state.words, openings: state.breaker.openings, asked: state.asked,
                failures: state.failures, late: state.late, leftOut: state.leftOut, abandoned: abandoned)
        }
    }
}
