import Simulation
import Testing
import Workflows

@testable import Scheduling

/// What a portfolio finds with so many schedules.
private func search(
    _ instance: SchedulingInstance, iterations: Int = .max, seed: UInt64 = 0, isOver: () -> Bool = { false }
) -> Portfolio.Found {
    var experience = SearchExperience()
    return Portfolio.best(
        of: SchedulingPolicy.planned, for: instance, limits: .init(iterations: iterations, seed: seed),
        experience: &experience, isOver: isOver)
}

@Test func aPortfolioIsNeverWorseThanARule() throws {
    var better = 0
    for seed in 0..<80 {
        let instance = try RandomInstance(seed: seed).instance()
        let rules = SchedulingPolicy.planned.map { ($0, $0.timetable(of: instance).makespan) }
        let found = search(instance, iterations: 120, seed: UInt64(seed))
        try found.timetable.check(against: instance)
        let best = rules.map(\.1).min() ?? .infinity
        #expect(found.timetable.makespan <= best && found.timetable.makespan >= instance.lowerBound - 1e-9)
        #expect(found.iterations <= 120 && found.isWhole)
        // Each finder with what it came to; the one that is named is the first of the best.
        #expect(found.ended.first { $0.makespan == found.timetable.makespan }?.policy == found.foundBy)
        for (policy, makespan) in rules {
            let ended = found.ended.first { $0.policy == policy.rawValue }
            #expect(ended.map { $0.makespan == makespan } ?? (found.timetable.makespan <= instance.lowerBound + 1e-9))
        }
        if found.timetable.makespan < best { better += 1 }
    }
    #expect(better >= 10)
}

@Test func aPortfolioIsRepeatedByCounting() throws {
    for seed in 0..<40 {
        let instance = try RandomInstance(seed: seed, tasks: 20...40).instance()
        // Cut off at some moment, as by a clock.
        var asked = 0
        let cutOff = search(instance, seed: 5) {
            asked += 1
            return asked > 40 + seed * 3
        }
        let again = search(instance, iterations: cutOff.iterations, seed: 5)
        #expect(again.timetable == cutOff.timetable && again.foundBy == cutOff.foundBy)
        #expect(again.iterations == cutOff.iterations && again.ended == cutOff.ended, "seed \(seed)")
    }
}

@Test func theSeedMatters() throws {
    var differ = 0
    for seed in 0..<20 {
        let instance = try RandomInstance(seed: seed, tasks: 30...40, nodes: 3...6).instance()
        let found = (0..<2).map { search(instance, iterations: 60, seed: $0) }
        if found[0].timetable != found[1].timetable { differ += 1 }
    }
    #expect(differ > 3)
}

@Test(arguments: 0..<6) func smallInstancesAreSolvedToTheOptimum(block: Int) throws {
    for seed in (block * 6)..<(block * 6 + 6) {
        let features: RandomInstance.Features = seed % 2 == 0 ? [.files, .speeds, .emptyTasks] : [.files, .pools]
        let random = RandomInstance(seed: seed, features: features, tasks: 5...6, nodes: 2...3)
        let instance = try random.instance()
        let found = search(instance, iterations: 1200)
        try found.timetable.check(against: instance)
        #expect(found.timetable.makespan == Optimum(instance).makespan, "seed \(seed)")
    }
}

@Test func smallInstancesOfSharedNodesAreSolvedNearlyToTheOptimum() throws {
    var (equal, count) = (0, 0)
    for seed in 0..<24 {
        let random = RandomInstance(seed: seed, features: [.memory, .cores, .speeds], tasks: 5...6, nodes: 2...2)
        let instance = try random.instance()
        let found = search(instance, iterations: 400).timetable.makespan
        let optimum = Optimum(instance).makespan
        #expect(found >= optimum)
        count += 1
        if found == optimum { equal += 1 }
    }
    #expect(equal >= count * 9 / 10)
}

/// The shortest schedule, by going through all of them: some schedule in which tasks are placed in the order of their starts,
/// each as early as its parents and those placed before it allow, is among the shortest.
private struct Optimum {
    let instance: SchedulingInstance
    private(set) var makespan: Double
    private var timetable: Timetable
    private var placed: [Int] = []
    private let rests: [Double]

    init(_ instance: SchedulingInstance) {
        self.instance = instance
        timetable = Timetable(count: instance.taskCount)
        rests = instance.graph.upwardRanks(costs: instance.shortestDurations)
        // What a rule came to; only what is shorter is gone through.
        makespan = SchedulingPolicy.heft.timetable(of: instance).makespan
        extend()
    }

