import Kernels
import Simulation
import Testing

@testable import Evaluation
@testable import Workflows

private let nodes = Cluster(
    nodes: (0..<3).map { Cluster.Node(name: "n\($0)", cores: 4, taskOverheadSeconds: 2) }, bandwidthBytesPerSecond: 1e6)

private func workflows(_ count: Int) -> [Workflow] {
    OptimizerEvaluator.syntheticWorkflows(count, tasks: 24, on: nodes, seed: 5)
}

/// A planted fault costs what it is said to, and the workflow without it differs from that with it in the fault alone.
@Test(arguments: FaultKind.allCases) func plantedFaultsCostWhatTheyAreSaidTo(kind: FaultKind) throws {
    var planted = 0
    for (seed, workflow) in workflows(4).enumerated() {
        var planter = FaultPlanter(on: nodes, seed: UInt64(seed))
        for share in [0.05, 0.2] {
            guard let found = try planter.plant(kind, share: share, in: PlantedWorkflow(WorkflowSketch(workflow)))
            else {
                continue
            }
            planted += 1
            let clean = try found.clean.timetable(on: nodes).makespan
            let faulty = try found.faulty.timetable(on: nodes).makespan
            if kind.costsTime {
                #expect(abs(1 - clean / faulty - share) <= FaultPlanter.tolerance * share, "\(kind) \(share)")
            } else {
                #expect(clean == faulty && found.faulty.edges.count > found.clean.edges.count)
                let graph = try found.faulty.workflow().graph
                let redundant = Set(
                    graph.redundantEdges().edges.map {
                        [found.faulty.tasks[$0.parent].id, found.faulty.tasks[$0.child].id]
                    })
                #expect(found.faults[0].edges.isSubset(of: redundant))
            }
            #expect(found.faults.map(\.kind) == [kind])
            #expect(found.faults[0].tasks.isSubset(of: found.faulty.tasks.map(\.id)))
            // The workflow itself is as it was.
            for sketch in [found.clean, found.faulty] {
                #expect(sketch.tasks.prefix(workflow.tasks.count).map(\.id) == workflow.tasks.map(\.id))
            }
            #expect(try found.faulty.document().workflow.tasks == found.faulty.workflow().tasks)
        }
    }
    #expect(planted >= 4)
}

/// The decoy of far data is a pair that hands over a large file on one node, with the fault too.
@Test func decoysOfFarDataRunOnOneNode() throws {
    var planted = 0
    let drawn = workflows(16)
    for (seed, share) in (0..<16).flatMap({ seed in [0.02, 0.2, 0.4].map { (seed, $0) } }) {
        var planter = FaultPlanter(on: nodes, seed: UInt64(seed))
        let before = PlantedWorkflow(WorkflowSketch(drawn[seed]))
        guard let found = try planter.plant(.farData, share: share, in: before) else { continue }
        planted += 1
        #expect(try planter.areOnOneNode(found.faults[0].decoys.sorted(), in: found.faulty))
        #expect(try !planter.areOnOneNode(found.faults[0].tasks.sorted(), in: found.faulty))
        let (table, tasks) = (try found.faulty.timetable(on: nodes), found.faulty.tasks)
        func places(_ names: Set<String>) -> Set<Int> {
            Set(tasks.indices.filter { names.contains(tasks[$0].id) }.map { table.nodes[$0] })
        }
        #expect(found.faults[0].decoys.count == 2 && places(found.faults[0].decoys).count == 1, "\(seed)")
        #expect(found.faults[0].decoys.isDisjoint(with: found.faults[0].tasks) && found.faults[0].tasks.count == 2)
    }
    #expect(planted >= 30)
}

