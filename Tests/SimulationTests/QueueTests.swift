import Simulation
import Testing
import Workflows

@Test func tasksGoToTheFirstNodeWithRoomInTheOrderInWhichTheyBecomeReady() throws {
    // a and b end together: c and d become ready at 2, in the file's order; e has been ready since 0.
    let tasks = [
        Sketch("d", 1, after: ["b"]), Sketch("c", 1, after: ["a"]), Sketch("a", 2), Sketch("b", 2), Sketch("e", 1),
    ]
    let run = try fifo(instance(tasks, on: nodes(1, 1)))
    #expect(run.nodes == [1, 0, 0, 1, 0])
    #expect(run.starts == [2, 3, 0, 0, 2] && run.ready == [2, 2, 0, 0, 0])
}

@Test func aLargerPriorityComesFirst() throws {
    let tasks = [Sketch("a", 1), Sketch("b", 1) { $0.priority = -1 }, Sketch("c", 1) { $0.priority = 2 }]
    #expect(try fifo(instance(tasks, on: nodes(1))).starts == [1, 2, 0])
}

@Test func aTaskThatFitsNowhereIsPassedUnlessTheOrderIsStrict() throws {
    let made = try instance([Sketch("a", 5), Sketch("b", 1, cores: 2), Sketch("c", 1)], on: nodes(2))
    #expect(try fifo(made).starts == [0, 5, 0])
    let strict = VirtualCluster.run(made, order: QueueOrder(isStrict: true) { _, ready in ready })
    #expect(strict.starts == [0, 5, 6])
}

@Test func aStrictOrderTriesFreshTasksAgainstAllNodes() throws {
    // c waits behind b at 0; b is placed at 2 on n0, then c on n1 at once, though only n0 was released.
    let made = try instance([Sketch("a", 2, cores: 2), Sketch("b", 1, cores: 2), Sketch("c", 1)], on: nodes(2, 1))
    let strict = VirtualCluster.run(made, order: QueueOrder(isStrict: true) { _, ready in ready })
    #expect(strict.nodes == [0, 0, 1] && strict.starts == [0, 2, 2])
}

@Test func anotherKeyOrdersTheQueue() throws {
    let made = try instance([Sketch("a", 3), Sketch("b", 1), Sketch("c", 2)], on: nodes(1))
    let shortest = VirtualCluster.run(made, order: QueueOrder { task, _ in made.runtimes[task] })
    #expect(shortest.starts == [3, 0, 1])
}

@Test func roomIsHeldWhileATaskWaitsForItsFiles() throws {
    // At 1, q takes n0 before c, so that c goes to n1, where its file is at 11; d waits for n0 until 6.
    let tasks = [
        Sketch("p", 1, writes: ["f"]), Sketch("q", 5, after: ["p"]) { $0.priority = 1 },
        Sketch("c", 2, after: ["p"], reads: ["f"]), Sketch("d", 2, after: ["p"]),
    ]
    let run = try fifo(instance(tasks, on: nodes(1, 1), bandwidth: 1, files: ["f": 10]))
    #expect(run.nodes == [0, 0, 1, 0])
    #expect(run.placed == [0, 1, 1, 6] && run.starts == [0, 1, 11, 6] && run.ends == [1, 6, 13, 8])
}

@Test func aTaskOfNoLengthHoldsRoomUntilItsFilesAreThere() throws {
    let tasks = [
        Sketch("p", 1, writes: ["f"]), Sketch("q", 5, after: ["p"]) { $0.priority = 1 },
        Sketch("z", 0, after: ["p"], reads: ["f"]), Sketch("c", 2, after: ["p"]), Sketch("e", 6, after: ["p"]),
    ]
    let run = try fifo(instance(tasks, on: nodes(1, 1), bandwidth: 1, files: ["f": 10]))
    #expect(run.nodes == [0, 0, 1, 0, 0])
    #expect(run.placed == [0, 1, 1, 6, 8] && run.starts == [0, 1, 11, 6, 8] && run.ends[2] == 11)
}

@Test func aTaskOfNoLengthNeedsRoomToBePlaced() throws {
    let run = try fifo(instance([Sketch("a", 4), Sketch("z", 0), Sketch("b", 1, after: ["z"])], on: nodes(1)))
    #expect(run.starts == [0, 4, 4])
    // Its room is free again at the moment of its placement, but only once all that were ready have been tried.
    let both = try fifo(instance([Sketch("z", 0), Sketch("a", 4), Sketch("b", 4)], on: nodes(1, 1)))
    #expect(both.nodes == [0, 1, 0] && both.starts == [0, 0, 0])
}

@Test func roomThatDoesNotAddUpIsNotLost() throws {
    // 0.9 - 0.2 - 0.7 + 0.2 + 0.7 < 0.9, of cores and of memory.
    let small = [0.2, 0.7].map { (size: Double) in
        Sketch("t\(size)", 1, memory: size) { $0.cores = size }
    }
    let large = Sketch("large", 1, memory: 0.9) { $0.cores = 0.9 }
    let run = try fifo(instance(small + [large], on: [Cluster.Node(name: "n", cores: 0.9, memoryBytes: 0.9)]))
    #expect(run.starts == [0, 0, 1])
    // Ten tenths are a whole.
    let tenths = (0..<11).map { place in Sketch("t\(place)", 1, memory: 0.1) { $0.cores = 0.1 } }
    let ten = try fifo(instance(tenths, on: [Cluster.Node(name: "n", cores: 1, memoryBytes: 1)]))
    #expect(ten.starts == [Double](repeating: 0, count: 10) + [1])
}

@Test func whatIsLostOnTheWayComesBackWithAnEmptyNode() throws {
    // Thousands of sizes that do not add up; then one task as large as the node.
    let count = 4000
    func part(_ place: Int, _ steps: Int, of whole: Double) -> Double { Double(place % steps + 1) / whole }
    let tasks = (0..<count).map { place -> Sketch in
        let cores = part(place, 13, of: 30)
        return Sketch("t\(place)", part(place, 7, of: 3), memory: part(place, 11, of: 70)) { $0.cores = cores }
    }
    let whole = Sketch("whole", 1, memory: 1) { $0.cores = 1 }
    let run = try fifo(instance(tasks + [whole], on: [Cluster.Node(name: "n", cores: 1, memoryBytes: 1)]))
    #expect(run.starts[count] > 0)
}
