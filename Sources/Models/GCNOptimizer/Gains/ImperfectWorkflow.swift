import Foundation
import Kernels
import Simulation
import Workflows

/// A workflow that could be better in ways that are drawn: what gains are learned from.
///
/// To a ``GeneratedWorkflow`` whose tasks hand each other files come dependencies without data, requests over what is used, tasks
/// that take far longer than others of their kind, many tiny tasks, large files, pools of other nodes, results that are there
/// already and other ways to them, each with some chance and of any size: most of it costs the run nothing.
struct ImperfectWorkflow {
    private(set) var tasks: [Workflow.Task]
    private(set) var edges: [(parent: Int, child: Int)]
    private(set) var fileBytes: [String: Double]
    private(set) var cluster: Cluster
    private let levels: [Int]
    private let meanSeconds: Double

    private static let tiny = 8.0...80.0

    /// Draws one.
    init(using generator: inout SeededGenerator) throws {
        let drawn = try GeneratedWorkflow(using: &generator).instance
        let workflow = drawn.workflow
        (tasks, fileBytes, cluster) = (workflow.tasks, workflow.fileBytes, drawn.cluster)
        edges = workflow.graph.topologicalOrder.flatMap { task in
            workflow.graph.children(of: task).map { (task, $0) }
        }
        var levels = [Int](repeating: 0, count: tasks.count)
        for edge in edges { levels[edge.child] = max(levels[edge.child], levels[edge.parent] + 1) }
        self.levels = levels
        let seconds = tasks.compactMap(\.runtimeSeconds)
        meanSeconds = max(seconds.reduce(0, +) / Double(max(seconds.count, 1)), 1e-3)
        nameKindsAndFiles(&generator)
        drawNodes(&generator)
        drawRequests(&generator)
        drawDivisions(&generator)
        drawOtherWays(&generator)
        drawLargeFiles(&generator)
        drawDependencies(&generator)
        try addTinyTasks(&generator)
    }

    /// How to shorten its run first in, first out.
    func question() throws -> OptimizationQuestion {
        let workflow = try Workflow(
            name: "imperfect", tasks: tasks, edges: edges.map { (tasks[$0.parent].id, tasks[$0.child].id) },
            fileBytes: fileBytes)
        return OptimizationQuestion(
            try WfFormatDocument(describing: workflow), on: cluster, objectives: [.makespan], budget: .seconds(3600))
    }

    /// Tasks of a level are of one kind, or of two. Each says what it reads and writes: that nothing goes over a dependency is
    /// known only then.
    private mutating func nameKindsAndFiles(_ generator: inout SeededGenerator) {
        let kinds = generator.count(to: 2)
        for place in tasks.indices {
            tasks[place].program = "kind\(levels[place])-\(place % kinds)"
            if tasks[place].inputFiles.isEmpty { tasks[place].inputFiles = ["input"] }
            if tasks[place].outputFiles.isEmpty { tasks[place].outputFiles = ["output\(place)"] }
        }
        fileBytes["input"] = 1
        for edge in edges {
            let (written, read) = (tasks[edge.parent].outputFiles, tasks[edge.child].inputFiles)
            guard !written.contains(where: read.contains) else { continue }
            let file = "from\(edge.parent)"
            if !written.contains(file) { tasks[edge.parent].outputFiles.append(file) }
            tasks[edge.child].inputFiles.append(file)
            fileBytes[file] = 1
        }
    }

    private mutating func drawNodes(_ generator: inout SeededGenerator) {
        let overhead = generator.chance(0.6) ? meanSeconds * generator.logarithmic(0.002, 0.3) : 0
        let memory = generator.chance(0.5) ? 1e9 * generator.logarithmic(8, 64) : nil
        let speed = generator.logarithmic(1.2, 3)
        let fast = cluster.nodes.count > 1 && generator.chance(0.4) ? generator.count(to: cluster.nodes.count - 1) : 0
        for place in cluster.nodes.indices {
            cluster.nodes[place].taskOverheadSeconds = overhead
            cluster.nodes[place].memoryBytes = memory
            guard fast > 0 else { continue }
            cluster.nodes[place].pool = place < fast ? "fast" : "usual"
            if place < fast { cluster.nodes[place].speed *= speed }
        }
    }

    /// Kinds of task that ask for more cores or memory than they use, and such as use what they hold.
    private mutating func drawRequests(_ generator: inout SeededGenerator) {
        let largest = cluster.nodes.map(\.cores).max() ?? 1
        let memory = cluster.nodes.compactMap(\.memoryBytes).min()
        for members in kinds.values.sorted(by: { $0[0] < $1[0] }) {
            let (isMeasured, isOver) = (generator.chance(0.7), generator.chance(0.3))
            let factor = Double(1 + generator.count(to: 7))
            let bytes = memory.map { $0 * generator.logarithmic(0.01, 0.5) }
            let room = generator.logarithmic(1, 20)
            for place in members {
                let cores = tasks[place].cores ?? 1
                if isMeasured { tasks[place].cpu = cores * (0.3 + 0.7 * generator.uniformDouble()) }
                if isOver { tasks[place].wishes.cores = min((cores * factor).rounded(), largest) }
                guard let bytes, let memory else { continue }
                tasks[place].memoryBytes = bytes * (0.5 + 0.5 * generator.uniformDouble())
                if isOver { tasks[place].wishes.memoryBytes = min(bytes * room, memory) }
            }
        }
    }

