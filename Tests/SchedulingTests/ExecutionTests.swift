import Kernels
import Scheduling
import Simulation
import Testing
import Workflows

/// True durations: half, the same, double, or none, on halves like the others.
func truth(of random: RandomInstance, seed: Int, allowsNone: Bool = false) -> [Double] {
    var generator = SeededGenerator(seed: UInt64(7_000_000 + seed))
    return random.tasks.map { task in
        let factors: [Double] = [0.5, 1, 1, 2, allowsNone ? 0 : 4]
        let factor = factors.randomElement(using: &generator) ?? 1
        return (task.runtimeSeconds ?? 0) * factor
    }
}

@Test func aPlanIsCarriedOutAsTheNaiveTwinDoes() throws {
    var late = 0
    for seed in 0..<200 {
        let random = RandomInstance(seed: seed)
        let instance = try random.instance()
        let policy = seed % 2 == 0 ? SchedulingPolicy.heft : .fifo
        let plan = policy.timetable(of: instance)
        let truth = truth(of: random, seed: seed, allowsNone: true)
        var execution = PlanExecution(of: plan, for: instance)
        let makespan = execution.makespan(runtimes: truth)
        let ran = execution.timetable(runtimes: truth)
        try ran.check(against: instance.with(runtimes: truth))
        #expect(makespan == ran.makespan && ran.nodes == plan.nodes)
        let naive = NaiveModel(random).kept(nodes: plan.nodes, starts: plan.starts, truth: truth)
        #expect(naive.map(\.start) == ran.starts && naive.map(\.end) == ran.ends, "seed \(seed)")
        // On the durations that it was made for, no task is later than planned.
        let asPlanned = execution.timetable(runtimes: instance.runtimes)
        #expect(zip(asPlanned.starts, plan.starts).allSatisfy { $0 <= $1 }, "seed \(seed)")
        if ran.makespan > plan.makespan { late += 1 }
        // Nothing is left of a run.
        #expect(execution.timetable(runtimes: truth) == ran)
    }
    #expect(late > 50)
}

@Test func aPlanThatContradictsTheGraphIsCarriedOutAllTheSame() throws {
    for seed in 0..<100 {
        let random = RandomInstance(seed: seed)
        let instance = try random.instance()
        var plan = SchedulingPolicy.heft.timetable(of: instance)
        plan.starts = plan.starts.map { -$0 }
        var execution = PlanExecution(of: plan, for: instance)
        try execution.timetable(runtimes: instance.runtimes).check(against: instance)
    }
}

@Test func dispatchingIsWhatTheNaiveTwinDoes() throws {
    var moved = 0
    for seed in 0..<250 {
        let random = RandomInstance(seed: seed, tasks: 1...25)
        let instance = try random.instance()
        let plan = SchedulingPolicy.heft.timetable(of: instance)
        let truth = truth(of: random, seed: seed)
        let loyalty: Double = [0, 0.25, Double.infinity][seed % 3]
        let caution: Double = [0, 0.5][seed % 2]
        var execution = DispatchExecution(
            instance, keys: plan.starts, plannedNodes: plan.nodes, loyalty: loyalty, caution: caution)
        let ran = execution.timetable(runtimes: truth)
        try ran.check(against: instance.with(runtimes: truth))
        let naive = NaiveModel(random).dispatched(
            keys: plan.starts, planned: plan.nodes, loyalty: loyalty, caution: caution, truth: truth)
        #expect(naive.map(\.node) == ran.nodes && naive.map(\.start) == ran.starts, "seed \(seed)")
        #expect(execution.timetable(runtimes: truth) == ran)
        if ran.nodes != plan.nodes { moved += 1 }
        if loyalty == .infinity { #expect(ran.nodes == plan.nodes) }
    }
    #expect(moved > 50)
}

@Test func dispatchingSurvivesWhatNobodyExpected() throws {
    for seed in 0..<150 {
        let random = RandomInstance(seed: seed)
        let instance = try random.instance()
        var generator = SeededGenerator(seed: UInt64(seed))
        // Some that were to take no time take some, and the other way round.
        let expected = instance.runtimes.map { Int.random(in: 0..<3, using: &generator) == 0 ? 0 : $0 }
        let truth = truth(of: random, seed: seed, allowsNone: true)
        let unsure = instance.with(runtimes: expected)
        var execution = DispatchExecution(of: SchedulingPolicy.heft.timetable(of: unsure), for: unsure)
        try execution.timetable(runtimes: truth).check(against: instance.with(runtimes: truth))
    }
}
