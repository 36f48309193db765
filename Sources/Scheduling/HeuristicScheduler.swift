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
    /// plans with what first in, first out gives, which always ends; so does one whose budget is no more than what that and
    /// writing down the answer are allowed, a little over a microsecond a task.
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
        // Before the search, which then ends in time for all of it, for writing down the schedule and what others cost, and for
        // what answers in place of a rule that plans.
        let lowerBound = instance.lowerBound
        let count = instance.taskCount
        let end = budget - min(budget / 20, .microseconds(1) * count) - policy.reserve(forTasks: count)
        let isOver = { iterations == nil && clock.now - began >= end }
        let found =
            policy == .portfolio
            ? Portfolio.best(
                of: SchedulingPolicy.planned, for: instance,
                limits: Portfolio.Limits(iterations: iterations ?? .max, seed: seed, proposers: proposers),
                experience: &experience, isOver: isOver)
            : policy.find(instance, isOver: isOver)
        let schedule = found.timetable.schedule(of: instance)
        let alternatives = found.alternatives(of: instance)
        return SchedulePlan(
            policy: policy.rawValue, foundBy: found.foundBy, schedule: schedule, lowerBound: lowerBound,
            decisionMs: (clock.now - began) / .milliseconds(1), iterations: found.iterations,
            alternatives: alternatives)
    }
}
