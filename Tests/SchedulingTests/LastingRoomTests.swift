import Kernels
import Simulation
import Testing
import Workflows

@testable import Scheduling

/// The slots of `task` behind what is placed, on every node that it may run on, from one look at each.
private func slots(_ task: Int, _ draft: PlanDraft) -> [PlanDraft.Slot] {
    let arrival = draft.arrival(of: task)
    return draft.nodes(for: task).map { draft.slot(of: task, arrival, on: $0, in: .end) }
}

/// Placed at random, on nodes that are not the best too; what is kept of each class, in many rows or in one that they share,
/// tells the same as a look at every node.
@Test(arguments: [LastingRooms.mostValues, 8, 1]) func whatIsKeptOfRoomsIsThatOfEveryNode(mostValues: Int) throws {
    var settled = 0
    for seed in 0..<120 {
        var generator = SeededGenerator(seed: UInt64(seed))
        let random = RandomInstance(seed: seed, tasks: 10...40, nodes: 1...9, density: 0.1)
        let instance = try random.instance()
        var draft = PlanDraft(of: instance, on: PlanningBoard(of: instance))
        var rooms = LastingRooms(of: draft, mostValues: mostValues)
        for task in instance.levels.joined() {
            let all = slots(task, draft)
            let arrival = draft.arrival(of: task)
            let byFinish = all.sorted { $0.precedes($1) }
            let byStart = all.sorted { ($0.start, $0.node) < ($1.start, $1.node) }
            let two = rooms.twoEarliestFinishes(of: task, arrival, draft)
            #expect(two.best.node == byFinish[0].node && two.best.finish == byFinish[0].finish, "seed \(seed), \(task)")
            if byFinish.count > 1 {
                #expect(two.second.node == byFinish[1].node && two.second.start == byFinish[1].start)
            }
            #expect(rooms.earliestStart(of: task, arrival, draft).node == byStart[0].node, "seed \(seed), \(task)")
            if draft.bound(of: task) < 0, rooms.isSettled(task, arrival, draft) {
                settled += 1
                let free = rooms.twoEarliestFinishes(of: task, nil, draft)
                #expect(free.best.node == two.best.node && free.second.finish == two.second.finish)
            }
            let slot = all[Int.random(in: all.indices, using: &generator)]
            draft.place(task, arrival, at: slot)
        }
    }
    #expect(settled > 100)
}

/// Runtimes in tenths of seconds: sums of them differ in their last bits, and end alike where a long task rounds that away.
@Test func roundingMakesNoOtherNodeTheFirst() throws {
    var rounded = 0
    for seed in 0..<300 {
        var generator = SeededGenerator(seed: UInt64(seed))
        let nodes = (0..<Int.random(in: 3...9, using: &generator)).map { Cluster.Node(name: "n\($0)", cores: 2) }
        // Not all take whole nodes.
        let tasks = (0..<60).map { place in
            let tenths = place % 4 == 3 ? 100 : Int.random(in: 1...9, using: &generator)
            var task = Workflow.Task(id: "\(place)", runtimeSeconds: Double(tenths) / 10)
            task.cores = place == 59 ? 1 : 2
            return task
        }
        let instance = try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: []), on: Cluster(nodes: nodes))
        var draft = PlanDraft(of: instance, on: PlanningBoard(of: instance))
        var rooms = LastingRooms(of: draft)
        for task in tasks.indices {
            let (arrival, all) = (draft.arrival(of: task), slots(task, draft).sorted { $0.precedes($1) })
            let two = rooms.twoEarliestFinishes(of: task, arrival, draft)
            #expect(two.best.node == all[0].node && two.second.node == all[1].node, "seed \(seed), task \(task)")
            if all.contains(where: { $0.finish == all[1].finish && $0.start > all[1].start }) { rounded += 1 }
            draft.place(task, arrival, at: all[0])
        }
    }
    #expect(rounded > 10)
}

@Test func aClusterWithoutNodesHasNoRooms() throws {
    let instance = try SchedulingInstance(Workflow(name: "w", tasks: [], edges: []), on: Cluster(nodes: []))
    let draft = PlanDraft(of: instance, on: PlanningBoard(of: instance))
    _ = LastingRooms(of: draft)
    #expect(draft.placedNodes.isEmpty)
}
