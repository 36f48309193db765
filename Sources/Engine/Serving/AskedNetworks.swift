import Decisions
import NIOConcurrencyHelpers
import Scheduling
import Simulation
import WorkflowOptimization
import Workflows

/// Which versions of an optimizer have to do with one question: the champion, and the challenger in its shadow or in its place.
struct ChosenOptimizers: Sendable {
    let champion: ServedOptimizer
    /// What is tried; nil where nothing is.
    var trial: (challenger: Challenger<ServedOptimizer>, served: ServedOptimizer)?
    /// Whether the challenger is asked in the champion's place.
    var isCanary = false

    /// The version that is asked, and others only where it fails.
    var first: ServedOptimizer { isCanary ? trial?.served ?? champion : champion }

    /// The networks for one question. Where a canary is asked, it and the champion after it have half of the time each that
    /// the champion has alone, so that both together leave as much of the budget to search and simulation.
    func networks(
        from began: ContinuousClock.Instant = .now, within budget: Duration, target: Duration
    ) -> AskedNetworks {
        let canary = isCanary ? trial?.served : nil
        let shares = canary == nil ? 1 : 2
        return AskedNetworks(
            champion: champion.asked(from: began, within: budget, target: target, shares: shares),
            canary: canary?.asked(from: began, within: budget, target: target, shares: shares),
            whyNoChampion: champion.whyNoVersion)
    }
}

/// The networks that one question asks: the champion's, or those of a canary, and the champion's where the canary fails before
/// it has said anything: no answer stands on the networks of two versions.
final class AskedNetworks: Sendable {
    private let champion: WatchedNetworks?
    /// Those of the challenger where it answers for the run.
    let canary: WatchedNetworks?
    private let whyNoChampion: String?
    private let proposed = NIOLockedValueBox<Proposal?>(nil)

    /// What was asked of a proposer, and what it said.
    struct Proposal: Sendable {
        var instance: SchedulingInstance
        var plan: Timetable?
    }

    init(champion: WatchedNetworks?, canary: WatchedNetworks?, whyNoChampion: String?) {
        (self.champion, self.canary, self.whyNoChampion) = (champion, canary, whyNoChampion)
    }

    /// Those that answer.
    private var answering: WatchedNetworks? { canary.flatMap { $0.hasGivenWay ? nil : $0 } ?? champion }

    /// What `question` says, asked of those that answer.
    private func ask<Answer>(_ question: (WatchedNetworks) -> Answer?) -> Answer? {
        guard let canary, !canary.hasGivenWay else { return champion.flatMap(question) }
        return question(canary) ?? (canary.hasGivenWay ? champion.flatMap(question) : nil)
    }

    /// What has come of asking up to now.
    var outcome: OptimizerOutcome {
        let problem = canary?.problem.map { "the challenger: \($0)" }
        let isChampions = canary?.hasGivenWay ?? true
        let own = isChampions ? whyNoChampion ?? champion?.problem : nil
        return OptimizerOutcome(
            model: answering?.model, name: answering?.name, reason: joined([problem, own]),
            isFallback: isChampions
                ? own != nil || (canary != nil && champion?.hasSpoken != true) : problem != nil)
    }

    /// What the canary proposed, unless it had proposed that before.
    var newPlanOfCanary: Timetable? {
        guard let attempt = canary?.attempt, attempt.failure == nil, attempt.seconds != nil else { return nil }
        return proposal?.plan
    }

    /// What a portfolio asked of a proposer, if it came to that.
    var proposal: Proposal? { proposed.withLockedValue { $0 } }

    /// What says what will hold a workflow back and what changes of it will gain; nil where the version does neither.
    var scorer: LearnedScorer? {
        guard let first = canary ?? champion, first.scoresBottlenecks || first.scoresChanges else { return nil }
        return LearnedScorer(
            first.scoresBottlenecks ? self : nil, changes: first.scoresChanges ? self : nil, named: self.version)
    }

    /// The version that answers, as evidence names it.
    private var version: String { answering.map { "\($0.model.name)@\($0.model.version)" } ?? "" }
}

/// What came of asking the networks of an optimizer.
struct OptimizerOutcome: Sendable {
    /// The version that answered, or would have.
    var model: ModelReference?
    /// What `foundBy` says of its plans.
    var name: String?
    /// Why a version said nothing.
    var reason: String?
    /// Whether rules stand in for it: the champion may have instead.
    var isFallback = false
}

extension OptimizerOutcome {
    /// What is said of `version` where it need not be asked.
    init(of version: ServedOptimizer) {
        let reason = version.whyNoVersion
        self.init(model: version.model, name: version.name, reason: reason, isFallback: reason != nil)
    }
}

extension AskedNetworks: PlanProposer {
    var name: String { answering?.name ?? "" }

    func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable? {
        let plan = ask { networks in
            let plan = networks.propose(instance, isOver: isOver)
            guard let plan, networks === canary, (try? plan.check(against: instance)) == nil else { return plan }
            networks.refuse("gave a plan that cannot be carried out")
            return nil
        }
        proposed.withLockedValue { $0 = Proposal(instance: instance, plan: plan) }
        return plan
    }
}

extension AskedNetworks: BottleneckScorer {
    func bottlenecks(
        after timetable: Timetable, of instance: SchedulingInstance, spreads: [Double], policy: SchedulingPolicy
    ) -> BottleneckEstimate? {
        ask { $0.bottlenecks(after: timetable, of: instance, spreads: spreads, policy: policy) }
    }
}

extension AskedNetworks: ChangeScorer {
    func gains(
        of changes: [ProposedChange], after timetable: Timetable, of instance: SchedulingInstance,
        policy: SchedulingPolicy
    ) -> [Double]? { ask { $0.gains(of: changes, after: timetable, of: instance, policy: policy) } }
}
