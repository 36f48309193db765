import Files
import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

/// A plan of HEFT on the way, where tasks took other times than expected.
private func runningPlan(seed: Int) throws -> (plan: RunningPlan, random: RandomInstance) {
    let random = RandomInstance(seed: seed, tasks: 8...40, nodes: 2...6)
    let instance = try random.instance()
    let plan = SchedulingPolicy.heft.timetable(of: instance)
    var execution = PlanExecution(of: plan, for: instance)
    let actual = execution.timetable(runtimes: truth(of: random, seed: seed))
    let moment = (actual.makespan * Double(seed % 5) / 6 * 2).rounded() / 2
    return (RunningPlan(plan, of: instance).advanced(to: moment, as: actual).shifted(), random)
}

/// Every kind of disruption that can happen to `plan`.
private func disruptions(_ plan: RunningPlan, seed: Int) throws -> [PlanDisruption] {
    var all: [PlanDisruption] = []
    if let task = plan.progress.firstIndex(of: .running) {
        all.append(.failed(task: task))
        all.append(.overrun(task: task, expectedEnd: plan.timetable.ends[task] + Double(seed % 7)))
    }
    // The last node is the one that everything fits on.
    all.append(.nodeLost(seed % (plan.instance.nodeCount - 1)))
    all.append(.nodeAdded(Cluster.Node(name: "new", cores: 4, memoryBytes: 16, speed: 2, pool: "p")))
    var other = RandomInstance(seed: seed + 5000, features: [.files, .emptyTasks, .groups], tasks: 1...12)
    for place in other.tasks.indices {
        other.tasks[place].id = "other-\(place)"
        other.tasks[place].wishes.together = other.tasks[place].wishes.together.map { "other-" + $0.dropFirst() }
    }
    all.append(.joined(try other.workflow(), runtimes: nil))
    return all
}

@Test func repairsAreValidAndNoWorseThanShifting() throws {
    var ways: [Repair.Way: Int] = [:]
    for seed in 0..<60 {
        let (plan, _) = try runningPlan(seed: seed)
        try plan.check()
        for disruption in try disruptions(plan, seed: seed) {
            let radius = seed % 4
            let repair = try plan.repair(after: disruption, editRadius: radius)
            try repair.plan.check()
            let disturbed = try plan.disturbed(by: disruption)
            try Repairing(disturbed).rightShifted().check()
            try #require(try Repairing(disturbed).replanned { false }).check()
            #expect(repair.localMakespan <= repair.rightShiftMakespan)
            #expect(repair.plan.makespan <= repair.rightShiftMakespan)
            // Stability costs no more than was allowed.
            let full = try #require(repair.fullMakespan)
            #expect(repair.plan.makespan - plan.now <= (full - plan.now) * 1.02 + 1e-9)
            ways[repair.way, default: 0] += 1
            // What has ended or runs is as it was, but what the disruption says of it.
            for task in plan.progress.indices where repair.plan.progress[task] == .ended {
                #expect(
                    plan.progress[task] == .ended && repair.plan.timetable.starts[task] == plan.timetable.starts[task]
                        && repair.plan.timetable.ends[task] == plan.timetable.ends[task])
            }
            // The same again.
            let again = try plan.repair(after: disruption, editRadius: radius)
            #expect(again.plan.timetable == repair.plan.timetable && again.way == repair.way)
        }
    }
    #expect(ways[.rightShift, default: 0] > 20 && ways[.full, default: 0] > 20)
    #expect(ways[.local(radius: 1), default: 0] > 5 && ways[.local(radius: 2), default: 0] > 0)
}

/// The tasks that a repair of this radius may move, by sets; a plain twin of `EditRegion`.
private func reach(_ plan: RunningPlan, _ disruption: PlanDisruption, radius: Int) -> Set<Int> {
    let planned = Set(plan.progress.indices.filter { plan.progress[$0] == .planned })
    func children(_ tasks: Set<Int>) -> Set<Int> { Set(tasks.flatMap { plan.instance.graph.children(of: $0) }) }
    func on(_ node: Int) -> Set<Int> {
        Set(plan.progress.indices.filter { plan.progress[$0] != .ended && plan.timetable.nodes[$0] == node })
    }
    var (seeds, near, reached): (Set<Int>, Set<Int>, Set<Int>) = ([], [], [])
    switch disruption {
    case .failed(let task), .overrun(let task, _): (seeds, near) = ([task], on(plan.timetable.nodes[task]))
    case .nodeLost(let node): (seeds, reached) = (on(node), on(node))
    case .nodeAdded:
        let ends = (0..<plan.instance.nodeCount).map { node in on(node).map { plan.timetable.ends[$0] }.max() ?? -1 }
        near = ends.max().flatMap { ends.firstIndex(of: $0) }.map(on) ?? []
    case .joined: break
    }
    for step in 0..<radius {
        reached.formUnion(
            step == 0 ? seeds.union(near.intersection(planned)).union(children(seeds)) : children(reached))
    }
    if case .failed = disruption { return reached.intersection(planned.union(seeds)) }
    return reached.intersection(planned.union(reached.intersection(seeds)))
}

