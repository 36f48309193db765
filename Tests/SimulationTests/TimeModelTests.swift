import Files
import Simulation
import Testing
import Workflows

@Test func aTaskRunsForItsTimeOverTheSpeedPlusTheOverhead() throws {
    let node = Cluster.Node(name: "n", cores: 1, speed: 2, taskOverheadSeconds: 0.5)
    let run = try fifo(instance([Sketch("a", 6), Sketch("b", 3, after: ["a"])], on: [node]))
    #expect(run.starts == [0, 3.5] && run.ends == [3.5, 5.5])
}

@Test func aTaskOfNoLengthHasNoOverhead() throws {
    let node = Cluster.Node(name: "n", cores: 1, taskOverheadSeconds: 5)
    let run = try fifo(instance([Sketch("a", 0), Sketch("b", 1, after: ["a"])], on: [node]))
    #expect(run.ends == [0, 6])
}

@Test func tasksShareANodeWhileCoresLast() throws {
    let run = try fifo(instance([Sketch("a", 4, cores: 2), Sketch("b", 2), Sketch("c", 1)], on: nodes(3)))
    #expect(run.starts == [0, 0, 2])
}

@Test func tasksShareANodeWhileMemoryLasts() throws {
    let node = Cluster.Node(name: "n", cores: 8, memoryBytes: 10)
    let run = try fifo(
        instance([Sketch("a", 4, memory: 6), Sketch("b", 2, memory: 4), Sketch("c", 1, memory: 1)], on: [node]))
    #expect(run.starts == [0, 0, 2])
}

@Test func aNodeWithoutMemoryHasNoLimit() throws {
    #expect(try fifo(instance([Sketch("a", 1, memory: 1e300), Sketch("b", 1, memory: 1)], on: nodes(2))).makespan == 1)
}

@Test func intervalsAreHalfOpen() throws {
    let run = try fifo(instance([Sketch("a", 2), Sketch("b", 3)], on: nodes(1)))
    #expect(run.starts == [0, 2])
}

@Test func aRequestStandsInForWhatWasRecorded() throws {
    let tasks = [
        Sketch("a", 1, cores: 4) { $0.cores = 1 }, Sketch("b", 1, memory: 5) { $0.memoryBytes = 8 }, Sketch("c", 1),
        Sketch("d", 1, cores: 0),
    ]
    let made = try instance(tasks, on: nodes(4))
    #expect(made.cores == [1, 1, 1, 1] && made.memory == [0, 8, 0, 0] && made.neededMemory == [0, 5, 0, 0])
    #expect(try instance([Sketch("a", 1, cores: 1.5)], on: nodes(2)).cores == [1.5])
}

/// Two tasks that must run on different nodes, one behind the other.
private func transfer(reads: [String], writes: [String], files: [String: Double], bandwidth: Double?) throws
    -> Timetable
{
    let tasks = [
        Sketch("a", 2, writes: writes), Sketch("b", 9), Sketch("c", 1, after: ["a"], reads: reads, cores: 2),
    ]
    return try fifo(instance(tasks, on: nodes(1, 2), bandwidth: bandwidth, files: files))
}

@Test func aChildOnAnotherNodeWaitsForTheSharedFiles() throws {
    // c fits on n1 alone, a runs on n0; b holds half of n1 until 9.
    let files = ["f": 30.0, "g": 100, "h": 7]
    let run = try transfer(reads: ["f", "h"], writes: ["f", "g"], files: files, bandwidth: 10)
    #expect(run.nodes == [0, 1, 1] && run.placed[2] == 9 && run.starts[2] == 9)
    let slow = try transfer(reads: ["f", "h"], writes: ["f", "g"], files: files, bandwidth: 3)
    #expect(slow.placed[2] == 9 && slow.starts[2] == 12 && slow.ends[2] == 13)
    #expect(try transfer(reads: ["f", "f"], writes: ["f"], files: files, bandwidth: 3).starts[2] == 12)
    #expect(try transfer(reads: ["f"], writes: ["f"], files: files, bandwidth: nil).starts[2] == 9)
    #expect(try transfer(reads: ["f"], writes: ["f"], files: [:], bandwidth: 3).starts[2] == 9)
    #expect(try transfer(reads: ["h"], writes: ["f"], files: files, bandwidth: 1e-9).starts[2] == 9)
}

@Test func aChildOnTheSameNodeDoesNotWaitForFiles() throws {
    let tasks = [Sketch("a", 2, writes: ["f"]), Sketch("b", 1, after: ["a"], reads: ["f"])]
    #expect(try fifo(instance(tasks, on: nodes(1), bandwidth: 1, files: ["f": 50])).starts == [0, 2])
}

@Test func aPoolIsKept() throws {
    let cluster = [
        Cluster.Node(name: "n", cores: 9), Cluster.Node(name: "p", cores: 1, pool: "gpu"),
        Cluster.Node(name: "q", cores: 1, pool: "cpu"),
    ]
    let tasks = [Sketch("a", 1) { $0.pool = "gpu" }, Sketch("b", 1) { $0.pool = "gpu" }, Sketch("c", 1)]
    let run = try fifo(instance(tasks, on: cluster))
    #expect(run.nodes == [1, 1, 0] && run.starts == [0, 1, 0])
}

@Test func tasksTogetherShareANodeThatAllFitOn() throws {
    // a alone would go to n0; c, which is together with b and so with a, fits on n1 only.
    let tasks = [
        Sketch("a", 4) { $0.together = ["b"] }, Sketch("b", 1), Sketch("c", 1, cores: 2) { $0.together = ["b"] },
    ]
    let run = try fifo(instance(tasks, on: nodes(1, 2)))
    #expect(run.nodes == [1, 1, 1] && run.starts == [0, 0, 4])
}

@Test func theLowerBoundIsTheLargerOfPathAndWork() throws {
    let cluster = [Cluster.Node(name: "n", cores: 2), Cluster.Node(name: "m", cores: 1, speed: 2)]
    let chain = try instance([Sketch("a", 4), Sketch("b", 6, after: ["a"], cores: 2)], on: cluster)
    #expect(chain.lowerBound == 8 && chain.criticalPathSeconds == 8)
    let wide = try instance((0..<8).map { Sketch("t\($0)", 4) }, on: cluster)
    #expect(wide.lowerBound == 8 && wide.criticalPathSeconds == 2)
    #expect(try instance([], on: cluster).lowerBound == 0)
}

@Test func meanDurationsAreOverTheNodesThatATaskFitsOn() throws {
    let cluster = [
        Cluster.Node(name: "n", cores: 2), Cluster.Node(name: "m", cores: 1, speed: 2, taskOverheadSeconds: 1),
    ]
    let made = try instance([Sketch("a", 4), Sketch("b", 4, cores: 2), Sketch("c", 0)], on: cluster)
    #expect(made.meanDurations == [3.5, 4, 0] && made.shortestDurations == [3, 4, 0])
}

@Test func theScheduleBearsTheNames() throws {
    let made = try instance([Sketch("a", 2), Sketch("b", 1, after: ["a"])], on: nodes(1))
    let schedule = try fifo(made).schedule(of: made)
    #expect(
        schedule.tasks == [.init(id: "a", node: "n0", start: 0, end: 2), .init(id: "b", node: "n0", start: 2, end: 3)])
}
