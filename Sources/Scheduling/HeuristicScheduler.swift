import Simulation
import Workflows

/// Schedules by a rule, or by the best of several.
public struct HeuristicScheduler: TaskScheduler {
    /// The rule.
    public let policy: SchedulingPolicy
    /// Members that a portfolio has beside its rules and searches, such as learned ones.
    public var proposers: [any PlanProposer]

    /// A scheduler by `policy`.
    public init(_ policy: SchedulingPolicy, proposers: [any PlanProposer] = []) {
        self.policy = policy
        self.proposers = proposers
    }

    /// Plans `workflow` on an empty cluster. A portfolio whose budget ends answers with the best that it has, and a rule that
    /// plans with what first in, first out gives, which always ends.
    public func plan(
        _ workflow: Workflow, on cluster: Cluster, durations: [Double]? = nil, budget: Duration = .milliseconds(100)
    ) throws -> SchedulePlan {
        var experience = SearchExperience()
        return try plan(
            workflow, on: cluster, durations: durations, budget: budget, iterations: nil, seed: 0,
            experience: &experience)
    }

    /// Plans `workflow` on an empty cluster.
    ///
    /// - Parameters:
    ///   - iterations: schedules that a portfolio builds and compares at the most, instead of the bound on time: with the
    ///     number that a plan states, and the same seed and experience, that plan is made again.
    ///   - seed: of what a search leaves to chance.
    ///   - experience: what a portfolio learned from other plans, and learns from this one.
    public func plan(
        _ workflow: Workflow, on cluster: Cluster, durations: [Double]? = nil, budget: Duration = .milliseconds(100),
        iterations: Int?, seed: UInt64 = 0, experience: inout SearchExperience
    ) throws -> SchedulePlan {
        let clock = ContinuousClock()
        let began = clock.now
        let instance = try SchedulingInstance(workflow, on: cluster, durations: durations)
        // Before the search, which then ends in time for all of it, and for writing down the schedule.
        let lowerBound = instance.lowerBound
        let end = budget - min(budget / 20, .nanoseconds(300) * instance.taskCount)
        let isOver = { iterations == nil && clock.now - began >= end }
        let found =
            policy == .portfolio
            ? Portfolio.best(
                of: SchedulingPolicy.planned, for: instance,
                limits: Portfolio.Limits(iterations: iterations ?? .max, seed: seed, proposers: proposers),
                experience: &experience,
                isOver: isOver)
            : policy.find(instance, isOver: isOver)
        let schedule = found.timetable.schedule(of: instance)
        return SchedulePlan(
            policy: policy.rawValue, foundBy: found.foundBy, schedule: schedule, lowerBound: lowerBound,
            decisionMs: (clock.now - began) / .milliseconds(1), iterations: found.iterations,
            alternatives: found.ended)
    }

    /// Places tasks that are ready. A portfolio lets each of its members place all of them to their end and takes the
    /// one that leaves the fewest without a place, of those the one after which the last workflow is expected to end
    /// first. When its budget ends it answers with the best of those that have got so far; its first member always does.
    public func choose(
        _ ready: [ReadyTask], in state: ClusterState, under constraints: PlacementConstraints = .init(),
        budget: Duration = .milliseconds(100)
    ) -> PlacementDecision {
        let clock = ContinuousClock()
        let began = clock.now
        return choose(ready, in: state, under: constraints) { clock.now - began >= budget }
    }

    func choose(
        _ ready: [ReadyTask], in state: ClusterState, under constraints: PlacementConstraints, isOver: () -> Bool
    ) -> PlacementDecision {
        let members = policy == .portfolio ? SchedulingPolicy.members : [policy]
        var first = ReadyPlacer(ready, in: state, under: constraints, by: members[0])
        let placed = first.placeNow() ?? []
        guard members.count > 1, !isOver(), let outlook = PlacementOutlook(first, placed: placed, isOver: isOver) else {
            return first.decision(placed)
        }
        var best = (placer: first, placed: placed, outlook: outlook)
        for member in members.dropFirst() where !isOver() {
            var placer = ReadyPlacer(ready, in: state, under: constraints, by: member)
            guard let placed = placer.placeNow(isOver: isOver),
                let outlook = PlacementOutlook(placer, placed: placed, isOver: isOver)
            else { break }
            if outlook.isBetter(than: best.outlook) { best = (placer, placed, outlook) }
        }
        return best.placer.decision(best.placed)
    }
}