/// A report passes on what was found, not on what could not be asked.
@Test func whatCouldNotBePlantedIsNoSuccess() {
    func report(without kind: FaultKind? = nil, found: Int = 10, wrong: Int = 1, gains: [Double] = [0.3])
        -> OptimizerReport
    {
        var report = OptimizerReport()
        report.detection = FaultKind.allCases.map { each in
            .init(
                kind: each, share: each.costsTime ? 0.1 : 0, planted: each == kind ? 0 : 10,
                found: each == kind ? 0 : found, wrong: each == kind ? 0 : wrong)
        }
        report.planted = gains.map {
            .init(
                workflow: "w", tasks: 1, faultShare: 0.4, fifo: 1, heft: 1, after: 1 - $0, offered: 1, recommended: 1)
        }
        return report
    }
    #expect(report(gains: [0.31]).shortfalls(on: nodes).isEmpty)
    for kind in FaultKind.allCases {
        #expect(report(without: kind, gains: [0.31]).shortfalls(on: nodes) == ["\(kind.rawValue) was never planted"])
    }
    #expect(report(gains: []).shortfalls(on: nodes) == ["no workflow with faults of every kind could be planted"])
    #expect(report(gains: [0.29]).shortfalls(on: nodes).count == 1)
    // Promises are judged where there are enough.
    func promising(_ seconds: Double, count: Int = 10) -> [String] {
        var report = report(gains: [0.31])
        report.promise.rows = (0..<count).map { _ in
            .init(
                workflow: "w", types: [], planned: 0.3, promised: 0.3, low: 0.2, high: 0.4, real: seconds / 100,
                promisedSeconds: 30, realSeconds: seconds)
        }
        return report.shortfalls(on: nodes)
    }
    #expect(promising(28).isEmpty && promising(32).isEmpty && promising(20, count: 9).isEmpty)
    #expect(promising(26).count == 1 && promising(34).count == 1 && promising(-1).count == 2)
    #expect(report(found: 8, wrong: 0, gains: [1]).shortfalls(on: nodes).count == FaultKind.allCases.count)
    #expect(report(wrong: 2, gains: [1]).shortfalls(on: nodes).count == FaultKind.allCases.count)
    // What was not measured is not judged.
    var searches = report(found: 0, gains: [])
    searches.parts = [.searches]
    #expect(searches.shortfalls(on: nodes).isEmpty)
    searches.searches = [.init(name: "greedy", hypervolumes: [], simulations: 0)]
    #expect(searches.shortfalls(on: nodes) == ["no workflow with faults of every kind could be planted"])
    searches.searches = [.init(name: "greedy", hypervolumes: [1], simulations: 2)]
    #expect(searches.shortfalls(on: nodes).isEmpty)
    searches.orders = [.init(name: "all", trials: nil, gains: [], simulations: 0)]
    #expect(searches.shortfalls(on: nodes).count == 1)
    searches.parts = [.gains]
    #expect(searches.shortfalls(on: nodes).count == 1)
    // What the cluster does not allow is not asked for.
    let plain = Cluster(nodes: [Cluster.Node(name: "n", cores: 1)])
    for kind in [FaultKind.overRequest, .farData, .tinyTasks] {
        #expect(report(without: kind, gains: [0.31]).shortfalls(on: plain).isEmpty)
    }
}

@Test func whatTheClusterLacksIsNotPlanted() throws {
    let plain = Cluster(nodes: [Cluster.Node(name: "n", cores: 1)])
    var planter = FaultPlanter(on: plain, seed: 1)
    for kind in [FaultKind.overRequest, .farData, .tinyTasks] {
        #expect(try planter.plant(kind, share: 0.1, in: PlantedWorkflow(WorkflowSketch(workflows(1)[0]))) == nil)
    }
}

/// Suggests for every task whose name says that it is planted: `b` for the fault, `d` for a decoy.
private struct NameReader: WorkflowOptimizer {
    var letters: Set<Character>
    /// Whether each suggestion touches all tasks but decoys.
    var touchesAll = false