@Test func aLocalRepairStaysWithinItsRadius() throws {
    var kept = 0
    for seed in 0..<60 {
        let (plan, _) = try runningPlan(seed: seed)
        for disruption in try disruptions(plan, seed: seed) {
            // Full replanning is never worth it.
            let repair = try plan.repair(after: disruption, editRadius: 2, tolerance: .infinity)
            guard case .local(let radius) = repair.way else {
                #expect(repair.way == .rightShift)
                continue
            }
            let reach = reach(plan, disruption, radius: radius)
            let count = plan.progress.count
            let fixed = plan.progress.indices.filter {
                repair.plan.progress[$0] == .planned && !reach.contains($0)
            }
            #expect(repair.edited.allSatisfy { $0 >= count || reach.contains($0) }, "seed \(seed)")
            #expect(fixed.allSatisfy { repair.plan.timetable.nodes[$0] == plan.timetable.nodes[$0] }, "seed \(seed)")
            for (a, b) in fixed.flatMap({ a in fixed.filter { $0 > a }.map { (a, $0) } })
            where plan.timetable.nodes[a] == plan.timetable.nodes[b]
                && plan.instance.runtimes[a] > 0 && plan.instance.runtimes[b] > 0
            {
                let (before, after) = (plan.timetable.starts, repair.plan.timetable.starts)
                if before[a] < before[b] { #expect(after[a] <= after[b], "seed \(seed)") }
                if before[a] > before[b] { #expect(after[a] >= after[b], "seed \(seed)") }
                kept += 1
            }
        }
    }
    #expect(kept > 50)
}

@Test func aRepairSaysWhatItEditedAndWhy() throws {
    // Two nodes with three tasks of 4 seconds each; the first task is now expected to take 20.
    let tasks = (0..<6).map { Workflow.Task(id: "t\($0)", runtimeSeconds: 4) }
    let instance = try SchedulingInstance(
        Workflow(name: "w", tasks: tasks, edges: []),
        on: Cluster(nodes: [.init(name: "a", cores: 1), .init(name: "b", cores: 1)]))
    let timetable = SchedulingPolicy.heft.timetable(of: instance)
    #expect(timetable.nodes == [0, 1, 0, 1, 0, 1])
    let plan = RunningPlan(timetable, of: instance).advanced(to: 2, as: timetable)
    let repair = try plan.repair(after: .overrun(task: 0, expectedEnd: 20), editRadius: 1)
    #expect(repair.rightShiftMakespan == 28 && repair.localMakespan == 20 && repair.fullMakespan == 20)
    #expect(repair.way == .local(radius: 1) && repair.edited == [2, 4] && repair.plan.makespan == 20)
    #expect(repair.reason == "planning anew would save nothing")
    let none = try plan.repair(after: .overrun(task: 0, expectedEnd: 20), editRadius: 0, tolerance: .infinity)
    #expect(none.way == .rightShift && none.edited.isEmpty && none.plan.makespan == 28)
    let full = try plan.repair(after: .overrun(task: 0, expectedEnd: 20), editRadius: 0)
    #expect(full.way == .full && full.plan.makespan == 20)
    #expect(
        full.reason
            == "planning anew saves 30.8 % of the time that is left, more than the 2.0 % that stability is worth")
    // Without time what is left is shifted.
    let short = try plan.repair(after: .overrun(task: 0, expectedEnd: 20)) { true }
    #expect(short.way == .rightShift && short.fullMakespan == nil && short.reason == "there was no time to plan anew")
}

@Test func disruptionsOfWhatIsNotThereAreRefused() throws {
    let (plan, random) = try runningPlan(seed: 3)
    let ended = try #require(plan.progress.firstIndex(of: .ended))
    func refuses(_ disruption: PlanDisruption, _ problem: String) {
        let error = #expect(throws: InputError.self) { try plan.repair(after: disruption) }
        #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
    }
    refuses(.failed(task: ended), "the task \(ended) does not run")
    refuses(.overrun(task: 99, expectedEnd: 1e9), "the task 99 does not run")
    refuses(.nodeLost(99), "the node 99 is not there")
    refuses(.nodeAdded(.init(name: "n0", cores: 1)), "\"n0\" is there already")
    refuses(.joined(try random.workflow(), runtimes: nil), "stands twice")
    let running = try #require(plan.progress.firstIndex(of: .running))
    refuses(.overrun(task: running, expectedEnd: plan.now - 1), "before the moment")
    let lonely = RandomInstance(seed: 1, features: [], tasks: 3...9, nodes: 1...1)
    let alone = RunningPlan(SchedulingPolicy.heft.timetable(of: try lonely.instance()), of: try lonely.instance())
    let first = try #require(lonely.tasks.indices.first { alone.timetable.starts[$0] == 0 })
    let error = #expect(throws: InputError.self) { try alone.repair(after: .nodeLost(0)) }
    #expect(error?.problem == "the task \"\(lonely.tasks[first].id)\" fits on no node that is left")
}