    /// Tasks that may be divided, and such as take far longer than others beside them.
    private mutating func drawDivisions(_ generator: inout SeededGenerator) {
        for members in kinds.values.sorted(by: { $0[0] < $1[0] }) where generator.chance(0.3) {
            let most = 1 << generator.count(to: 5)
            for place in members { tasks[place].wishes.divisible = 1...max(most, 2) }
        }
        guard generator.chance(0.5) else { return }
        for number in 0..<generator.count(to: 3) {
            let place = Int.random(in: tasks.indices, using: &generator)
            tasks[place].runtimeSeconds = (tasks[place].runtimeSeconds ?? 0) * generator.logarithmic(1.5, 20)
            if generator.chance(0.5) { tasks[place].program = "long\(number)" }
            if generator.chance(0.5) { tasks[place].wishes.divisible = 1...16 }
        }
    }

    private mutating func drawOtherWays(_ generator: inout SeededGenerator) {
        guard generator.chance(0.2) else { return }
        for place in tasks.indices where generator.chance(0.1) {
            if generator.chance(0.5) {
                tasks[place].wishes.isUnchanged = true
            } else {
                let seconds = (tasks[place].runtimeSeconds ?? 0) * generator.logarithmic(0.3, 2)
                tasks[place].wishes.alternatives = [
                    .init(name: "other", runtimeSeconds: seconds, quality: 0.5 + 0.5 * generator.uniformDouble())
                ]
            }
        }
    }

    private mutating func drawLargeFiles(_ generator: inout SeededGenerator) {
        guard generator.chance(0.4), !edges.isEmpty, let bandwidth = cluster.bandwidthBytesPerSecond else { return }
        for number in 0..<generator.count(to: 6) {
            let edge = edges[Int.random(in: edges.indices, using: &generator)]
            let file = "large\(number)"
            tasks[edge.parent].outputFiles.append(file)
            tasks[edge.child].inputFiles.append(file)
            fileBytes[file] = bandwidth * meanSeconds * generator.logarithmic(0.2, 20)
        }
    }

    /// Chains of tasks of one level that hand each other nothing, and dependencies beside which another path says the same.
    private mutating func drawDependencies(_ generator: inout SeededGenerator) {
        if generator.chance(0.5) {
            let rows = Dictionary(grouping: tasks.indices, by: { levels[$0] }).values.filter { $0.count > 1 }
                .sorted { $0[0] < $1[0] }
            for row in rows.shuffled(using: &generator).prefix(generator.count(to: 3)) {
                let chain = row.prefix(1 + generator.count(to: 7))
                for (parent, child) in zip(chain, chain.dropFirst()) { edges.append((parent, child)) }
            }
        }
        guard generator.chance(0.3) else { return }
        let children = Dictionary(grouping: edges, by: \.parent)
        for _ in 0..<generator.count(to: 5) {
            let edge = edges.isEmpty ? nil : edges[Int.random(in: edges.indices, using: &generator)]
            guard let edge, let next = children[edge.child]?.first else { continue }
            if !edges.contains(where: { $0 == (edge.parent, next.child) }) { edges.append((edge.parent, next.child)) }
        }
    }

    /// Many tasks beside each other, or one behind the other, that take about as long as starting them.
    private mutating func addTinyTasks(_ generator: inout SeededGenerator) throws {
        let overhead = cluster.nodes[0].taskOverheadSeconds
        guard overhead > 0, generator.chance(0.6) else { return }
        let count = Int(generator.logarithmic(Self.tiny.lowerBound, Self.tiny.upperBound))
        let behind = Int.random(in: tasks.indices, using: &generator)
        let (isChain, seconds) = (generator.chance(0.5), overhead * generator.logarithmic(0.1, 6))
        for number in 0..<count {
            let place = tasks.count
            var task = Workflow.Task(id: "tiny\(number)", runtimeSeconds: seconds)
            task.program = isChain ? "step\(number)" : "tiny"
            (task.inputFiles, task.outputFiles) = (["tiny-in\(number)"], ["tiny-out\(number)"])
            tasks.append(task)
            let parent = isChain && number > 0 ? place - 1 : behind
            edges.append((parent, place))
            tasks[parent].outputFiles.append("tiny-in\(number)")
            (fileBytes["tiny-in\(number)"], fileBytes["tiny-out\(number)"]) = (1, 1)
        }
    }

    /// Places of the tasks of each kind.
    private var kinds: [String: [Int]] { Dictionary(grouping: tasks.indices) { tasks[$0].program ?? "" } }
}

extension SeededGenerator {
    fileprivate mutating func chance(_ share: Double) -> Bool { uniformDouble() < share }

    /// 1 to `most`, each as likely.
    fileprivate mutating func count(to most: Int) -> Int { 1 + Int(next() % UInt64(max(most, 1))) }

    /// Of which the logarithm is uniform.
    fileprivate mutating func logarithmic(_ low: Double, _ high: Double) -> Double {
        low * exp(uniformDouble() * log(high / low))
    }
}
