import Simulation
import Workflows

extension HeuristicScheduler {
    /// Draws on which plans are compared.
    static let samples = 16
    /// Tasks up to which plans are carried out on all draws: beyond them one plan takes a good part of a budget of 100 ms.
    private static let mostSampled = 5000
    /// The part of a budget in which plans are searched for, before they are compared.
    private static let searchShare = 0.6

    /// Plans `workflow` on an empty cluster when its durations are forecast and may turn out otherwise.
    ///
    /// A rule plans on the medians. A portfolio searches on the medians for a part of its budget, and then carries out what it
    /// found, and what HEFT plans on means, medians and upper quantiles, on the same sampled durations (``SampledPlan``): the
    /// plan with the least mean makespan is taken, together with the way to carry it out. The schedule shows how it goes if
    /// every task takes its median. With more than 5,000 tasks it searches on the medians alone.
    ///
    /// - Parameter iterations: schedules that the search builds at the most, instead of the bound on time, which then ends
    ///   nothing: the same number and seed give the same plan.
    public func plan(
        _ workflow: Workflow, on cluster: Cluster, forecasts: [DurationForecast],
        budget: Duration = .milliseconds(100), iterations: Int? = nil, seed: UInt64 = 0
    ) throws -> SchedulePlan {
        let clock = ContinuousClock()
        let began = clock.now
        let medians = forecasts.map(\.p50)
        var experience = SearchExperience()
        guard policy == .portfolio, forecasts.count <= Self.mostSampled, forecasts.contains(where: { $0.p05 < $0.p95 })
        else {
            return try plan(
                workflow, on: cluster, durations: medians, budget: budget, iterations: iterations, seed: seed,
                experience: &experience)
        }
        var plan = try plan(
            workflow, on: cluster, durations: medians, budget: budget * Self.searchShare, iterations: iterations,
            seed: seed, experience: &experience)
        let end = budget - min(budget / 20, .nanoseconds(300) * workflow.tasks.count)
        let instance = try SchedulingInstance(workflow, on: cluster, durations: medians)
        let best = SampledPlan.best(
            for: instance, forecasts: forecasts,
            samples: DurationSamples(of: forecasts, count: Self.samples, seed: seed),
            candidates: [.init(plan.foundBy, try Timetable(plan.schedule, of: instance))]
        ) { iterations == nil && clock.now - began >= end }
        plan.schedule = best.rule.timetable(of: best.plan, for: instance, runtimes: medians).schedule(of: instance)
        plan.foundBy = best.name
        plan.iterations += best.outcomes.count * Self.samples
        plan.execution = SchedulePlan.Execution(
            rule: best.rule.name, samples: Self.samples, expectedMakespan: best.value)
        plan.decisionMs = (clock.now - began) / .milliseconds(1)
        return plan
    }
}

extension ExecutionRule {
    /// What it is called on the wire.
    var name: String {
        switch self {
        case .kept: "kept"
        case .dispatch: "dispatch"
        case .ranked: "ranked"
        }
    }
}
