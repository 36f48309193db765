import Simulation
import Workflows

/// Schedules by a rule, or by the best of several.
public struct HeuristicScheduler: TaskScheduler {
    /// The rule.
    public let policy: SchedulingPolicy

    /// A scheduler by `policy`.
    public init(_ policy: SchedulingPolicy) {
        self.policy = policy
    }

    /// Plans `workflow` on an empty cluster. A portfolio whose budget ends answers with the best that it has, and HEFT with
    /// what first in, first out gives, which always ends.
    public func plan(
        _ workflow: Workflow, on cluster: Cluster, durations: [Double]? = nil, budget: Duration = .milliseconds(100)
    ) throws -> SchedulePlan {
        let clock = ContinuousClock()
        let began = clock.now
        let instance = try SchedulingInstance(workflow, on: cluster, durations: durations)
        // Before the search, which then ends in time for all of it.
        let lowerBound = instance.lowerBound
        let found = policy.find(instance) { clock.now - began >= budget }
        let schedule = found.timetable.schedule(of: instance)
        return SchedulePlan(
            policy: policy.rawValue, foundBy: found.foundBy.rawValue, schedule: schedule, lowerBound: lowerBound,
            decisionMs: (clock.now - began) / .milliseconds(1), iterations: found.iterations,
            alternatives: found.ended)
    }
}
