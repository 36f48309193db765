import Kernels
import Simulation
import Testing

@testable import Scheduling

private struct CutOff: Error {}

/// An order in which every task stands behind its parents, by chance.
private func randomOrder(_ random: RandomInstance, _ generator: inout SeededGenerator) -> [Int32] {
    var left = Array(random.tasks.indices)
    var order: [Int32] = []
    while !left.isEmpty {
        let ready = left.filter { task in !random.edges.contains { $0.child == task && left.contains($0.parent) } }
        let task = ready.randomElement(using: &generator) ?? left[0]
        order.append(Int32(task))
        left.removeAll { $0 == task }
    }
    return order
}

@Test(arguments: 0..<10) func anOrderOnSharedNodesIsDecodedAsByTheNaiveModel(block: Int) throws {
    for seed in (block * 30)..<(block * 30 + 30) {
        let random = RandomInstance(seed: seed)
        let instance = try random.instance()
        var generator = SeededGenerator(seed: UInt64(seed))
        var decoder = ResourceDecoder(SearchProblem(instance))
        // Twice, so that what is kept from order to order does no harm.
        for _ in 0..<2 {
            let order = randomOrder(random, &generator)
            let runs = NaiveModel(random).heft(order: order.map { Int($0) })
            guard case .seconds(let makespan) = decoder.decode(order) else { throw CutOff() }
            #expect(decoder.ends == runs.map(\.end) && runs.map(\.node) == random.tasks.indices.map(decoder.node))
            #expect(makespan == runs.map(\.end).max())
            let timetable = decoder.timetable()
            try timetable.check(against: instance)
            #expect(timetable.makespan == makespan)
            #expect(decoder.decode(order, limit: makespan) == .seconds(makespan))
            #expect(decoder.decode(order, limit: makespan - 0.25) == .tooLong)
        }
    }
}

private let classic: RandomInstance.Features = [.files, .groups, .pools, .speeds, .emptyTasks, .priorities]

/// Of nodes that are equally good another may be taken than by the naive model, which then goes on from there.
@Test(arguments: 0..<10) func anOrderOnMachinesIsDecodedAsByTheNaiveModel(block: Int) throws {
    for seed in (block * 30)..<(block * 30 + 30) {
        let random = RandomInstance(seed: seed, features: seed % 2 == 0 ? classic : [.files, .speeds])
        let (instance, model) = (try random.instance(), NaiveModel(random))
        var generator = SeededGenerator(seed: UInt64(seed))
        var decoder = MachineDecoder(SearchProblem(instance))
        for _ in 0..<2 {
            let order = randomOrder(random, &generator)
            guard case .seconds(let makespan) = decoder.decode(order) else { throw CutOff() }
            try decoder.timetable().check(against: instance)
            var runs: [Int: NaiveModel.Run] = [:]
            for task in order.map({ Int($0) }) {
                let earliest = model.slots(task, runs, intoGaps: true).map(\.end).min()
                #expect(decoder.ends[task] == earliest, "seed \(seed), task \(task)")
                let (start, end) = (decoder.starts[task], decoder.ends[task])
                runs[task] = .init(task: task, node: decoder.node(task), placed: start, start: start, end: end)
            }
            #expect(makespan == decoder.ends.max())
            #expect(decoder.decode(order, limit: makespan - 0.25) == .tooLong)
        }
    }
}

@Test func nodesAreRowsOfMachinesWhereAllTasksAreAlike() throws {
    var random = RandomInstance(seed: 3, features: [.files, .speeds], tasks: 30...30, nodes: 3...3)
    for place in random.tasks.indices { random.tasks[place].cores = 2 }
    for (place, cores) in [5.0, 2, 6].enumerated() { random.cluster.nodes[place].cores = cores }
    let instance = try random.instance()
    let problem = SearchProblem(instance)
    #expect(problem.nodeOfMachine == [0, 0, 1, 2, 2, 2] && problem.firstMachine == [0, 2, 3, 6])
    var decoder = MachineDecoder(problem)
    #expect(decoder.decode(problem.topologicalOrder) != .tooLong)
    try decoder.timetable().check(against: instance)
    // Memory that tasks may wait for.
    random.tasks[7].memoryBytes = 8
    random.cluster.nodes[2].memoryBytes = 23
    #expect(!SearchProblem(try random.instance()).hasMachines)
    random.cluster.nodes[2].memoryBytes = 24
    #expect(SearchProblem(try random.instance()).hasMachines)
    random.tasks[0].cores = 1
    #expect(!SearchProblem(try random.instance()).hasMachines)
}

@Test func aProblemReadBackwardsIsItsMirrorImage() throws {
    for seed in 0..<40 {
        let problem = SearchProblem(try RandomInstance(seed: seed).instance())
        let reversed = problem.reversed
        for task in 0..<problem.taskCount {
            let parents = problem.parentEdges(task).map { [Double(problem.parents[$0]), problem.parentTransfers[$0]] }
            let children = reversed.childEdges(task).map {
                [Double(reversed.children[$0]), reversed.childTransfers[$0]]
            }
            #expect(parents == children)
        }
        #expect(reversed.reversed.sinks == problem.sinks)
        #expect(
            Set(reversed.sinks)
                == Set((0..<problem.taskCount).filter { problem.parentEdges($0).isEmpty }.map { Int32($0) }))
    }
}
