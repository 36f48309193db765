import Decisions
import Files
import NIOConcurrencyHelpers

/// A version that is tried on live traffic beside the champion: in the shadow, where it does not act, or as a canary,
/// where it answers for a share of the runs.
final class Challenger<Served: ServedVersion>: Sendable {
    let model: ServedModel<Served>
    private let guardrails: ChallengerTrial.Guardrails
    private let state: NIOLockedValueBox<State>

    private struct State {
        var trial: ChallengerTrial?
        var acted = 0
        /// Questions that it is asked in the shadow at this moment.
        var shadows = 0
        /// Whether outcomes are being scored.
        var isScoring = false
        /// What it has broken; nil where it has not.
        var breach: Breach?
        /// Takes it away.
        var ending: Task<Void, Never>?
    }

    /// A version that is to be taken away.
    private struct Breach {
        var version: ModelReference
        var why: String
        var isBeingEnded = false
        /// The last try that came to nothing.
        var failure: LoadFailure?
    }

    /// Questions that it is asked in the shadow at the same time; others are not asked of it.
    private static var shadowLimit: Int { 4 }

    init(_ model: ServedModel<Served>, _ guardrails: ChallengerTrial.Guardrails) {
        self.model = model
        self.guardrails = guardrails
        state = NIOLockedValueBox(State())
    }

    /// What answers, if a version does.
    var snapshot: Served? {
        let served = model.snapshot
        return served.model == nil ? nil : served
    }

    /// Changes the trial of `version`, which begins with that if it has not; what comes too late, as another version is on
    /// trial by now, counts for nothing.
    private func judge(_ version: ModelReference?, _ change: (inout State) -> Void) {
        state.withLockedValue { state in
            guard let version, version == snapshot?.model else { return }
            if state.trial?.version != version {
                let breach = state.breach.flatMap { $0.version == version ? $0 : nil }
                state = State(
                    trial: ChallengerTrial(version, guardrails), shadows: state.shadows, isScoring: state.isScoring,
                    breach: breach, ending: state.ending)
            }
            change(&state)
        }
    }

    /// Takes in how `served` answered a question.
    ///
    /// - Parameters:
    ///   - failure: why it did not in time; nil where it did.
    ///   - seconds: what it took; nil where that is not to be judged.
    ///   - acted: whether what it said decided.
    func answered(_ served: Served, failure: String?, seconds: Double?, acted: Bool) {
        judge(served.model) { state in
            state.trial?.answer(seconds: seconds, failure: failure)
            if acted, failure == nil { state.acted += 1 }
        }
    }

    /// Takes in what `served` gained over the champion on what both were scored on.
    func scored(_ served: Served, gains: [Double]) {
        judge(served.model) { state in
            for gain in gains { state.trial?.score(gain: gain) }
        }
    }

    /// What came of scoring it on outcomes.
    enum Score: Sendable {
        /// What it gained over the champion.
        case gains([Double])
        /// It had no answer in time, and why.
        case failed(String)
        /// Nothing that tells of it.
        case none
    }

    /// Lets outcomes be scored, if no others are; it is given back by ``endScore(_:_:)``.
    func beginScore() -> Bool {
        state.withLockedValue { state in
            guard !state.isScoring else { return false }
            state.isScoring = true
            return true
        }
    }

    /// Takes in what came of scoring `served`.
    func endScore(_ served: Served, _ score: Score) {
        // Only then may others be scored.
        defer { state.withLockedValue { $0.isScoring = false } }
        switch score {
        case .gains(let gains): scored(served, gains: gains)
        case .failed(let why): judge(served.model) { $0.trial?.miss(why) }
        case .none: break
        }
    }

    /// Lets one more question be asked in the shadow, if there is room; it is given back by ``endShadow()``.
    func beginShadow() -> Bool {
        state.withLockedValue { state in
            guard state.shadows < Self.shadowLimit, !isBroken(state) else { return false }
            state.shadows += 1
            return true
        }
    }

    func endShadow() { state.withLockedValue { $0.shadows -= 1 } }

    /// Whether the version on trial is to be taken away.
    private func isBroken(_ state: State) -> Bool {
        guard let breach = state.breach else { return false }
        return breach.version == snapshot?.model
    }

    /// Lets `version` be taken away, for what no guardrail tells.
    func end(_ version: ModelReference, why: String) {
        judge(version) { state in
            if state.breach?.version != version { state.breach = Breach(version: version, why: why) }
        }
    }

    /// The version that is to be taken away at `moment`, and why: told once, and again some time after that failed.
    func takeBreach(at moment: ContinuousClock.Instant) -> (version: ModelReference, why: String)? {
        state.withLockedValue { state in
            if !isBroken(state) {
                guard let trial = state.trial, trial.version == snapshot?.model, let why = trial.breach else {
                    return nil
                }
                state.breach = Breach(version: trial.version, why: why)
            }
            guard let breach = state.breach, !breach.isBeingEnded else { return nil }
            if let failure = breach.failure, failure.retryAt > moment { return nil }
            state.breach?.isBeingEnded = true
            return (breach.version, breach.why)
        }
    }

    /// Says that `version` could not be taken away at `moment`. It does not act all the same.
    func postpone(_ version: ModelReference, _ problem: String, at moment: ContinuousClock.Instant) {
        state.withLockedValue { state in
            guard var breach = state.breach, breach.version == version else { return }
            breach.isBeingEnded = false
            breach.failure = LoadFailure(
                version: version.version, step: nil, problem: problem, after: breach.failure, at: moment)
            state.breach = breach
        }
    }

    /// Runs `body`, which takes it away, while nobody waits for it.
    func end(_ body: @escaping @Sendable () async -> Void) {
        state.withLockedValue { $0.ending = Task { await body() } }
    }

    /// Waits until it is taken away, where that is under way.
    func awaitEnding() async { await state.withLockedValue { $0.ending }?.value }

    /// Whether it may answer for others.
    var mayAct: Bool { state.withLockedValue { !isBroken($0) } }

    /// How it does.
    var figures: ChallengerFigures {
        let version = snapshot?.model
        return state.withLockedValue { state in
            let trial = state.trial.flatMap { $0.version == version ? $0 : nil }
            return ChallengerFigures(
                version: version, questions: trial?.questions ?? 0, acted: state.acted, failures: trial?.failures ?? 0,
                slowSeconds: trial?.slowSeconds ?? 0, outcomes: trial?.outcomes ?? 0, meanGain: trial?.meanGain ?? 0)
        }
    }
}
