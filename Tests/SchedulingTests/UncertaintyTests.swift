import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

@Test func aForecastHasItsQuantilesAndItsMean() {
    let forecast = DurationForecast(p05: 2, p50: 4, p95: 16)
    #expect(abs(forecast.duration(at: -1.6448536) - 2) < 1e-6 && forecast.duration(at: 0) == 4)
    #expect(abs(forecast.duration(at: 1.6448536) - 16) < 1e-5)
    // The mean of a lognormal distribution is exp(sigma² / 2) of its median.
    #expect(abs(DurationForecast(median: 3, sigma: 0.5).mean - 3 * 1.1331484530668263) < 1e-12)
    #expect(DurationForecast(p05: 0, p50: 0, p95: 9).mean == 0 && DurationForecast(p05: 5, p50: 5, p95: 5).mean == 5)
    #expect(
        DurationForecast(p05: 0, p50: 4, p95: 8).duration(at: -1) == 4
            / (DurationForecast(p05: 0, p50: 4, p95: 8).duration(at: 1) / 4))
    let crossed = PredictedQuantity(
        .duration, p05: 5, p50: 4, p95: 3, allocation: 9, reason: "", source: .heuristic)
    #expect(DurationForecast(crossed) == DurationForecast(p05: 4, p50: 4, p95: 4))
}

@Test func samplesFollowTheirForecastsAndComeInPairs() {
    let forecasts = [DurationForecast(p05: 2, p50: 4, p95: 16), DurationForecast(median: 10, sigma: 0.3)]
    let samples = DurationSamples(of: forecasts, count: 4000, seed: 3).runtimes
    for (task, forecast) in forecasts.enumerated() {
        let sorted = samples.map { $0[task] }.sorted()
        #expect(abs(sorted[200] / forecast.p05 - 1) < 0.08 && abs(sorted[3800] / forecast.p95 - 1) < 0.08)
        #expect(abs(sorted.reduce(0, +) / 4000 / forecast.mean - 1) < 0.03)
    }
    // Mirror images: the product of a pair is the square of the median where both halves are equally wide.
    #expect(stride(from: 0, to: 4000, by: 2).allSatisfy { abs(samples[$0][1] * samples[$0 + 1][1] / 100 - 1) < 1e-9 })
    #expect(DurationSamples(of: forecasts, count: 7, seed: 3).runtimes == Array(samples.prefix(7)))
    #expect(DurationSamples(of: forecasts, count: 7, seed: 4).runtimes != Array(samples.prefix(7)))
}

@Test func riskIsTheMeanOfAllOrOfTheWorst() {
    let makespans = [4.0, 1, 3, 2]
    #expect(RiskMeasure.mean.value(of: makespans) == 2.5 && RiskMeasure.worst(share: 1).value(of: makespans) == 2.5)
    #expect(RiskMeasure.worst(share: 0.5).value(of: makespans) == 3.5)
    #expect(RiskMeasure.worst(share: 0.01).value(of: makespans) == 4)
}