    func analyzeBottlenecks(_ question: OptimizationQuestion) throws -> BottleneckAnalysis {
        let instance = try SchedulingInstance(question.document.workflow, on: question.cluster)
        let use = ResourceUse(try WorkflowSketch(instance.workflow).timetable(on: question.cluster), of: instance)
        return BottleneckAnalysis(
            bottlenecks: [], evidence: .init(runs: 1), criticalPath: [], criticalPathSeconds: 0, slackSeconds: [],
            parallelism: [], before: use, policy: "fifo",
            structure: WorkflowStructure(), iterations: 1)
    }

    func suggestOptimizations(_ question: OptimizationQuestion) throws -> OptimizationPlan {
        let analysis = try analyzeBottlenecks(question)
        let makespan = analysis.before.makespan
        let types: [Character: String] = [
            "s": "remove-edge", "r": "right-size", "g": "split", "x": "colocate", "y": "cluster",
        ]
        let planted = question.document.workflow.tasks.filter { task in
            types[task.id.first ?? " "] != nil && task.id.contains { letters.contains($0) }
        }
        let suggestions = planted.map { task in
            OptimizationSuggestion(
                id: task.id, type: types[task.id.first ?? " "] ?? "",
                tasks: touchesAll
                    ? question.document.workflow.tasks.map(\.id).filter { !$0.contains("d") && !$0.contains("e") }
                    : [task.id], reason: "",
                gainSeconds: .init(p05: makespan, p50: makespan, p95: makespan), cost: 0, risk: 0, verified: true,
                changes: [.change(TaskChange(task: task.id, priority: 1))])
        }
        return OptimizationPlan(
            analysis: analysis, suggestions: suggestions, pareto: [.init(suggestions: [], use: analysis.before)],
            recommended: suggestions.map(\.id), after: analysis.before, iterations: 1)
    }

    /// All of them end the workflow at once.
    func apply(_ suggestions: [OptimizationSuggestion], to question: OptimizationQuestion) throws -> AppliedOptimization
    {
        let makespan = try #require(suggestions.first).gainSeconds.p50
        let before = ResourceUse(makespan: makespan, cost: 0, coreHours: 0, gigabyteHours: 0)
        let after = ResourceUse(makespan: 0, cost: 0, coreHours: 0, gigabyteHours: 0)
        return AppliedOptimization(
            document: question.document, changes: [], difference: DocumentDifference(entries: []), before: before,
            after: after)
    }
}

private func report(
    _ letters: Set<Character>, touchesAll: Bool = false, parts: Set<OptimizerReport.Part> = [.faults]
) throws -> OptimizerReport {
    try OptimizerEvaluator(
        NameReader(letters: letters, touchesAll: touchesAll), workflows: workflows(2), on: nodes, seeds: [1, 2],
        shares: [0.1], parts: parts, searches: [("one", { _ in NameReader(letters: letters) })]
    ).run()
}

@Test func anOptimizerThatFindsNothingHasNoRecall() throws {
    let found = try report([], parts: [.faults, .gains, .searches])
    for cell in found.detection where cell.planted > 0 {
        #expect(cell.recall == 0 && cell.precision == nil && cell.found == 0 && cell.wrong == 0)
    }
    #expect(found.detection.map(\.kind) == FaultKind.allCases && found.promise.rows.isEmpty)
    #expect(OptimizerReport.medianGain(found.asTheyAre) == 0)
    #expect(found.planted.allSatisfy { (0.3...0.5).contains($0.faultShare) })
    // A front of what is there alone dominates half of what takes up to twice as much of each.
    #expect((found.searches + found.choices).flatMap(\.hypervolumes).allSatisfy { abs($0 - 1) < 1e-9 })
    #expect(found.searches.count == 1 && found.choices[0].hypervolumes.count == 2)
}

