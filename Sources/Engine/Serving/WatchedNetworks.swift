import Decisions
import NIOConcurrencyHelpers
import Scheduling
import Simulation
import WorkflowOptimization

/// The networks of a version as one question asks them: once one has failed, none is asked again. What they said lately of the
/// same workflow they are not asked again at all.
final class WatchedNetworks: Sendable {
    private let networks: OptimizerNetworks
    let model: ModelReference
    private let watch: OptimizerWatch
    private let known: EncodingCache
    private let half: Duration
    private let end: ContinuousClock.Instant
    private let leastJudged: Duration
    private let state = NIOLockedValueBox(State())

    private struct State {
        /// Why one of them said nothing, and whether that tells of it.
        var failure: (why: String, isJudged: Bool)?
        /// Whether any of them was asked, or known what it says.
        var wasAsked = false
        /// Whether any of them said something.
        var hasSpoken = false
        /// What the slowest took; nil where none had to be asked.
        var seconds: Double?
    }

    /// - Parameters:
    ///   - known: what they said lately.
    ///   - half: how long each is waited for.
    ///   - end: when the question is to be answered.
    ///   - leastJudged: a shorter time says nothing of a network that did not answer in it.
    init(
        _ networks: OptimizerNetworks, of model: ModelReference, _ watch: OptimizerWatch, knowing known: EncodingCache,
        half: Duration, end: ContinuousClock.Instant, judgedFrom leastJudged: Duration
    ) {
        (self.networks, self.model, self.watch, self.known) = (networks, model, watch, known)
        (self.half, self.end, self.leastJudged) = (half, end, leastJudged)
    }

    /// Why a network said nothing: one failed, or the time of the question was over before the first of them was asked.
    var problem: String? {
        let state = state.withLockedValue { $0 }
        if let failure = state.failure { return failure.why }
        return state.wasAsked || ContinuousClock.now < end ? nil : watch.noTime
    }

    /// Whether any of them said something.
    var hasSpoken: Bool { state.withLockedValue { $0.hasSpoken } }

    /// Whether one failed before any had said something: another version may answer the whole question.
    var hasGivenWay: Bool { state.withLockedValue { $0.failure != nil && !$0.hasSpoken } }

    /// How the version did: why it failed, and what its slowest network took, nil where all that it said was known; nil where
    /// the question tells nothing of it.
    var attempt: (failure: String?, seconds: Double?)? {
        let state = state.withLockedValue { $0 }
        if let failure = state.failure { return failure.isJudged ? (failure.why, state.seconds) : nil }
        return state.hasSpoken ? (nil, state.seconds) : nil
    }

    /// Takes in that what it said is of no use.
    func refuse(_ why: String) {
        state.withLockedValue { state in
            state.failure = state.failure ?? ("\(watch.name) \(why)", true)
            state.hasSpoken = false
        }
    }

    /// Whether the version says what will hold a workflow back.
    var scoresBottlenecks: Bool { networks.bottlenecks != nil }

    /// Whether the version says what changes will gain.
    var scoresChanges: Bool { networks.changes != nil }

    /// What `network` says to `question` about `instance`, unless that is known; only what it says as it should is kept.
    private func ask(
        _ question: EncodingCache.Question, of instance: SchedulingInstance,
        _ network: @escaping @Sendable (_ due: ContinuousClock.Instant) -> OptimizerWatch.Answer
    ) -> OptimizerWatch.Answer {
        let key = EncodingCache.Key(instance: instance, question: question)
        if let answer = known.answer(to: key) {
            state.withLockedValue { ($0.wasAsked, $0.hasSpoken) = (true, true) }
            return answer
        }
        let answer = ask(network)
        switch answer {
        case .plan, .bottlenecks, .gains: known.insert(answer, to: key)
        case .nothing, .late, .failed, .unjudged: break
        }
        return answer
    }

    private func ask(_ network: @escaping @Sendable (_ due: ContinuousClock.Instant) -> OptimizerWatch.Answer)
        -> OptimizerWatch.Answer
    {
        let now = ContinuousClock.now
        let due = min(now + half, end)
        guard due > now, begin() else { return .nothing }
        let answer = watch.ask(within: due - now, isJudged: due - now >= leastJudged) { network(due) }
        let seconds = (ContinuousClock.now - now) / .seconds(1)
        state.withLockedValue { state in
            state.seconds = max(state.seconds ?? 0, seconds)
            switch answer {
            case .plan, .bottlenecks, .gains: state.hasSpoken = true
            case .failed(let why): state.failure = (why, true)
            case .unjudged(let why): state.failure = (why, false)
            case .nothing, .late: break
            }
        }
        return answer
    }

    /// Whether a network is asked: none has failed.
    private func begin() -> Bool {
        state.withLockedValue { state in
            guard state.failure == nil else { return false }
            state.wasAsked = true
            return true
        }
    }
}

extension WatchedNetworks: PlanProposer {
    var name: String { networks.proposer.name }

    func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable? {
        guard !isOver() else { return nil }
        let networks = networks
        let answer = ask(.plan, of: instance) { networks.plan(instance, until: $0) }
        return if case .plan(let plan) = answer { plan } else { nil }
    }
}

extension WatchedNetworks: BottleneckScorer {
    func bottlenecks(
        after timetable: Timetable, of instance: SchedulingInstance, spreads: [Double], policy: SchedulingPolicy
    ) -> BottleneckEstimate? {
        guard let network = networks.bottlenecks else { return nil }
        let question = EncodingCache.Question.bottlenecks(after: timetable, spreads: spreads, policy)
        let answer = ask(question, of: instance) { _ in
            guard
                let said = network.bottlenecks(after: timetable, of: instance, spreads: spreads, policy: policy)
            else { return .nothing }
            let isSound =
                said.probabilities.count == instance.taskCount
                && (said.probabilities + said.delays).allSatisfy(\.isFinite)
            return isSound ? .bottlenecks(said) : .failed("gave numbers that are no estimate")
        }
        return if case .bottlenecks(let said) = answer { said } else { nil }
    }
}

extension WatchedNetworks: ChangeScorer {
    func gains(
        of changes: [ProposedChange], after timetable: Timetable, of instance: SchedulingInstance,
        policy: SchedulingPolicy
    ) -> [Double]? {
        guard let network = networks.changes else { return nil }
        let answer = ask(.gains(of: changes, after: timetable, policy), of: instance) { _ in
            guard let said = network.gains(of: changes, after: timetable, of: instance, policy: policy) else {
                return .nothing
            }
            let isSound = said.count == changes.count && said.allSatisfy { !$0.isNaN }
            return isSound ? .gains(said) : .failed("gave numbers that are no gains")
        }
        return if case .gains(let said) = answer { said } else { nil }
    }
}

extension OptimizerNetworks {
    /// What the proposer says of `instance` until `due`.
    func plan(_ instance: SchedulingInstance, until due: ContinuousClock.Instant) -> OptimizerWatch.Answer {
        guard let plan = proposer.propose(instance, isOver: { ContinuousClock.now >= due }) else {
            // What ends as its time is over is late, whether it is waited for or not.
            return ContinuousClock.now >= due ? .late : .failed("gave no plan")
        }
        let isSound = plan.ends.count == instance.taskCount && plan.ends.allSatisfy(\.isFinite)
        return isSound ? .plan(plan) : .failed("gave numbers that are no plan")
    }
}
