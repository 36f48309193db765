import Simulation
import Workflows

/// Schedules by the plans of one proposer, such as a learned model.
public struct ProposingScheduler: TaskScheduler {
    /// What plans.
    public let proposer: any PlanProposer

    /// A scheduler by `proposer`.
    public init(_ proposer: any PlanProposer) { self.proposer = proposer }

    /// Plans `workflow` on an empty cluster: as the proposer does, or, where it has no plan in time or one that is not valid, first
    /// in, first out.
    public func plan(
        _ workflow: Workflow, on cluster: Cluster, durations: [Double]? = nil, budget: Duration = .milliseconds(100)
    ) throws -> SchedulePlan {
        let clock = ContinuousClock()
        let began = clock.now
        let instance = try SchedulingInstance(workflow, on: cluster, durations: durations)
        // A tenth of the time is for writing down the schedule.
        let isOver = { clock.now - began >= budget * 0.9 }
        var (timetable, foundBy) = (proposer.propose(instance, isOver: isOver), proposer.name)
        if timetable?.ends.count != instance.taskCount || (try? timetable?.check(against: instance)) == nil {
            (timetable, foundBy) = (SchedulingPolicy.fifo.timetable(of: instance), SchedulingPolicy.fifo.rawValue)
        }
        let schedule = (timetable ?? Timetable(count: 0)).schedule(of: instance)
        return SchedulePlan(
            policy: proposer.name, foundBy: foundBy, schedule: schedule, lowerBound: instance.lowerBound,
            decisionMs: (clock.now - began) / .milliseconds(1), iterations: 1,
            alternatives: [SchedulePlan.Alternative(policy: foundBy, makespan: schedule.makespan)])
    }

    /// Places ready tasks by the longest path behind them: a proposer plans whole workflows, of which these say nothing.
    public func choose(
        _ ready: [ReadyTask], in state: ClusterState, under constraints: PlacementConstraints, budget: Duration
    ) -> PlacementDecision {
        HeuristicScheduler(.criticalPath).choose(ready, in: state, under: constraints, budget: budget)
    }
}