/// One that suggests for the planted tasks and, in the second case, for the decoys. It also does where there is no fault, so
/// that what it finds there is not held against it.
@Test func whatIsFoundAndWhatIsWrongIsCounted() throws {
    let right = try report(["b"], parts: [.faults, .gains])
    for cell in right.detection where cell.kind.costsTime && cell.kind != .straggler && cell.planted > 0 {
        #expect(cell.recall == 1 && cell.wrong == 0, "\(cell)")
    }
    #expect(right.detection.contains { $0.kind == .serialChain && $0.planted == 2 })
    // Of the straggler's stage the others are no fault.
    let stage = try #require(right.detection.first { $0.kind == .straggler })
    #expect(stage.recall == 1 && stage.wrong == 0)
    #expect(right.promise.rows.allSatisfy { $0.promised == 0 && $0.real == 1 })
}

/// What was made to look like a fault counts against whoever takes it for one, though it is there without the fault too.
@Test func decoysThatAreFlaggedLowerThePrecision() throws {
    let (right, both) = (try report(["b"]), try report(["b", "d"]))
    for (cell, other) in zip(right.detection, both.detection) where cell.kind.costsTime && cell.planted > 0 {
        #expect(other.found == cell.found, "\(other)")
        #expect(other.wrong >= cell.wrong + cell.planted, "\(other)")
    }
    #expect(try report(["d"]).detection.allSatisfy { $0.found == 0 })
}

/// A suggestion that changes most of the workflow finds no fault.
@Test func whatTouchesAlmostEverythingFindsNothing() throws {
    let found = try report(["b"], touchesAll: true)
    let chain = try #require(found.detection.first { $0.kind == .serialChain })
    #expect(chain.planted == 2 && chain.found == 0)
}

@Test func nothingIsPlantedInAWorkflowWithoutTasks() throws {
    let empty = WorkflowSketch(try Workflow(name: "empty", tasks: [], edges: []))
    for kind in FaultKind.allCases {
        var planter = FaultPlanter(on: nodes, seed: 1)
        #expect(try planter.plant(kind, share: 0.1, in: PlantedWorkflow(empty)) == nil)
    }
}

/// Parts that are not asked for cost nothing.
@Test func onlyThePartsThatAreAskedForAreMeasured() throws {
    var evaluator = OptimizerEvaluator(
        NameReader(letters: ["b"]), workflows: workflows(2), on: nodes, seeds: [1, 2], shares: [0.1],
        parts: [.gains], searches: [("one", { _ in NameReader(letters: ["b"]) })],
        orders: [("as proposed", { _ in NameReader(letters: ["b"]) })])
    let gains = try evaluator.run()
    #expect(gains.detection.isEmpty && !gains.planted.isEmpty && !gains.promise.rows.isEmpty)
    #expect(gains.searches.isEmpty && gains.choices.isEmpty)
    evaluator.parts = [.searches]
    let searches = try evaluator.run()
    #expect(searches.detection.isEmpty && searches.planted.isEmpty && searches.promise.rows.isEmpty)
    #expect(!searches.searches.isEmpty && !searches.choices.isEmpty && searches.orders.isEmpty)
    evaluator.parts = [.orders]
    let orders = try evaluator.run()
    #expect(orders.detection.isEmpty && orders.planted.isEmpty && orders.searches.isEmpty)
    #expect(orders.orders.map(\.trials) == [nil, 4, 8, 16, 32] && orders.orders.map(\.name).first == "all")
    #expect(orders.orders.allSatisfy { !$0.gains.isEmpty && $0.simulations == 1 })
    evaluator.parts = [.faults]
    let faults = try evaluator.run()
    #expect(!faults.detection.isEmpty && faults.orders.isEmpty && faults.planted.isEmpty)
}

@Test func whatIsLostByAnOrderIsWhatTheOtherGains() throws {
    let all = OptimizerReport.Order(name: "all", trials: nil, gains: [0.4, 0.3], simulations: 9)
    let few = OptimizerReport.Order(name: "few", trials: 4, gains: [0.1, 0.3], simulations: 4)
    #expect(abs(all.meanGain - 0.35) < 1e-12)
    #expect(abs(try #require(few.loss(beside: all)).value - 0.15) < 1e-12)
}

