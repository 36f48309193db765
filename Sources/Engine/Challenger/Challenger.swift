import Decisions
import Files
import NIOConcurrencyHelpers
import Workflows

/// A version that is tried on live traffic beside the champion: in the shadow, where it does not act, or as a canary,
/// where it answers for a share of the runs.
final class Challenger: Sendable {
    let model: ServedModel<ServedPredictor>
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
    private static let shadowLimit = 4

    init(_ model: ServedModel<ServedPredictor>, _ guardrails: ChallengerTrial.Guardrails) {
        self.model = model
        self.guardrails = guardrails
        state = NIOLockedValueBox(State())
    }

    /// What answers, if a version does.
    var snapshot: ServedPredictor? {
        let served = model.snapshot
        return served.model == nil ? nil : served
    }

    private func judge(_ version: ModelReference?, _ change: (inout State) -> Void) {
        state.withLockedValue { judge(version, &$0, change) }
    }

    /// Changes the trial of `version`, which begins with that if it has not; what comes too late, as another version is on
    /// trial by now, counts for nothing.
    private func judge(_ version: ModelReference?, _ state: inout State, _ change: (inout State) -> Void) {
        guard let version, version == snapshot?.model else { return }
        if state.trial?.version != version {
            let breach = state.breach.flatMap { $0.version == version ? $0 : nil }
            state = State(
                trial: ChallengerTrial(version, guardrails), shadows: state.shadows, isScoring: state.isScoring,
                breach: breach, ending: state.ending)
        }
        change(&state)
    }

    /// Takes in how `served` answered a question.
    ///
    /// - Parameter seconds: what it took; nil where that is not to be judged.
    func answered(_ served: ServedPredictor, _ forecasts: Forecasts, seconds: Double?, acted: Bool) {
        // What it was not asked says nothing of it.
        guard !forecasts.isBusy else { return }
        let failure = forecasts.model == nil ? forecasts.reason ?? "" : nil
        judge(served.model) { state in
            state.trial?.answer(seconds: seconds, failure: failure)
            if acted, failure == nil { state.acted += 1 }
        }
    }

    /// What came of scoring it on outcomes.
    enum Score: Sendable {
        /// What it gained in accuracy over the champion.
        case gains([Double])
        /// It had no forecast in time, and why.
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
    func endScore(_ served: ServedPredictor, _ score: Score) {
        state.withLockedValue { state in
            state.isScoring = false
            judge(served.model, &state) { state in
                switch score {
                case .gains(let gains): for gain in gains { state.trial?.score(gain: gain) }
                case .failed(let why): state.trial?.miss(why)
                case .none: break
                }
            }
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

/// Which runs a canary answers for.
enum Canary {
    /// Whether the canary answers for the run of `tasks`: always the same for one run, and for `share` of all runs. Tasks
    /// without a run, and those of several, are the champion's.
    static func takes(_ tasks: [TaskSpec], share: Double) -> Bool {
        guard share > 0, let run = tasks.first?.run, tasks.allSatisfy({ $0.run == run }) else { return false }
        return place(of: run) < share
    }

    /// The place of a run in [0, 1): FNV-1a over its bytes (Fowler, Noll and Vo), mixed by the finaliser of SplitMix64
    /// (Steele, Lea and Flood, 2014), since similar names differ in few of its bits.
    static func place(of run: String) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in run.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return Double((hash ^ hash >> 31) >> 11) * 0x1p-53
    }
}
