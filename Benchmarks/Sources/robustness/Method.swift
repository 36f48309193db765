import Scheduling
import Simulation

/// A way to plan on expected durations and to run on true ones.
struct Method: Sendable {
    let name: String
    /// The makespan on `truth` of what is planned for `instance`, which holds the expected durations.
    let run: @Sendable (_ instance: SchedulingInstance, _ truth: [Double], _ sigma: Double) -> Double

    /// HEFT's plan, every task on its node and every node in its order: the baseline.
    static let heft = Method(name: "heft, plan kept") { instance, truth, _ in
        var execution = PlanExecution(of: SchedulingPolicy.heft.timetable(of: instance), for: instance)
        return execution.makespan(runtimes: truth)
    }

    /// HEFT with slack: planned on durations that are one standard deviation longer.
    static let slack = Method(name: "heft with slack, plan kept") { instance, truth, sigma in
        let longer = instance.runtimes.map { DurationForecast(median: $0, sigma: sigma).duration(at: 1) }
        var execution = PlanExecution(
            of: SchedulingPolicy.heft.timetable(of: instance.with(runtimes: longer)), for: instance)
        return execution.makespan(runtimes: truth)
    }

    /// First in, first out needs no forecast.
    static let fifo = Method(name: "fifo") { instance, truth, _ in
        SchedulingPolicy.fifo.timetable(of: instance.with(runtimes: truth)).makespan
    }

    /// HEFT's order, nodes chosen at the moment.
    static func dispatch(loyalty: Double, _ name: String) -> Method {
        Method(name: name) { instance, truth, _ in
            let plan = SchedulingPolicy.heft.timetable(of: instance)
            var execution = DispatchExecution(of: plan, for: instance, loyalty: loyalty)
            return execution.timetable(runtimes: truth).makespan
        }
    }

    /// The plan that is best on samples of the forecasts, by one of `rules`.
    static func sampled(_ rules: [ExecutionRule], samples: Int, _ name: String) -> Method {
        Method(name: name) { instance, truth, sigma in
            let forecasts = instance.runtimes.map { DurationForecast(median: $0, sigma: sigma) }
            let drawn = DurationSamples(of: forecasts, count: samples, seed: 0xA11CE)
            let scenarios = DurationSamples(of: forecasts, count: 4, seed: 0xB0B)
            let best = SampledPlan.best(
                for: instance, forecasts: forecasts, samples: drawn, rules: rules, scenarios: scenarios)
            return best.rule.timetable(of: best.plan, for: instance, runtimes: truth).makespan
        }
    }

    /// HEFT's plan, changed whenever a task ends.
    static func adaptive(_ name: String, _ decide: @escaping @Sendable (RunningPlan) -> RunningPlan) -> Method {
        Method(name: name) { instance, truth, _ in
            let plan = SchedulingPolicy.heft.timetable(of: instance)
            return AdaptiveExecution.run(RunningPlan(plan, of: instance), runtimes: truth, decide: decide).makespan
        }
    }

    /// HEFT's ranks, nodes chosen at the moment.
    static func ranked(caution: Double, _ name: String) -> Method {
        Method(name: name) { instance, truth, _ in
            let plan = Timetable(count: 0)
            return ExecutionRule.ranked(caution: caution).timetable(of: plan, for: instance, runtimes: truth).makespan
        }
    }

    static let others = [
        fifo, slack, dispatch(loyalty: .infinity, "dispatch, nodes kept"), dispatch(loyalty: 0, "dispatch"),
        dispatch(loyalty: 0.1, "dispatch, loyalty 0.1"), ranked(caution: 0, "dispatch by ranks"),
        ranked(caution: 0.25, "same, caution 0.25"), ranked(caution: 0.5, "same, caution 0.5"),
        sampled([.kept], samples: 100, "sampled, plan kept"),
        sampled(SampledPlan.rules, samples: 20, "sampled with rules"),
        adaptive("rebalanced at events") { $0.rebalanced().plan }, adaptive("replanned at events") { $0.replanned() },
    ]
}