/// Workflows with choices are drawn for nodes with little memory too.
@Test func choicesHoldNoMoreThanANodeHas() {
    for seed in UInt64(0)..<20 {
        let sketch = WorkflowSketch(workflows(1)[0], withChoicesDrawnBy: seed, most: 2e9)
        let held = sketch.tasks.map { ($0.memoryBytes ?? 0, $0.wishes.memoryBytes ?? 0) }
        #expect(held.allSatisfy { $0.0 > 0 && $0.0 <= $0.1 && $0.1 <= 2e9 }, "seed \(seed)")
        let alternatives = sketch.tasks.flatMap(\.wishes.alternatives)
        #expect(!alternatives.isEmpty && alternatives.allSatisfy { $0.memoryBytes ?? 0 <= 2e9 })
    }
}

@Test func promisesAreComparedByHand() {
    let promised = [0.2, 0.4, 0, 0.1]
    let promise = OptimizerReport.Promise(
        rows: zip(promised, [0.1, 0.4, 0.1, -0.1]).map {
            .init(
                workflow: "w", types: ["split"], planned: $0.0, promised: $0.0, low: $0.0 - 0.1, high: $0.0 + 0.05,
                real: $0.1, promisedSeconds: 100 * $0.0, realSeconds: 90 * $0.1)
        })
    #expect(abs(promise.medianError - 0.1) < 1e-12 && abs(promise.medianRelativeError - 0.5) < 1e-12)
    #expect(abs(promise.signRight - 2 / 3.0) < 1e-12)
    // 20 and 9 s, 40 and 36 s, 10 and -9 s.
    #expect(abs(promise.medianSecondsError - 0.55) < 1e-12)
    // Differences 0.1, 0, -0.1, 0.2: the median lies between 0 and 0.1; the first two lie in their intervals.
    #expect(abs(promise.medianExcess - 0.05) < 1e-12 && promise.coverage == 0.5)
}

@Test func searchesAreComparedOnTheSameWorkflows() throws {
    let searches = [[0.3, 0.5, 0.4], [0.2, 0.4, 0.3]].map {
        OptimizerReport.Search(name: "s", hypervolumes: $0, simulations: 1)
    }
    let advantage = try #require(searches[0].advantage(over: searches[1]))
    #expect([advantage.value, advantage.low, advantage.high].allSatisfy { abs($0 - 0.1) < 1e-12 })
    #expect(OptimizerReport.Search(name: "s", hypervolumes: [], simulations: 0).advantage(over: searches[0]) == nil)
}

/// Drawn choices give up one objective for another, and the workflow hangs together as before.
@Test func choicesGiveUpOneObjectiveForAnother() throws {
    for (seed, workflow) in workflows(4).enumerated() {
        let drawn = WorkflowSketch(workflow, withChoicesDrawnBy: UInt64(seed), most: .infinity)
        #expect(
            drawn.edges.map { [$0.parent, $0.child] } == WorkflowSketch(workflow).edges.map { [$0.parent, $0.child] })
        let tasks = try drawn.document().workflow.tasks
        #expect(tasks.map(\.runtimeSeconds) == workflow.tasks.map(\.runtimeSeconds))
        let ways = tasks.flatMap { task in task.wishes.alternatives.map { (task, $0) } }
        #expect(Set(ways.map(\.1.name)) == ["quick", "frugal"])
        for (task, way) in ways {
            let (own, memory) = (try #require(task.runtimeSeconds), try #require(task.memoryBytes))
            if way.name == "quick" {
                #expect(way.runtimeSeconds < own && way.quality < 1 && way.memoryBytes == nil)
            } else {
                #expect(way.runtimeSeconds > own && way.quality == 1 && (way.memoryBytes ?? memory) < memory)
            }
        }
    }
}
