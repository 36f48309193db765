import Files
import Kernels
import NumericalChecks
import Scheduling
import Simulation
import Tensors
import Testing
import Workflows

@testable import Layers
@testable import Models

private let architectures = [
    GCNArchitecture(hidden: [8, 6]), GCNArchitecture(hidden: [5], hasMessages: false),
    GCNArchitecture(hidden: [7, 4, 3], hasContext: false),
    GCNArchitecture(hidden: [4], hasMessages: false, hasContext: false),
]

@Test func anUntrainedNetworkLeavesTheStaticKey() throws {
    for seed in 0..<6 {
        let lists = try randomLists(seed: UInt64(seed))
        let instance = try lists.list(5, .training, seed)
        var generator = SeededGenerator(seed: 1)
        let optimizer = GCNOptimizer(
            architecture: architectures[0], ordering: GCNNetwork(architectures[0], outputs: 1, using: &generator),
            scales: GraphScales(of: [TaskGraph(instance)]), scale: 0.05)
        let plan = try #require(optimizer.propose(instance) { false })
        let scheduler = try #require(CumulativeScheduler(instance))
        #expect(plan == scheduler.timetable(scale: 0.05 * 8))
    }
}

/// Where nothing takes time there is no gap: one that is no number would leave every network behind the untrained one.
@Test func aListOfNoLengthHasNoGap() throws {
    var workflow = try randomWorkflow(6, seed: 1)
    for task in workflow.tasks.indices { workflow.update(task) { $0.runtimeSeconds = 0 } }
    let instance = try SchedulingInstance(workflow, on: oneNode(8))
    var generator = SeededGenerator(seed: 1)
    let optimizer = GCNOptimizer(
        architecture: architectures[0], ordering: GCNNetwork(architectures[0], outputs: 1, using: &generator),
        scales: GraphScales(of: [TaskGraph(instance)]), scale: 0.05)
    #expect(instance.lowerBound == 0 && optimizer.gap(instance) == 0)
}

/// The network in plain loops over tasks and neighbours.
private func naive(_ optimizer: GCNOptimizer, _ graph: TaskGraph) -> [Double] {
    var parameters: [String: Tensor] = [:]
    var network = optimizer.ordering
    network.forEachParameter { parameters[$0] = $1 }
    func normalized(_ values: [Float], _ scales: FeatureScales) -> [[Double]] {
        let width = scales.means.count
        return (0..<values.count / width).map { row in
            (0..<width).map {
                min(max(Double((values[row * width + $0] - scales.means[$0]) * scales.factors[$0]), -6), 6)
            }
        }
    }
    func product(_ name: String, _ x: [Double]) -> [Double] {
        guard let weight = parameters[name] else { return [] }
        return (0..<weight.shape[0]).map { row in
            x.indices.reduce(0) { $0 + Double(weight.scalars[row * x.count + $1]) * x[$1] }
        }
    }
    func mean(_ rows: [[Double]], width: Int) -> [Double] {
        (0..<width).map { column in rows.isEmpty ? 0 : rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
    }
    func sum(_ parts: [[Double]]) -> [Double] {
        parts.dropFirst().reduce(parts[0]) { sum, part in part.isEmpty ? sum : zip(sum, part).map { $0 + $1 } }
    }
    func bias(_ name: String) -> [Double] { parameters[name].map { $0.scalars.map { Double($0) } } ?? [] }
    var h = normalized(NodeFeatures.values(graph, spreads: nil), optimizer.scales.nodes)
    let edges = normalized(EdgeFeatures.values(graph), optimizer.scales.edges)
    for layer in optimizer.architecture.hidden.indices {
        let (name, width, all) = ("layer\(layer)", h.first?.count ?? 0, mean(h, width: h.first?.count ?? 0))
        h = h.indices.map { task in
            let coming = edges.indices.filter { graph.targets[$0] == task }
            let going = edges.indices.filter { graph.sources[$0] == task }
            let parts = [
                product("\(name).own.weight", h[task]), bias("\(name).own.bias"),
                product("\(name).fromParents.weight", mean(coming.map { h[graph.sources[$0]] }, width: width)),
                product("\(name).fromParents.edgeWeight", mean(coming.map { edges[$0] }, width: 16)),
                bias("\(name).fromParents.bias"),
                product("\(name).fromChildren.weight", mean(going.map { h[graph.targets[$0]] }, width: width)),
                product("\(name).fromChildren.edgeWeight", mean(going.map { edges[$0] }, width: 16)),
                bias("\(name).fromChildren.bias"), product("\(name).fromAll.weight", all), bias("\(name).fromAll.bias"),
            ]
            return sum(parts).map { max($0, 0) }
        }
    }
    return h.map { sum([product("head.weight", $0), bias("head.bias")])[0] }
}

@Test func theNetworkIsThatOfPlainLoops() throws {
    for (place, architecture) in architectures.enumerated() {
        for seed in 0..<4 {
            let optimizer = try randomOptimizer(architecture, seed: UInt64(10 * place + seed))
            let workflow = try randomWorkflow(1 + 6 * seed, seed: UInt64(seed), files: true)
            let instance = try SchedulingInstance(workflow, on: seed % 2 == 0 ? severalNodes() : oneNode())
            let graph = TaskGraph(instance)
            let expected = naive(optimizer, graph)
            let keys = GCNOptimizer.keys(of: graph, scale: optimizer.scale)
            for (task, priority) in optimizer.priorities(of: instance).enumerated() {
                #expect(
                    abs(priority - keys[task] - GCNOptimizer.correctionWeight * expected[task]) < 3e-3
                        * (1 + abs(expected[task])))
            }
        }
    }
}

