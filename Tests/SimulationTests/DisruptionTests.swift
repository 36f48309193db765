import Kernels
import Testing
import Workflows

@testable import Simulation

/// A task of ten seconds on each of these nodes' cores, and everything that is done with it.
private func lone(_ nodes: [Cluster.Node], _ change: (inout Workflow.Wishes) -> Void = { _ in }) throws
    -> SchedulingInstance
{
    try instance([Sketch("a", 10, change)], on: nodes)
}

@Test func aNodeThatLeavesLongAfterItWasOffCostsNothingMore() throws {
    let made = try lone([Cluster.Node(name: "n", cores: 1, pricePerHour: 3600), Cluster.Node(name: "m", cores: 1)])
    for moment in [40.0, 69, 71, 500, 5000] {
        let result = stream([Arrival(at: 0, made), Arrival(at: 6000, made)]) {
            $0.disruptions = [Disruption(at: moment, node: 0, .leaves)]
        }
        // On from 0 until it leaves, or until it had been without a task for a minute; the second task runs elsewhere.
        #expect(result.cost == min(moment, 70), "left at \(moment)")
    }
}

@Test func aRepairThatWasBegunBeforeANodeLeftEndsNoLaterFailure() throws {
    let made = try lone(nodes(1))
    for seed in 0..<8 as Range<UInt64> {
        let upFor = (0..<2).map { number in
            var generator = SeededGenerator(seed: seed, -1, 0, number)
            return generator.exponential(mean: 100)
        }
        // It fails, is taken away while it is repaired, comes back whole, and fails again before that repair would have ended.
        let first = 5 + upFor[0]
        let second = first + 2 + upFor[1]
        let result = stream([Arrival(at: 5, try lone(nodes(1))), Arrival(at: second + 1, made)]) {
            $0.seed = seed
            $0.failures.secondsBetweenNodeFailures = 100
            $0.failures.repairSeconds = 10_000
            $0.disruptions = [
                Disruption(at: first + 1, node: 0, .leaves), Disruption(at: first + 2, node: 0, .joins),
            ]
        }
        let placed = result.records.map(\.placed).first { $0 > second }
        #expect(placed == second + 10_000, "\(seed)")
    }
}

@Test func aCopyThatLooksAheadDoesNotKnowWhichRequestsAreTooSmall() throws {
    let made = try instance([Sketch("a", 10, memory: 6e9), Sketch("b", 10, after: ["a"], memory: 6e9)], on: nodes(1))
    var left = [Arrival(at: 0, made, memoryRequests: [1e9, 1e9])][...]
    var cluster = VirtualCluster(made.cluster, rule: .list(.arrival)) { left.popFirst() }
    cluster.advance(until: 5)
    var outlook = cluster.outlook(under: .list(.arrival))
    let (believed, actual) = (outlook.run(), cluster.run())
    #expect(believed.workflows[0].completed == 20 && believed.failures == 0 && actual.failures == 6)
}

@Test func aLoopThatNeverEndsHasALength() throws {
    let made = try lone(nodes(1)) { $0.expectedIterations = 1e308 }
    let result = stream([Arrival(at: 0, made)])
    #expect(result.makespan.isFinite && result.makespan > 1e200 && result.coreSeconds.isFinite)
}

@Test func patienceWaitsForANodeThatIsDownOrBusy() throws {
    // What must share a node with something that ran on a node that is down waits for it to be repaired, patient or not.
    let both = try instance(
        [Sketch("a", 10) { $0.together = ["b"] }, Sketch("b", 10, after: ["a"]) { $0.together = ["a"] }],
        on: nodes(1, 1))
    var order = QueueOrder.arrival
    order.patienceSeconds = 20
    for seed in 0..<20 as Range<UInt64> {
        let result = stream([Arrival(at: 0, both), Arrival(at: 30, both)], order: order) {
            $0.seed = seed
            $0.failures.secondsBetweenNodeFailures = 15
            $0.failures.repairSeconds = 100
        }
        #expect(result.workflows.allSatisfy { $0.completed != nil })
    }
}

@Test func aWorkflowThatIsRunAloneTakesEveryBranchOnce() throws {
    let made = try instance(
        [
            Sketch("a", 10) { $0.branchProbability = 0 }, Sketch("b", 10, after: ["a"]) { $0.expectedIterations = 50 },
        ], on: nodes(1))
    #expect(try fifo(made).ends == [10, 20])
}

@Test func aPlanForWhatIsHereKeepsTogetherWhatMustBe() throws {
    let made = try instance(
        [Sketch("a", 10) { $0.together = ["b"] }, Sketch("b", 10, after: ["a"]) { $0.together = ["a"] }],
        on: nodes(1, 1))
    var left = [Arrival(at: 0, made)][...]
    var cluster = VirtualCluster(made.cluster, rule: .list(.arrival)) { left.popFirst() }
    cluster.advance(until: 5)
    cluster.use(
        .plan { instance, _ in
            var timetable = Timetable(count: 2)
            timetable.nodes = [1, 1]
            return timetable
        })
    let result = cluster.run()
    #expect(result.workflows[0].completed == 20)
}