@Test func aSampledPlanIsTheBestOfItsCandidatesOnTheSamples() throws {
    var found: [String: Int] = [:]
    for seed in 0..<16 {
        let instance = try RandomInstance(seed: seed, tasks: 5...25).instance()
        let forecasts = instance.runtimes.map { DurationForecast(median: $0, sigma: 0.5) }
        let samples = DurationSamples(of: forecasts, count: 10, seed: UInt64(seed))
        let risk = seed % 2 == 0 ? RiskMeasure.mean : .worst(share: 0.3)
        let rules: [ExecutionRule] = seed % 4 == 0 ? [.kept] : SampledPlan.rules
        let fifo = SampledPlan.Candidate("fifo", SchedulingPolicy.fifo.timetable(of: instance))
        func plan(_ isOver: () -> Bool) -> SampledPlan {
            SampledPlan.best(
                for: instance, forecasts: forecasts, samples: samples, risk: risk, rules: rules, candidates: [fifo],
                scenarios: DurationSamples(of: forecasts, count: 3, seed: 99), isOver: isOver)
        }
        let best = plan { false }
        #expect(best.outcomes.count == rules.count + 6 && best.outcomes.allSatisfy { $0.value >= best.value })
        #expect(best.outcomes.contains { $0.name == best.name && $0.rule == best.rule && $0.value == best.value })
        // What is said of it holds when it is run again, and each run is valid.
        let expected = instance.with(runtimes: forecasts.map(\.mean))
        let makespans = try samples.runtimes.map { runtimes in
            let run = best.rule.timetable(of: best.plan, for: expected, runtimes: runtimes)
            try run.check(against: instance.with(runtimes: runtimes))
            return run.makespan
        }
        #expect(risk.value(of: makespans) == best.value)
        found[best.name, default: 0] += 1
        // Cut off after any number of runs it is the best of what was compared until then.
        for limit in [0, 15, 40] {
            var asked = 0
            let short = plan {
                asked += 1
                return asked > limit
            }
            #expect(short.outcomes == Array(best.outcomes.prefix(short.outcomes.count)) && !short.outcomes.isEmpty)
            #expect(short.outcomes.allSatisfy { $0.value >= short.value })
        }
    }
    #expect(found.count >= 2)
}

/// Many tasks on unequal nodes, so that where they run matters.
private func wide(seed: Int) throws -> (random: RandomInstance, instance: SchedulingInstance) {
    var random = RandomInstance(seed: seed, features: [.files, .speeds], tasks: 40...60, nodes: 4...6)
    random.edges.removeAll { ($0.parent + $0.child) % 3 != 0 }
    return (random, try random.instance())
}

@Test func decisionsAtEventsSeeNothingThatIsNotOver() throws {
    var (kept, replanned) = (0.0, 0.0)
    for seed in 0..<6 {
        let (random, instance) = try wide(seed: seed)
        let truth = truth(of: random, seed: seed)
        let plan = SchedulingPolicy.heft.timetable(of: instance)
        var events = 0
        let ran = AdaptiveExecution.run(RunningPlan(plan, of: instance), runtimes: truth) { now in
            events += 1
            for task in truth.indices where now.progress[task] != .ended {
                let expected = now.instance.duration(task, on: now.timetable.nodes[task])
                let length = now.timetable.ends[task] - now.timetable.starts[task]
                // What runs has its expected length, or up to a tenth more than its time so far.
                let elapsed = now.now - now.timetable.starts[task]
                let isOverrun = length > expected && length >= elapsed && length <= elapsed * 1.1 + 1e-9
                #expect(abs(length - expected) < 1e-9 || (now.progress[task] == .running && isOverrun))
            }
            let next = now.replanned()
            #expect((try? next.check()) != nil)
            return next
        }
        try ran.check(against: instance.with(runtimes: truth))
        #expect(events > 5)
        var execution = PlanExecution(of: plan, for: instance)
        kept += execution.makespan(runtimes: truth)
        replanned += ran.makespan
        let same = AdaptiveExecution.run(RunningPlan(plan, of: instance), runtimes: truth) { $0 }
        #expect(same == execution.timetable(runtimes: truth))
    }
    #expect(replanned < 0.9 * kept)
}

