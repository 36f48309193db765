import Simulation
import Testing
import Workflows

@testable import Scheduling

/// What is done where and when, as the naive rules tell it.
func runs(_ timetable: Timetable) -> [NaiveModel.Run] {
    timetable.nodes.indices.map { task in
        .init(
            task: task, node: timetable.nodes[task], placed: timetable.placed[task], start: timetable.starts[task],
            end: timetable.ends[task])
    }
}

@Test(arguments: 0..<12) func fifoIsThatOfTheContract(block: Int) throws {
    for seed in (block * 50)..<(block * 50 + 50) {
        let random = RandomInstance(seed: seed)
        let instance = try random.instance()
        let timetable = SchedulingPolicy.fifo.timetable(of: instance)
        try timetable.check(against: instance)
        #expect(runs(timetable) == NaiveModel(random).fifo(), "seed \(seed)")
        #expect(timetable.makespan >= instance.lowerBound - 1e-9)
    }
}

/// Many nodes have room again at once, and tasks wait for each of two pools and for none.
@Test(arguments: 0..<16) func fifoIsThatOfTheContractOnManyNodes(seed: Int) throws {
    let random = RandomInstance(seed: seed, features: seed < 4 ? [.pools] : nil, tasks: 60...100, nodes: 12...24)
    let instance = try random.instance()
    let timetable = SchedulingPolicy.fifo.timetable(of: instance)
    #expect(runs(timetable) == NaiveModel(random).fifo())
    try timetable.check(against: instance)
}

@Test(arguments: 0..<6) func thePortfolioIsItsBestMember(block: Int) throws {
    for seed in (block * 50)..<(block * 50 + 50) {
        let random = RandomInstance(seed: seed)
        let workflow = try random.workflow()
        func plan(_ policy: SchedulingPolicy) throws -> SchedulePlan {
            try HeuristicScheduler(policy).plan(workflow, on: random.cluster, budget: .seconds(60))
        }
        let (fifo, heft, best) = (try plan(.fifo), try plan(.heft), try plan(.portfolio))
        #expect(best.schedule.makespan == min(fifo.schedule.makespan, heft.schedule.makespan))
        #expect(best.schedule == (heft.schedule.makespan < fifo.schedule.makespan ? heft : fifo).schedule)
        #expect(best.foundBy == (heft.schedule.makespan < fifo.schedule.makespan ? "heft" : "fifo"))
        #expect(best.policy == "portfolio" && best.iterations == 2 && best.lowerBound == fifo.lowerBound)
        #expect(try plan(.portfolio).schedule == best.schedule)
    }
}

@Test func theInstancesAreNotTrivial() throws {
    // What the tests above stand on: rules that differ, tasks that wait for room, for files and in groups.
    var (differ, waitForRoom, waitForFiles, grouped) = (0, 0, 0, 0)
    for seed in 0..<600 {
        let instance = try RandomInstance(seed: seed).instance()
        let (fifo, heft) = (
            SchedulingPolicy.fifo.timetable(of: instance), SchedulingPolicy.heft.timetable(of: instance)
        )
        if fifo.makespan != heft.makespan { differ += 1 }
        if zip(fifo.placed, fifo.ready).contains(where: { $0 > $1 }) { waitForRoom += 1 }
        if zip(fifo.starts, fifo.placed).contains(where: { $0 > $1 }) { waitForFiles += 1 }
        if (0..<instance.taskCount).contains(where: { instance.group(of: $0) != nil }) { grouped += 1 }
    }
    #expect(differ > 200 && waitForRoom > 300 && waitForFiles > 60 && grouped > 150)
}
