import Simulation

/// Carries out a plan on true durations and lets it be changed whenever a task has ended.
public enum AdaptiveExecution {
    /// When each task runs if `plan`, which holds the expected durations, is carried out while tasks take `runtimes`, in
    /// seconds at speed 1.
    ///
    /// Until the next task ends the plan is kept (``PlanExecution``); then `decide` is told what is known at that moment,
    /// and what it answers is kept until the next one. It never sees a duration that is not over.
    ///
    /// - Complexity: linear in tasks and dependencies for every task, beside `decide`.
    public static func run(
        _ plan: RunningPlan, runtimes: [Double], decide: (_ plan: RunningPlan) -> RunningPlan
    ) -> Timetable {
        var plan = plan
        var actual = plan.timetable
        while true {
            var known = plan.timetable
            for task in plan.progress.indices where plan.progress[task] != .planned {
                known.ends[task] = actual.ends[task]
            }
            var execution = PlanExecution(of: known, for: plan.instance, from: plan.now, started: plan.started)
            actual = execution.timetable(runtimes: runtimes)
            let next = actual.ends.reduce(.infinity) { $1 > plan.now ? min($0, $1) : $0 }
            guard next < .infinity else { return actual }
            plan = plan.advanced(to: next, as: actual)
            if plan.progress.contains(.planned) { plan = decide(plan) }
        }
    }
}

extension RunningPlan {
    /// All that has not started, planned anew.
    public func replanned() -> RunningPlan {
        let replanned = try? Repairing(DisturbedPlan(plan: self)).replanned { false }
        return replanned ?? self
    }

    /// The plan with its times as they are expected now: every task keeps its node, every node its order.
    public func shifted() -> RunningPlan {
        let shifted = try? Repairing(DisturbedPlan(plan: self)).rightShifted()
        return shifted ?? self
    }
}
