import Simulation

/// How a workflow is carried out when tasks take other times than expected.
///
/// Where nodes may be chosen late, ``ranked(caution:)`` is the rule to take: on workflows that it was not chosen on it loses
/// less to forecasts that are off than any plan that is kept (benchmark `robustness`). A plan that must be announced before
/// it starts is ``kept``; choosing it on samples then helps little, because what goes wrong is seen only on the way.
/// ``SampledPlan`` chooses between the rules by the forecasts at hand.
public enum ExecutionRule: Sendable, Hashable {
    /// Every task keeps the node that was planned, every node the order: ``PlanExecution``.
    case kept
    /// The order of the plan is kept, and nodes are chosen when tasks are ready, with this loyalty to the planned ones:
    /// ``DispatchExecution``.
    case dispatch(loyalty: Double)
    /// Without a plan: tasks by HEFT's upward ranks of the expected durations, nodes chosen when tasks are ready, with this
    /// caution: ``DispatchExecution``.
    case ranked(caution: Double)

    /// Whether a plan matters.
    var needsPlan: Bool { if case .ranked = self { false } else { true } }

    private func dispatch(_ plan: Timetable, _ instance: SchedulingInstance) -> DispatchExecution? {
        switch self {
        case .kept: return nil
        case .dispatch(let loyalty): return DispatchExecution(of: plan, for: instance, loyalty: loyalty)
        case .ranked(let caution):
            return DispatchExecution(instance, keys: instance.upwardRanks.map { -$0 }, caution: caution)
        }
    }

    /// When each task runs if `plan`, made for the expected durations of `instance`, is carried out while tasks take
    /// `runtimes`, in seconds at speed 1.
    public func timetable(of plan: Timetable, for instance: SchedulingInstance, runtimes: [Double]) -> Timetable {
        if var execution = dispatch(plan, instance) { return execution.timetable(runtimes: runtimes) }
        var execution = PlanExecution(of: plan, for: instance)
        return execution.timetable(runtimes: runtimes)
    }

    /// The makespans on each of `samples`; nil if `isOver` says so before all are known.
    func makespans(
        of plan: Timetable, for instance: SchedulingInstance, on samples: DurationSamples, isOver: () -> Bool
    ) -> [Double]? {
        var makespans: [Double] = []
        makespans.reserveCapacity(samples.runtimes.count)
        var dispatch = dispatch(plan, instance)
        var kept = dispatch == nil ? PlanExecution(of: plan, for: instance) : nil
        for runtimes in samples.runtimes {
            if isOver() { return nil }
            if let makespan = kept?.makespan(runtimes: runtimes) {
                makespans.append(makespan)
            } else {
                guard let run = dispatch?.timetable(runtimes: runtimes, isOver: isOver) else { return nil }
                makespans.append(run.makespan)
            }
        }
        return makespans
    }
}