@Test func prioritiesFollowTasksWhereverTheyStand() throws {
    let optimizer = try randomOptimizer()
    for seed in 0..<5 {
        let workflow = try randomWorkflow(25, seed: UInt64(seed))
        var generator = SeededGenerator(seed: UInt64(seed))
        let order = workflow.tasks.indices.shuffled(using: &generator)
        let shuffled = try Workflow(
            name: "w", tasks: order.map { workflow.tasks[$0] },
            edges: workflow.edges().map { (workflow.tasks[$0.parent].id, workflow.tasks[$0.child].id) })
        let priorities = optimizer.priorities(of: try SchedulingInstance(workflow, on: oneNode()))
        let others = optimizer.priorities(of: try SchedulingInstance(shuffled, on: oneNode()))
        for (place, task) in order.enumerated() {
            #expect(abs(others[place] - priorities[task]) < 1e-3 * (1 + abs(priorities[task])))
        }
    }
}

@Test func everyWeightHasItsGradient() throws {
    let architecture = architectures[0]
    let optimizer = try randomOptimizer(architecture)
    let graph = TaskGraph(try SchedulingInstance(randomWorkflow(9, seed: 2, files: true), on: severalNodes()))
    let input = optimizer.input(graph)
    var generator = SeededGenerator(seed: 5)
    let weights = Tensor.normal([9, 1], using: &generator)
    let (_, gradients) = valueAndGradient(of: optimizer.ordering) { ($0(input) * weights).sum() }
    var names: [String] = []
    var network = optimizer.ordering
    network.forEachParameter { name, _ in names.append(name) }
    for (place, name) in names.enumerated() {
        func loss(_ step: Float, _ element: Int) -> Float {
            var moved = optimizer.ordering
            var number = 0
            moved.forEachParameter { _, parameter in
                if number == place { parameter.update { $0[element] += step } }
                number += 1
            }
            return (moved(input) * weights).sum().scalar
        }
        let element = gradients.parameters[place].count / 2
        let slope = (loss(0.01, element) - loss(-0.01, element)) / 0.02
        #expect(abs(slope - gradients.parameters[place][element]) < 0.05 * (1 + abs(slope)), "\(name)")
    }
}

@Test func proposalsAreValidAnywhere() throws {
    let optimizer = try randomOptimizer()
    for seed in 0..<30 {
        let workflow = try randomWorkflow(seed, seed: UInt64(seed), files: true)
        let instance = try SchedulingInstance(workflow, on: seed % 3 == 0 ? oneNode() : severalNodes())
        let timetable = try #require(optimizer.propose(instance) { false })
        try timetable.check(against: instance)
        #expect(optimizer.propose(instance) { true } == nil)
        // As a member it is taken where it is the best.
        var experience = SearchExperience()
        let plan = try HeuristicScheduler(.portfolio, proposers: [optimizer]).plan(
            workflow, on: instance.cluster, iterations: 20, experience: &experience)
        #expect(plan.schedule.makespan <= timetable.makespan + 1e-9)
    }
    var empty = Workflow.Task(id: "a", runtimeSeconds: 0)
    empty.cores = 1
    let instance = try SchedulingInstance(Workflow(name: "w", tasks: [empty], edges: []), on: oneNode())
    #expect(optimizer.propose(instance) { false }?.makespan == 0)
}