@Test func rebalancingHelpsWithRightForecastsAndDoesLittleHarmWithNoisyOnes() throws {
    var (before, right, noisy, moves) = (0.0, 0.0, 0.0, 0)
    for seed in 100..<112 {
        let (random, instance) = try wide(seed: seed)
        let truth = truth(of: random, seed: seed)
        let plan = SchedulingPolicy.heft.timetable(of: instance)
        var execution = PlanExecution(of: plan, for: instance)
        let kept = execution.makespan(runtimes: truth)
        let known = RunningPlan(plan, of: instance.with(runtimes: truth)).rebalanced(mostMoves: 8)
        try known.plan.check()
        #expect(known.makespanBefore == kept && known.plan.makespan <= kept && known.moves.count <= 8)
        #expect(known.moves.isEmpty || known.spreadBefore > 0.1)
        #expect(zip(plan.nodes, known.plan.timetable.nodes).count { $0 != $1 } <= known.moves.count)
        var generator = SeededGenerator(seed: UInt64(seed))
        let forecast = truth.map { DurationForecast(median: $0, sigma: 0.5).duration(at: Double(generator.normal())) }
        let guessed = RunningPlan(plan, of: instance.with(runtimes: forecast)).rebalanced(mostMoves: 8)
        var rerun = PlanExecution(of: guessed.plan.timetable, for: instance)
        before += kept
        right += known.plan.makespan
        noisy += rerun.makespan(runtimes: truth)
        moves += known.moves.count
        #expect(RunningPlan(plan, of: instance.with(runtimes: truth)).rebalanced(threshold: 1).moves.isEmpty)
    }
    // A tenth shorter with right forecasts, and no longer on the whole with those that are off by half.
    #expect(right < 0.9 * before && noisy < before && moves > 40)
}

@Test func whatWaitsLongestGoesWhereIdlenessComesFirst() throws {
    // Six tasks of 4 seconds wait for the node 0; the others have one each, the shorter the later they stand.
    let lengths: [Double] = [4, 4, 4, 4, 4, 4, 9, 8, 7, 6, 5]
    let tasks = lengths.enumerated().map { Workflow.Task(id: "t\($0)", runtimeSeconds: $1) }
    let instance = try SchedulingInstance(
        Workflow(name: "w", tasks: tasks, edges: []),
        on: Cluster(nodes: (0..<6).map { Cluster.Node(name: "n\($0)", cores: 1) }))
    var timetable = Timetable(count: 11)
    timetable.nodes = [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5]
    timetable.starts = [0, 4, 8, 12, 16, 20, 0, 0, 0, 0, 0]
    timetable.ends = zip(timetable.starts, lengths).map { $0 + $1 }
    let plan = RunningPlan(timetable, of: instance).advanced(to: 1, as: timetable)
    try plan.check()
    let once = plan.rebalanced(mostMoves: 1)
    #expect(once.moves == [.init(task: 5, from: 0, to: 5)] && once.makespanBefore == 24 && once.plan.makespan == 20)
    #expect(once.plan.timetable.starts[5] == 5 && once.spreadBefore == (23.0 - 4) / 23)
    let whole = plan.rebalanced()
    try whole.plan.check()
    #expect(whole.plan.makespan == 12 && Set(whole.moves.prefix(3).map(\.to)) == [3, 4, 5])
    // A node that is gone takes nothing.
    let without = try plan.repair(after: .nodeLost(5), editRadius: 0, tolerance: .infinity).plan
    #expect(without.rebalanced().moves.allSatisfy { $0.to != 5 })
    #expect(plan.rebalanced(threshold: 0.9).moves.isEmpty && plan.rebalanced(leastGain: 0.5).moves.isEmpty)
    #expect(plan.rebalanced { true }.moves.isEmpty)
}

@Test func aRunIsCutOffWhenTimeIsOver() throws {
    let instance = try RandomInstance(seed: 3, features: [.speeds, .files], tasks: 40...40, nodes: 2...2).instance()
    var execution = DispatchExecution(of: SchedulingPolicy.heft.timetable(of: instance), for: instance)
    let whole = execution.timetable(runtimes: instance.runtimes)
    for limit in 0..<20 {
        var asked = 0
        let cut = execution.timetable(runtimes: instance.runtimes) {
            asked += 1
            return asked > limit
        }
        #expect(cut == nil && asked == limit + 1)
    }
    // Nothing is left over from those that were cut off.
    #expect(execution.timetable(runtimes: instance.runtimes) == whole)
}
