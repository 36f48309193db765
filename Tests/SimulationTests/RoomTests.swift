import Files
import Kernels
import Testing
import Workflows

@testable import Simulation

@Test(arguments: 0..<20) func theFirstNodeWithRoomIsThatOfALinearSearch(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func some(_ most: Int) -> Double { Double(Int.random(in: 0...most, using: &generator)) / 2 }
    let nodes = (0..<Int.random(in: 1...70, using: &generator)).map { place in
        var node = Cluster.Node(name: "n\(place)", cores: 0.5 + some(5))
        if Bool.random(using: &generator) { node.memoryBytes = 0.5 + some(5) }
        node.pool = ["p", "q", "r", nil].randomElement(using: &generator) ?? nil
        return node
    }
    let kinds = NodeKinds(nodes)
    var room = NodeRoom(nodes, kinds)
    var held: [(node: Int, cores: Double, memory: Double)] = []
    var found = 0
    for _ in 0..<600 {
        let (cores, memory) = (0.5 + some(4), some(4))
        let pool = Int.random(in: -1...1, using: &generator)
        let need = NodeNeed(
            cores: max(cores, some(5)), memory: max(memory, some(5)),
            pool: kinds.number(ofPool: pool < 0 ? nil : ["p", "q"][pool]))
        let expected = nodes.indices.first { node in
            need.cores <= nodes[node].cores && need.memory <= nodes[node].memoryBytes ?? .infinity
                && (pool < 0 || nodes[node].pool == ["p", "q"][pool]) && room.has(cores, memory, on: node)
        }
        #expect(room.first(cores, memory, for: need) == expected)
        if let expected, generator.uniformDouble() < 0.8 {
            room.take(cores, memory, on: expected)
            held.append((expected, cores, memory))
            found += 1
        } else if !held.isEmpty {
            let last = held.remove(at: Int.random(in: 0..<held.count, using: &generator))
            room.giveBack(last.cores, last.memory, on: last.node)
        }
    }
    #expect(found > 10)
}

@Test(arguments: [1, 2, 3, 64, 65]) func aTreeFindsEachOfItsNodes(count: Int) {
    var tree = RoomTree(count: count)
    #expect(tree.first(0, 0) == nil)
    for leaf in (0..<count).reversed() {
        tree.set(leaf, cores: Double(count - leaf), memory: 1)
        #expect(tree.first(Double(count - leaf), 1) == leaf && tree.first(1, 2) == nil)
    }
    for leaf in 0..<count {
        #expect(tree.first(1, 0) == leaf)
        tree.set(leaf, cores: 0, memory: 1)
    }
    #expect(tree.first(1, 0) == nil && tree.first(0, 1) == 0)
}

@Test func manyTasksThatEndTogetherMakeRoomForThoseThatWait() throws {
    // All 40 nodes are full until 1 and until 2; what waits is taken in the file's order, on the first nodes.
    let tasks = (0..<100).map { Sketch("t\($0)", 1, cores: 2) }
    let run = try fifo(instance(tasks, on: (0..<40).map { Cluster.Node(name: "n\($0)", cores: 3) }))
    #expect(run.nodes == (0..<100).map { $0 % 40 } && run.starts == (0..<100).map { Double($0 / 40) })
    // One of them in three fits into what the small tasks leave, wherever that is.
    let mixed = (0..<120).map { Sketch("t\($0)", $0 % 3 == 0 ? 2 : 1, cores: $0 % 3 == 0 ? 2 : 1) }
    #expect(try fifo(instance(mixed, on: (0..<12).map { Cluster.Node(name: "n\($0)", cores: 3) })).makespan >= 4)
}

@Test func whatIsTooMuchIsRefused() throws {
    #expect(throws: Never.self) { try SchedulingInstance.checkSize(tasks: 1_000_000, kinds: 100) }
    #expect(throws: Never.self) { try SchedulingInstance.checkSize(tasks: 0, kinds: 1_000_000_000) }
    let many = #expect(throws: InputError.self) { try SchedulingInstance.checkSize(tasks: 1_000_001, kinds: 1) }
    #expect(many?.field == "workflow.specification.tasks")
    let kinds = #expect(throws: InputError.self) { try SchedulingInstance.checkSize(tasks: 60_000, kinds: 1667) }
    #expect(kinds?.field == "nodes")
    #expect(kinds?.problem == "holds 1667 different kinds of nodes for 60000 tasks, more than 1666")
    let files = #expect(throws: InputError.self) { try SchedulingInstance.checkFiles([7, 200_000_000, 200_000_001]) }
    #expect(files?.field == "workflow.specification.tasks[2].inputFiles")
}

@Test func nodesThatAreAlikeAreOfOneKind() throws {
    let nodes = [
        Cluster.Node(name: "a", cores: 1), .init(name: "b", cores: 2), .init(name: "c", cores: 1),
        .init(name: "d", cores: 1, pool: "p"), .init(name: "e", cores: 1, pool: "q"),
        .init(name: "f", cores: 1, speed: 2),
    ]
    let kinds = NodeKinds(nodes)
    #expect(kinds.nodes == [[0, 2], [1], [3], [4], [5]] && kinds.place(of: 3) == 2)
    #expect(kinds.of(3).pool == 0 && kinds.of(4).pool == 1 && kinds.of(0).pool == NodeKinds.noPool)
    #expect(kinds.poolCount == 2 && kinds.number(ofPool: "q") == 1 && kinds.number(ofPool: nil) == NodeKinds.noPool)
    #expect(kinds.number(ofPool: "r") == NodeKinds.unknownPool)
}