    private mutating func extend() {
        let length = placed.reduce(0) { max($0, timetable.starts[$1] + rests[$1]) }
        guard length < makespan else { return }
        if placed.count == instance.taskCount {
            makespan = min(makespan, timetable.makespan)
            return
        }
        for task in 0..<instance.taskCount where !placed.contains(task) {
            guard instance.graph.parents(of: task).allSatisfy(placed.contains) else { continue }
            for node in 0..<instance.nodeCount where instance.fits(task, on: node) {
                timetable.nodes[task] = node
                timetable.starts[task] = earliestStart(task, node)
                timetable.ends[task] = timetable.starts[task] + instance.duration(task, on: node)
                placed.append(task)
                extend()
                placed.removeLast()
            }
        }
    }

    private func earliestStart(_ task: Int, _ node: Int) -> Double {
        let arrival = instance.arrival(of: task, on: node, ends: timetable.ends, nodes: timetable.nodes)
        let length = instance.duration(task, on: node)
        guard length > 0 else { return arrival }
        let here = placed.filter { timetable.nodes[$0] == node && timetable.ends[$0] > timetable.starts[$0] }
        let moments = ([arrival] + here.map { timetable.ends[$0] }.filter { $0 > arrival }).sorted()
        return moments.first { start in
            let looks = [start] + here.map { timetable.starts[$0] }.filter { $0 > start && $0 < start + length }
            return looks.allSatisfy { moment in
                let holders = here.filter { timetable.starts[$0] <= moment && moment < timetable.ends[$0] }
                let node = instance.cluster.nodes[node]
                return holders.reduce(instance.cores[task]) { $0 + instance.cores[$1] } <= node.cores
                    && holders.reduce(instance.memory[task]) { $0 + instance.memory[$1] } <= node.memoryBytes
                        ?? .infinity
            }
        } ?? .infinity
    }
}

@Test func whatWorkedIsTriedFirst() throws {
    let instance = try RandomInstance(seed: 4, features: [.speeds], tasks: 30...30, nodes: 4...4).instance()
    let kind = SearchExperience.Kind(instance)
    var experience = SearchExperience()
    let rules = ["a", "b", "c"]
    #expect(experience.sorted(rules, by: { $0 }, on: kind) == rules)
    experience.note("c", tries: 4, successes: 3, on: kind)
    experience.note("a", tries: 4, successes: 1, on: kind)
    #expect(experience.sorted(rules, by: { $0 }, on: kind) == ["c", "b", "a"])
    #expect(experience.share(of: "c", on: kind) == 4.0 / 6 && experience.share(of: "b", on: kind) == 0.5)
    var other = kind
    other.size += 1
    #expect(experience.sorted(rules, by: { $0 }, on: other) == rules)
    // Rules that no other was better than did well; a search is not compared with them.
    experience.noteRules(
        [
            .init(policy: "fifo", makespan: 5), .init(policy: "heft", makespan: 4),
            .init(policy: "order-search", makespan: 3),
        ],
        on: kind)
    #expect(experience.share(of: "heft", on: kind) == 2.0 / 3 && experience.share(of: "fifo", on: kind) == 1.0 / 3)
    #expect(experience.share(of: "order-search", on: kind) == 0.5)
}

@Test func experienceChangesWhatGetsTheTime() throws {
    var (changed, count) = (0, 0)
    for seed in 0..<8 {
        let instance = try RandomInstance(seed: seed, features: [.speeds, .files], tasks: 38...40, nodes: 3...4)
            .instance()
        let kind = SearchExperience.Kind(instance)
        func found(_ tries: Int, _ successes: Int) -> Portfolio.Found {
            var experience = SearchExperience()
            experience.note("critical-task-search", tries: tries, successes: 0, on: kind)
            experience.note("order-search", tries: tries, successes: successes, on: kind)
            experience.note("rule-search", tries: tries, successes: successes, on: kind)
            return Portfolio.best(
                of: SchedulingPolicy.planned, for: instance, limits: .init(iterations: 500), experience: &experience
            ) { false }
        }
        let (before, after) = (found(0, 0), found(400, 400))
        guard before.iterations == 500, after.iterations == 500 else { continue }
        count += 1
        if before.timetable != after.timetable || before.ended != after.ended { changed += 1 }
    }
    #expect(count >= 4 && changed >= count / 2)
}

@Test func aPlanTeaches() throws {
    let random = RandomInstance(seed: 4, features: [.speeds], tasks: 30...30, nodes: 4...4)
    var experience = SearchExperience()
    let plan = try HeuristicScheduler(.portfolio).plan(
        random.workflow(), on: random.cluster, iterations: 400, seed: 3, experience: &experience)
    #expect(experience != SearchExperience() && plan.iterations == 400)
    var same = SearchExperience()
    let again = try HeuristicScheduler(.portfolio).plan(
        random.workflow(), on: random.cluster, iterations: 400, seed: 3, experience: &same)
    #expect(again.schedule == plan.schedule && same == experience)
}
