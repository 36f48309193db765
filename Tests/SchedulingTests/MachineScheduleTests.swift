import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

private let classic: RandomInstance.Features = [.files, .groups, .pools, .speeds, .emptyTasks]

extension MachineSchedule {
    /// The neighbours of each task in the graph of dependencies and machines, with what lies between them.
    fileprivate var arcs: [(from: Int, to: Int, seconds: Double)] {
        var arcs: [(Int, Int, Double)] = []
        for child in 0..<problem.taskCount {
            for edge in problem.parentEdges(child) {
                let parent = Int(problem.parents[edge])
                arcs.append((parent, child, node(parent) == node(child) ? 0 : problem.parentTransfers[edge]))
            }
            if predecessor(child) >= 0 { arcs.append((predecessor(child), child, 0)) }
        }
        return arcs
    }

    /// Longest paths by trying until nothing changes (Bellman and Ford); nil where they have no end.
    fileprivate func longestPaths(_ arcs: [(from: Int, to: Int, seconds: Double)]) -> (
        heads: [Double], tails: [Double]
    )? {
        var heads = [Double](repeating: 0, count: problem.taskCount)
        var tails = heads
        for _ in 0...problem.taskCount {
            var isStill = true
            for arc in arcs {
                let head = heads[arc.from] + lengths[arc.from] + arc.seconds
                if head > heads[arc.to] { (heads[arc.to], isStill) = (head, false) }
                let tail = tails[arc.to] + lengths[arc.to] + arc.seconds
                if tail > tails[arc.from] { (tails[arc.from], isStill) = (tail, false) }
            }
            if isStill { return (heads, tails) }
        }
        return nil
    }
}

@Test(arguments: 0..<8) func aMoveChangesWhatDependsOnItAndNothingElse(block: Int) throws {
    var refused = 0
    for seed in (block * 10)..<(block * 10 + 10) {
        let random = RandomInstance(seed: seed, features: seed % 2 == 0 ? classic : [.files], nodes: 2...5)
        let instance = try random.instance()
        let problem = SearchProblem(instance)
        var schedule = MachineSchedule(problem, SchedulingPolicy.heft.timetable(of: instance))
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<60 {
            let task = generator.below(problem.taskCount)
            let target = generator.below(problem.machineCount)
            let room = Int(schedule.offsets[target + 1] - schedule.offsets[target])
            let others = room - (target == Int(schedule.machine[task]) && !problem.isEmpty[task] ? 1 : 0)
            let index = generator.below(others + 1)
            guard problem.length(task, onMachine: target) < .infinity else { continue }
            let before = schedule
            if schedule.move(task, to: target, at: index) {
                #expect(schedule.machine[task] == Int32(target))
                if !problem.isEmpty[task] { #expect(schedule.place[task] == schedule.offsets[target] + Int32(index)) }
            } else {
                refused += 1
                #expect(schedule.sequence == before.sequence && schedule.machine == before.machine)
                #expect(schedule.heads == before.heads && schedule.tails == before.tails)
                #expect(schedule.offsets == before.offsets && schedule.place == before.place)
            }
            let paths = try #require(schedule.longestPaths(schedule.arcs))
            // Halves add up exactly; overheads and speeds of halves do too.
            #expect(schedule.heads == paths.heads && schedule.tails == paths.tails, "seed \(seed)")
            #expect(schedule.makespan == schedule.timetable().makespan)
            for task in 0..<problem.taskCount where schedule.place[task] >= 0 {
                #expect(schedule.sequence[Int(schedule.place[task])] == Int32(task))
            }
        }
    }
    #expect(refused > 10)
}

/// Moves that would be circular are refused for good reason.
@Test func aMoveIsRefusedOnlyWhereATaskWouldWaitForItself() throws {
    for seed in 0..<60 {
        let random = RandomInstance(seed: seed, features: [], tasks: 4...12, nodes: 2...2)
        let instance = try random.instance()
        let schedule = MachineSchedule(SearchProblem(instance), SchedulingPolicy.fifo.timetable(of: instance))
        for task in 0..<instance.taskCount {
            for target in 0..<2 {
                let room = Int(schedule.offsets[target + 1] - schedule.offsets[target])
                for index in 0...(room - (target == Int(schedule.machine[task]) ? 1 : 0)) {
                    var moved = schedule
                    let isMoved = moved.move(task, to: target, at: index)
                    // The same sequences by hand.
                    var rows = (0..<2).map { machine in
                        schedule.sequence[Int(schedule.offsets[machine])..<Int(schedule.offsets[machine + 1])]
                            .map { Int($0) }.filter { $0 != task }
                    }
                    rows[target].insert(task, at: index)
                    var arcs = random.edges.map { (from: $0.parent, to: $0.child, seconds: 0.0) }
                    for row in rows { arcs += zip(row, row.dropFirst()).map { (from: $0, to: $1, seconds: 0.0) } }
                    #expect(isMoved == (schedule.longestPaths(arcs) != nil), "seed \(seed)")
                }
            }
        }
    }
}

@Test func aScheduleTakesUpATimetable() throws {
    for seed in 0..<200 {
        let random = RandomInstance(seed: seed, features: classic)
        let instance = try random.instance()
        for policy in [SchedulingPolicy.fifo, .heft] {
            let timetable = policy.timetable(of: instance)
            let schedule = MachineSchedule(SearchProblem(instance), timetable)
            try schedule.timetable().check(against: instance)
            #expect(schedule.makespan <= timetable.makespan)
            #expect((0..<instance.taskCount).allSatisfy { Int(schedule.node($0)) == timetable.nodes[$0] })
        }
    }
}
