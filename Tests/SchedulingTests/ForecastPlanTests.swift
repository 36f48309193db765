import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

/// Forecasts around the durations of a workflow, some of them wide and one-sided.
private func forecasts(of workflow: Workflow, seed: UInt64) -> [DurationForecast] {
    var generator = SeededGenerator(seed: seed)
    return workflow.tasks.map { task in
        let median = task.runtimeSeconds ?? 0
        let (below, above) = (generator.uniformDouble(), generator.uniformDouble())
        return DurationForecast(p05: median * (1 - 0.8 * below), p50: median, p95: median * (1 + 3 * above))
    }
}

@Test(arguments: 0..<15) func aPlanOnForecastsIsTheBestOnItsSamples(seed: Int) throws {
    let random = RandomInstance(seed: seed, tasks: 5...40)
    let workflow = try random.workflow()
    let forecasts = forecasts(of: workflow, seed: UInt64(seed))
    func plan() throws -> SchedulePlan {
        try HeuristicScheduler(.portfolio).plan(
            workflow, on: random.cluster, forecasts: forecasts, iterations: 60, seed: UInt64(seed))
    }
    let found = try plan()
    var again = try plan()
    again.decisionMs = found.decisionMs
    #expect(again == found)
    // What it shows is how it goes when every task takes its median.
    let instance = try SchedulingInstance(workflow, on: random.cluster, durations: forecasts.map(\.p50))
    try Timetable(found.schedule, of: instance).check(against: instance)
    guard forecasts.contains(where: { $0.p05 < $0.p95 }) else { return }
    let execution = try #require(found.execution)
    // HEFT on the means, kept, is among what was compared.
    let samples = DurationSamples(of: forecasts, count: execution.samples, seed: UInt64(seed))
    let means = instance.with(runtimes: forecasts.map(\.mean))
    let heft = try #require(HEFT().plan(means))
    let kept = try #require(ExecutionRule.kept.makespans(of: heft, for: means, on: samples) { false })
    #expect(execution.expectedMakespan <= RiskMeasure.mean.value(of: kept) * (1 + 1e-12))
    #expect(found.json["execution"]?["rule"]?.string == execution.rule)
}

@Test func withoutDoubtAPlanOnForecastsIsThatOnDurations() throws {
    let random = RandomInstance(seed: 4, tasks: 20...20)
    let workflow = try random.workflow()
    let certain = workflow.tasks.map { DurationForecast(median: $0.runtimeSeconds ?? 0, sigma: 0) }
    for policy in [SchedulingPolicy.heft, .portfolio] {
        var experience = SearchExperience()
        let (a, b) = (
            try HeuristicScheduler(policy).plan(workflow, on: random.cluster, forecasts: certain, iterations: 40),
            try HeuristicScheduler(policy).plan(
                workflow, on: random.cluster, iterations: 40, experience: &experience)
        )
        #expect(a.schedule == b.schedule && a.execution == nil && a.foundBy == b.foundBy)
    }
}

@Test func thePlanOnForecastsKeepsItsBudget() throws {
    let random = RandomInstance(seed: 9, tasks: 300...300, nodes: 8...8)
    let workflow = try random.workflow()
    let plan = try HeuristicScheduler(.portfolio).plan(
        workflow, on: random.cluster, forecasts: forecasts(of: workflow, seed: 1), budget: .milliseconds(400))
    #expect(plan.decisionMs < 800)
}
