import Files
import Testing
import Workflows

/// A random graph whose edges go from lower to higher places, under shuffled names.
private func randomEdges(_ count: Int, seed: UInt64) -> [(parent: Int, child: Int)] {
    var state = seed
    func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
    return (0..<count * 2).compactMap { _ in
        let (a, b) = (next(count), next(count))
        return a == b ? nil : (min(a, b), max(a, b))
    }
}

@Test(arguments: 1...20)
func pathsEqualThoseOfANaiveSearch(seed: Int) throws {
    let count = 3 + seed
    let graph = try WorkflowGraph(names: (0..<count).map { "t\($0)" }, edges: randomEdges(count, seed: UInt64(seed)))
    let costs = (0..<count).map { Double(($0 * 7) % 5 + 1) }
    func longest(from task: Int) -> Double { costs[task] + (graph.children(of: task).map(longest).max() ?? 0) }
    func before(_ task: Int) -> Double { graph.parents(of: task).map { before($0) + costs[$0] }.max() ?? 0 }
    func depth(_ task: Int) -> Int { 1 + (graph.parents(of: task).map(depth).max() ?? -1) }
    #expect(graph.upwardRanks(costs: costs) == (0..<count).map(longest))
    #expect(graph.downwardRanks(costs: costs) == (0..<count).map(before))
    #expect(graph.levels == (0..<count).map(depth))
    let path = graph.criticalPath(costs: costs)
    #expect(path.length == (0..<count).map(longest).max())
    #expect(path.tasks.reduce(0) { $0 + costs[$1] } == path.length)
    for (parent, child) in zip(path.tasks, path.tasks.dropFirst()) {
        #expect(graph.children(of: parent).contains(child))
    }
    var places = [Int](repeating: 0, count: count)
    for (place, task) in graph.topologicalOrder.enumerated() { places[task] = place }
    #expect(graph.topologicalOrder.sorted() == Array(0..<count))
    for task in 0..<count { #expect(graph.parents(of: task).allSatisfy { places[$0] < places[task] }) }
}

@Test func aCycleNamesItsTasks() {
    let error = #expect(throws: InputError.self) {
        try Workflow(
            name: "w", tasks: ["a", "b", "c", "d"].map { .init(id: $0) },
            edges: [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")])
    }
    #expect(
        error?.problem == "the tasks form a cycle: b -> c -> b"
            || error?.problem == "the tasks form a cycle: c -> b -> c")
}

@Test func readyTasksComeInTheOrderOfTheFile() throws {
    let graph = try WorkflowGraph(names: ["a", "b", "c", "d"], edges: [(3, 0), (3, 1)])
    #expect(graph.topologicalOrder == [2, 3, 0, 1])
    #expect(graph.widths == [2, 2])
}

@Test func aLongChainNeedsNoStack() throws {
    let count = 200_000
    let edges = (1..<count).map { (parent: $0 - 1, child: $0) }
    let graph = try WorkflowGraph(names: [String](repeating: "t", count: count), edges: edges)
    #expect(graph.levels.last == count - 1)
}

@Test func unknownAndRepeatedTasksAreRefused() {
    #expect(throws: InputError.self) { try Workflow(name: "w", tasks: [.init(id: "a")], edges: [("x", "a")]) }
    #expect(throws: InputError.self) { try Workflow(name: "w", tasks: [.init(id: "a"), .init(id: "a")], edges: []) }
}
