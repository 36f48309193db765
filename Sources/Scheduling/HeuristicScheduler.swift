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

    /// Plans `workflow` on an empty cluster. A portfolio whose budget ends answers with the best that it has.
    public func plan(
        _ workflow: Workflow, on cluster: Cluster, durations: [Double]? = nil, budget: Duration = .milliseconds(100)
    ) throws -> SchedulePlan {
        let clock = ContinuousClock()
        let began = clock.now
        let instance = try SchedulingInstance(workflow, on: cluster, durations: durations)
        let found: Portfolio.Found
        switch policy {
        case .portfolio:
            found = Portfolio.best(of: SchedulingPolicy.members, for: instance) { clock.now - began >= budget }
        default:
            found = .init(timetable: policy.timetable(of: instance), foundBy: policy, iterations: 1)
        }
        let schedule = found.timetable.schedule(of: instance)
        let lowerBound = instance.lowerBound
        return SchedulePlan(
            policy: policy.rawValue, foundBy: found.foundBy.rawValue, schedule: schedule, lowerBound: lowerBound,
            decisionMs: (clock.now - began) / .milliseconds(1), iterations: found.iterations)
    }

    /// Places tasks that are ready. A portfolio lets each of its members place all of them to their end and takes the
    /// one after which the last workflow is expected to end first.
    public func choose(
        _ ready: [ReadyTask], in state: ClusterState, under constraints: PlacementConstraints = .init()
    ) -> PlacementDecision {
        let members = policy == .portfolio ? SchedulingPolicy.members : [policy]
        var best: (decision: PlacementDecision, end: Double)?
        for member in members {
            var placer = ReadyPlacer(ready, in: state, under: constraints, by: member)
            let decision = placer.placeNow()
            if members.count == 1 { return decision }
            let end = placer.expectedEnd()
            if best.map({ end < $0.end }) ?? true { best = (decision, end) }
        }
        return best?.decision ?? PlacementDecision(assignments: [], deferred: [], foundBy: policy.rawValue)
    }
}
