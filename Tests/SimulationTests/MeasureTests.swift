import Files
import Simulation
import Testing
import Workflows

@Test func useCountsFromThePlacementToTheEnd() throws {
    // c is placed on n1 at 1 and waits there for its file until 11.
    let tasks = [
        Sketch("p", 1, writes: ["f"]), Sketch("q", 5, after: ["p"]) { $0.priority = 1 },
        Sketch("c", 2, after: ["p"], reads: ["f"], cores: 2, memory: 3e9),
    ]
    var cluster = nodes(1, 2)
    cluster[0].pricePerHour = 3600
    cluster[1].pricePerHour = 7200
    let made = try instance(tasks, on: cluster, bandwidth: 1, files: ["f": 10])
    let use = ResourceUse(try fifo(made), of: made)
    #expect(use.makespan == 13)
    #expect(abs(use.coreHours * 3600 - (1 + 5 + 2 * 12)) < 1e-9)
    #expect(abs(use.gigabyteHours * 3600 - 3 * 12) < 1e-9)
    #expect(abs(use.cost - ((6 + 60) + 2 * (12 + 60))) < 1e-9)
}

@Test(arguments: [(60.0, 122.0), (59.0, 121.0), (61.0, 122.0)])
func aNodeIsOffAfterAMinuteWithoutATask(gap: Double, seconds: Double) throws {
    // b sits on n1 in between, and c comes back to n0.
    let cluster = [
        Cluster.Node(name: "n", cores: 1, pricePerHour: 3600, pool: "p"), Cluster.Node(name: "m", cores: 1, pool: "q"),
    ]
    let tasks = [
        Sketch("a", 1) { $0.pool = "p" }, Sketch("b", gap, after: ["a"]) { $0.pool = "q" },
        Sketch("c", 1, after: ["b"]) { $0.pool = "p" },
    ]
    let made = try instance(tasks, on: cluster)
    #expect(abs(ResourceUse(try fifo(made), of: made).cost - seconds) < 1e-9)
}

@Test func aWrongTimetableIsFoundOut() throws {
    let tasks = [
        Sketch("a", 2, writes: ["f"]), Sketch("b", 2, after: ["a"], reads: ["f"]),
        Sketch("c", 2) { $0.together = ["d"] },
        Sketch("d", 2), Sketch("e", 1) { $0.pool = "p" },
    ]
    var cluster = nodes(2, 2)
    cluster[1].pool = "p"
    let made = try instance(tasks, on: cluster, bandwidth: 1, files: ["f": 3])
    let right = try fifo(made)
    let mistakes: [(String, (inout Timetable) -> Void)] = [
        ("\"a\" is on no node", { $0.nodes[0] = -1 }), ("\"e\" is on no node", { $0.nodes[4] = 0 }),
        ("\"a\" does not last", { $0.ends[0] = 3 }), ("\"a\" does not last", { $0.ends[0] = .nan }),
        ("\"b\" starts before", { ($0.starts[1], $0.ends[1], $0.placed[1]) = (1, 3, 1) }),
        ("\"b\" starts before", { ($0.nodes[1], $0.starts[1], $0.ends[1]) = (1 - $0.nodes[0], 3, 5) }),
        ("\"a\" starts before", { ($0.starts[0], $0.ends[0], $0.placed[0]) = (-1, 1, -1) }),
        ("\"d\" is apart", { ($0.nodes[3], $0.placed[3], $0.starts[3], $0.ends[3]) = (1 - $0.nodes[2], 90, 90, 92) }),
        ("\"n0\" holds more", { ($0.placed[1], $0.starts[1], $0.ends[1]) = (0, 2, 4) }),
    ]
    for (problem, change) in mistakes {
        var wrong = right
        change(&wrong)
        let error = #expect(throws: InputError.self) { try wrong.check(against: made) }
        #expect(error?.problem.contains(problem) == true, "\(problem): \(error?.problem ?? "none")")
    }
}
