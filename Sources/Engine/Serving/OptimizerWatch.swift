import NIOConcurrencyHelpers
import Scheduling
import Simulation
import WorkflowOptimization

/// Asks the networks of one version of an optimizer, and no longer than they may take: searches go on without one that is late
/// or fails, and it is left out for a while.
final class OptimizerWatch: Sendable {
    /// What a network said.
    enum Answer: Sendable {
        case plan(Timetable)
        case bottlenecks(BottleneckEstimate)
        case gains([Double])
        /// It knows nothing of what it was asked.
        case nothing
        /// It ended as its time was over.
        case late
        /// It did not answer, and why.
        case failed(String)
    }

    private let record: AnsweringRecord
    private let lanes = AnsweringLanes<Answer>(4)

    init(
        _ name: String, limits: CircuitBreaker.Limits = .init(),
        clock: @escaping @Sendable () -> Double = ModelWatch.seconds
    ) { record = AnsweringRecord(name, limits: limits, clock: clock) }

    /// How it does, for figures.
    var condition: ModelCondition { record.condition(abandoned: lanes.abandoned) }

    /// That it was not asked for want of time.
    var noTime: String { "\(record.name) was not asked: no time was left" }

    /// What `network` says within `limit`, for which this thread waits; it tells what is wrong by a failure without a name.
    ///
    /// - Parameter isJudged: whether it is a failure not to answer in that time.
    func ask(within limit: Duration, isJudged: Bool, _ network: @escaping @Sendable () -> Answer) -> Answer {
        guard let pass = record.admit() else { return .failed(record.whyLeftOut) }
        switch lanes.wait(within: limit, network) {
        case .answered(.failed(let why)):
            let problem = "\(record.name) \(why)"
            record.record(pass, failure: problem)
            return .failed(problem)
        case .answered(.late): return .failed(record.recordLate(pass, limit, isJudged: isJudged))
        case .answered(let answer):
            record.record(pass, failure: nil)
            return answer
        case .late: return .failed(record.recordLate(pass, limit, isJudged: isJudged))
        case .notBegun:
            record.giveBack(pass)
            return .failed(record.busy(limit))
        }
    }
}

/// The networks of a version as one question asks them: once one has failed, none is asked again. What they said lately of the
/// same workflow they are not asked again at all.
final class WatchedNetworks: Sendable {
    private let networks: OptimizerNetworks
    private let model: String
    private let watch: OptimizerWatch
    private let known: EncodingCache
    private let half: Duration
    private let end: ContinuousClock.Instant
    private let leastJudged: Duration
    private let failure = NIOLockedValueBox<String?>(nil)
    /// Whether any of them was asked, or known what it says.
    private let wasAsked = NIOLockedValueBox(false)

    /// - Parameters:
    ///   - known: what they said lately.
    ///   - half: how long each is waited for.
    ///   - end: when the question is to be answered.
    ///   - leastJudged: a shorter time says nothing of a network that did not answer in it.
    init(
        _ networks: OptimizerNetworks, named model: String, _ watch: OptimizerWatch, knowing known: EncodingCache,
        half: Duration, end: ContinuousClock.Instant, judgedFrom leastJudged: Duration
    ) {
        (self.networks, self.model, self.watch, self.known) = (networks, model, watch, known)
        (self.half, self.end, self.leastJudged) = (half, end, leastJudged)
    }

    /// Why a network said nothing: one failed, or the time of the question was over before the first of them was asked.
    var problem: String? {
        if let failed { return failed }
        return wasAsked.withLockedValue { $0 } || ContinuousClock.now < end ? nil : watch.noTime
    }

    private var failed: String? { failure.withLockedValue { $0 } }

    /// What says what will hold a workflow back and what changes of it will gain; nil where the version does neither.
    var scorer: LearnedScorer? {
        guard networks.bottlenecks != nil || networks.changes != nil else { return nil }
        return LearnedScorer(
            networks.bottlenecks.map { _ in self }, changes: networks.changes.map { _ in self }, named: model)
    }

    /// What `network` says to `question` about `instance`, unless that is known; only what it says as it should is kept.
    private func ask(
        _ question: EncodingCache.Question, of instance: SchedulingInstance,
        _ network: @escaping @Sendable (_ due: ContinuousClock.Instant) -> OptimizerWatch.Answer
    ) -> OptimizerWatch.Answer {
        let key = EncodingCache.Key(instance: instance, question: question)
        if let answer = known.answer(to: key) {
            wasAsked.withLockedValue { $0 = true }
            return answer
        }
        let answer = ask(network)
        switch answer {
        case .plan, .bottlenecks, .gains: known.insert(answer, to: key)
        case .nothing, .late, .failed: break
        }
        return answer
    }

    private func ask(_ network: @escaping @Sendable (_ due: ContinuousClock.Instant) -> OptimizerWatch.Answer)
        -> OptimizerWatch.Answer
    {
        let now = ContinuousClock.now
        let due = min(now + half, end)
        guard failed == nil, due > now else { return .nothing }
        wasAsked.withLockedValue { $0 = true }
        let answer = watch.ask(within: due - now, isJudged: due - now >= leastJudged) { network(due) }
        if case .failed(let why) = answer { failure.withLockedValue { $0 = why } }
        return answer
    }
}

extension WatchedNetworks: PlanProposer {
    var name: String { networks.proposer.name }

    func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable? {
        guard !isOver() else { return nil }
        let proposer = networks.proposer
        let answer = ask(.plan, of: instance) { due in
            guard let plan = proposer.propose(instance, isOver: { ContinuousClock.now >= due }) else {
                // What ends as its time is over is late, whether it is waited for or not.
                return ContinuousClock.now >= due ? .late : .failed("gave no plan")
            }
            let isSound = plan.ends.count == instance.taskCount && plan.ends.allSatisfy(\.isFinite)
            return isSound ? .plan(plan) : .failed("gave numbers that are no plan")
        }
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
