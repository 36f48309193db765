import Foundation
import Kernels
import Layers
import Scheduling
import Simulation
import Testing
import Workflows

import Files
@testable import Models

private func settings() -> BottleneckTrainer.Settings {
    var settings = BottleneckTrainer.Settings()
    (settings.workflows, settings.runs, settings.steps, settings.batch) = (24, 6, 60, 2)
    settings.learningRate = 0.01
    return settings
}

@Test func aRunIsDescribedByHand() throws {
    // 0 and 1 side by side, 2 behind 0; 3 waits for the core that 1 gives back.
    let tasks = [2.0, 3, 4, 1].enumerated().map { Workflow.Task(id: "\($0)", runtimeSeconds: $1) }
    let instance = try SchedulingInstance(
        Workflow(name: "w", tasks: tasks, edges: [("0", "2")]), on: Cluster(nodes: [.init(name: "n", cores: 2)]))
    let timetable = SchedulingPolicy.fifo.timetable(of: instance)
    #expect(timetable.starts == [0, 0, 3, 2] && timetable.ends == [2, 3, 7, 3])
    let values = RunFeatures.values(instance)
    #expect(values.shape == [4, 6] && RunFeatures.columns.count == 6)
    let rows = (0..<4).map { row in (0..<6).map { Double(values.scalars[6 * row + $0]) } }
    // The end waits for 2, which waited a second for room.
    let shares = BottleneckShares(timetable, of: instance)
    let latest = [3.0, 7, 7, 7]
    for task in 0..<4 {
        let expected = [
            shares.probabilities[task], 4 * shares.delays[task], timetable.starts[task] / 7, timetable.ends[task] / 7,
            4 * (timetable.starts[task] - timetable.ready[task]) / 7,
            log(0.01 + (latest[task] - timetable.ends[task]) / 7),
        ]
        #expect(zip(rows[task], expected).allSatisfy { abs($0 - $1) < 1e-6 }, "task \(task): \(rows[task])")
    }
    #expect(rows[2][0] == 1 && abs(rows[2][4] - 4.0 / 7) < 1e-6)
}

@Test func bottlenecksAreLearnedAndFollowTheirSeed() throws {
    let trainer = BottleneckTrainer(architecture: GCNArchitecture(hidden: [12, 8]), settings: settings())
    let first = try trainer.train(seed: 1).archive()
    #expect(try trainer.train(seed: 1).archive() == first)
    #expect(try trainer.train(seed: 2).archive() != first)
    var longer = trainer
    (longer.settings.workflows, longer.settings.steps, longer.settings.batch) = (60, 300, 4)
    var losses: [Float] = []
    let model = try longer.train(seed: 1) { step, loss in
        #expect(step == 100 * (losses.count + 1))
        losses.append(loss)
    }
    #expect(losses.count == 3 && losses[2] < losses[0])
    // On new workflows the probabilities are nearer to what runs show than 1 for the tasks of the expected chain.
    var generator = SeededGenerator(seed: 77)
    var (own, chain) = (0.0, 0.0)
    for _ in 0..<12 {
        let drawn = try GeneratedWorkflow(using: &generator)
        let truth = BottleneckShares(drawn.instance, spreads: drawn.spreads, runs: 30, using: &generator)
        let estimate = model.estimate(drawn.instance, spreads: drawn.spreads)
        let expected = BottleneckShares(SchedulingPolicy.fifo.timetable(of: drawn.instance), of: drawn.instance)
        #expect(estimate.probabilities.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(estimate.delays.allSatisfy { $0 >= 0 && $0 <= 1 })
        func error(_ values: [Double]) -> Double {
            zip(values, truth.probabilities).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(values.count)
        }
        own += error(estimate.probabilities)
        chain += error(expected.probabilities)
    }
    #expect(own < 0.8 * chain, "\(own) \(chain)")
}

@Test func moreUncertainDurationsAreRead() throws {
    var generator = SeededGenerator(seed: 4)
    let trainer = BottleneckTrainer(architecture: GCNArchitecture(hidden: [6]), settings: settings())
    let model = try trainer.train(seed: 1)
    let drawn = try GeneratedWorkflow(using: &generator)
    let wide = model.estimate(drawn.instance, spreads: drawn.spreads.map { $0 + 0.5 })
    #expect(wide.probabilities != model.estimate(drawn.instance, spreads: drawn.spreads).probabilities)
    let none = try SchedulingInstance(Workflow(name: "w", tasks: [], edges: []), on: oneNode())
    #expect(model.estimate(none, spreads: []).probabilities.isEmpty)
}

@Test func bottlenecksComeBackFromTheirArchive() throws {
    let architecture = GCNArchitecture(hidden: [8, 6])
    let model = try BottleneckTrainer(architecture: architecture, settings: settings()).train(seed: 3)
    let archive = try Safetensors.decode(Safetensors.encode(model.archive()), name: "weights")
    let loaded = try GCNBottlenecks(archive, architecture: architecture)
    var generator = SeededGenerator(seed: 5)
    let drawn = try GeneratedWorkflow(using: &generator)
    let (own, other) = (
        model.estimate(drawn.instance, spreads: drawn.spreads), loaded.estimate(drawn.instance, spreads: drawn.spreads)
    )
    #expect(own.probabilities == other.probabilities && own.delays == other.delays)
    for entry in archive.entries {
        var broken = WeightArchive()
        for old in archive.entries where old.name != entry.name { broken.set(old.name, shape: old.shape, old.elements) }
        let error = try #require(throws: InputError.self) { try GCNBottlenecks(broken, architecture: architecture) }
        #expect(error.field == entry.name)
    }
    var extra = archive
    extra.set("more", shape: [1], .float64([1]))
    #expect(
        try #require(throws: InputError.self) { try GCNBottlenecks(extra, architecture: architecture) }.field == "more")
}

@Test func workflowsThatAreLearnedFromDifferAndCanRun() throws {
    var generator = SeededGenerator(seed: 9)
    var (names, nodes): (Set<String>, Set<Int>) = ([], [])
    for _ in 0..<60 {
        let drawn = try GeneratedWorkflow(using: &generator)
        #expect((8...200).contains(drawn.instance.taskCount) && drawn.spreads.count == drawn.instance.taskCount)
        #expect(drawn.spreads.allSatisfy { $0 > 0 && $0 <= 1 })
        names.insert(drawn.instance.workflow.name)
        nodes.insert(drawn.instance.nodeCount)
    }
    #expect(names.count == SyntheticFamily.Form.allCases.count && nodes.count == 8)
}
