import Simulation
import Testing

/// Whatever is simulated of an arrival changes the digest; what is the same does not.
@Test func theDigestOfArrivalsIsOfAllThatIsSimulated() throws {
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
}
