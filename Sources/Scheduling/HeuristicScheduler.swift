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
        // Before the search, which then ends in time for all of it.
        let lowerBound = instance.lowerBound
        let found: Portfolio.Found
        switch policy {
        case .portfolio:
            found = Portfolio.best(of: SchedulingPolicy.members, for: instance) { clock.now - began >= budget }
        default:
            found = .init(timetable: policy.timetable(of: instance), foundBy: policy, iterations: 1)
        }
        let schedule = found.timetable.schedule(of: instance)
        return SchedulePlan(
            policy: policy.rawValue, foundBy: found.foundBy.rawValue, schedule: schedule, lowerBound: lowerBound,
            decisionMs: (clock.now - began) / .milliseconds(1), iterations: found.iterations)
    }

    /// Places tasks that are ready. A portfolio lets each of its members place all of them to their end and takes the
    /// one that leaves the fewest without a place, of those the one after which the last workflow is expected to end
    /// first.
    public func choose(
        _ ready: [ReadyTask], in state: ClusterState, under constraints: PlacementConstraints = .init()
    ) -> PlacementDecision {
        let members = policy == .portfolio ? SchedulingPolicy.members : [policy]
        var best: (placer: ReadyPlacer, placed: [ReadyPlacer.Placement], outlook: PlacementOutlook)?
        for member in members {
            var placer = ReadyPlacer(ready, in: state, under: constraints, by: member)
            let placed = placer.placeNow()
            if members.count == 1 { return placer.decision(placed) }
            let outlook = PlacementOutlook(placer, placed: placed)
            if best.map({ outlook.isBetter(than: $0.outlook) }) ?? true { best = (placer, placed, outlook) }
        }
        return best.map { $0.placer.decision($0.placed) }
            ?? PlacementDecision(assignments: [], deferred: [], foundBy: policy.rawValue)
    }
}
