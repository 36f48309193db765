import Simulation
import Testing
import Workflows

/// Whatever is simulated of an arrival changes the digest; what is the same does not.
@Test func theDigestOfArrivalsIsOfAllThatIsSimulated() throws {
    func other(_ change: (inout Sketch) -> Void, on nodes: [Cluster.Node] = nodes(4), bandwidth: Double? = nil) throws
        -> Arrival
    {
        var last = Sketch("c", 3, after: ["a"], reads: ["f"], cores: 1, memory: 5)
        change(&last)
        return Arrival(
            at: 1,
            try instance(
                [Sketch("a", 2, writes: ["f"]), Sketch("b", 1), last], on: nodes, bandwidth: bandwidth, files: ["f": 8])
        )
    }
    func made(_ seconds: Double = 3, after parents: [String] = ["a"], cores: Double = 1, priority: Double = 0) throws
        -> SchedulingInstance
    {
        try instance(
            [
                Sketch("a", 2), Sketch("b", 1),
                Sketch("c", seconds, after: parents, cores: cores, memory: 5) { $0.priority = priority },
            ], on: nodes(4))
    }
    let plain = try made()
    let first = [Arrival(at: 1, plain)].digest
    #expect(first.count == 64)
    #expect(try [Arrival(at: 1, made())].digest == first)
    let others = try [
        [], [Arrival(at: 1, plain), Arrival(at: 1, plain)], [Arrival(at: 2, plain)], [Arrival(at: 1, plain, weight: 2)],
        [Arrival(at: 1, plain, deadline: 9)], [Arrival(at: 1, plain, forecast: [2, 1, 3])],
        [Arrival(at: 1, plain, deviations: [2, 1, 3])], [Arrival(at: 1, plain, memoryRequests: [2, 1, 3])],
        [Arrival(at: 1, made(4))], [Arrival(at: 1, made(after: ["b"]))], [Arrival(at: 1, made(after: ["a", "b"]))],
        [Arrival(at: 1, made(cores: 2))], [Arrival(at: 1, made(priority: 1))],
    ].map(\.digest)
    #expect(Set(others + [first]).count == 14)
    let named = nodes(4).map { node in
        var node = node
        node.pool = "p"
        return node
    }
    let further = try [
        other { _ in }, other({ _ in }, on: nodes(5)), other({ _ in }, on: nodes(4, 4)),
        other({ _ in }, on: nodes(4, 4), bandwidth: 2), other({ _ in }, on: nodes(4, 4), bandwidth: 4),
        other { $0.task.wishes.branchProbability = 0.5 }, other { $0.task.wishes.expectedIterations = 2 },
        other { $0.task.wishes.memoryBytes = 6 }, other { $0.task.wishes.deadline = 9 },
        other({ _ in }, on: named), other({ $0.task.wishes.pool = "p" }, on: named),
    ].map { [$0].digest }
    #expect(Set(further).count == further.count)
}
