import Foundation
import Kernels
import Layers
import Scheduling
import Simulation
import Testing
import Workflows

import Files
@testable import Models

private func archive(of bottlenecks: GCNBottlenecks) -> WeightArchive {
    var archive = WeightArchive()
    bottlenecks.write(to: &archive)
    return archive
}

extension GCNBottlenecks {
    fileprivate func estimate(of drawn: GeneratedWorkflow, widerBy more: Double = 0) -> BottleneckEstimate {
        estimate(after: drawn.expectedRun, of: drawn.instance, spreads: drawn.spreads.map { $0 + more })
    }
}

private func settings() -> BottleneckTrainer.Settings {
    var settings = BottleneckTrainer.Settings()
    (settings.workflows, settings.runs, settings.descent.steps, settings.descent.batch) = (24, 6, 60, 2)
    settings.descent.learningRate = 0.01
    return settings
}

@Test func aRunIsDescribedByHand() throws {
    // 0 and 1 side by side, 2 behind 0; 3 waits for the core that 1 gives back.
    let tasks = [2.0, 3, 4, 1].enumerated().map { Workflow.Task(id: "\($0)", runtimeSeconds: $1) }
    let instance = try SchedulingInstance(
        Workflow(name: "w", tasks: tasks, edges: [("0", "2")]), on: Cluster(nodes: [.init(name: "n", cores: 2)]))
    let timetable = SchedulingPolicy.fifo.timetable(of: instance)
    #expect(timetable.starts == [0, 0, 3, 2] && timetable.ends == [2, 3, 7, 3])
    let values = RunFeatures.values(timetable, of: instance)
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
    let first = try archive(of: trainer.train(seed: 1))
    #expect(try archive(of: trainer.train(seed: 1)) == first)
    #expect(try archive(of: trainer.train(seed: 2)) != first)
    var longer = trainer
    (longer.settings.workflows, longer.settings.descent.steps, longer.settings.descent.batch) = (60, 300, 4)
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
        let estimate = model.estimate(of: drawn)
        let expected = BottleneckShares(drawn.expectedRun, of: drawn.instance)
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
    #expect(model.estimate(of: drawn, widerBy: 0.5).probabilities != model.estimate(of: drawn).probabilities)
    let none = try SchedulingInstance(Workflow(name: "w", tasks: [], edges: []), on: oneNode())
    let run = SchedulingPolicy.fifo.timetable(of: none)
    #expect(model.estimate(after: run, of: none, spreads: []).probabilities.isEmpty)
    // It has learned of one policy.
    #expect(
        model.bottlenecks(after: drawn.expectedRun, of: drawn.instance, spreads: drawn.spreads, policy: .fifo)
            == model.estimate(of: drawn))
    #expect(
        model.bottlenecks(after: drawn.expectedRun, of: drawn.instance, spreads: drawn.spreads, policy: .heft) == nil)
}

@Test func bottlenecksComeBackFromTheirArchive() throws {
    for architecture in [GCNArchitecture(hidden: [8, 6]), GCNArchitecture(hidden: [8], hasMessages: false)] {
        let model = try BottleneckTrainer(architecture: architecture, settings: settings()).train(seed: 3)
        var optimizer = try randomOptimizer()
        optimizer.bottlenecks = model
        let fields = optimizer.architectureFields
        let archive = try Safetensors.decode(Safetensors.encode(optimizer.archive()), name: "weights")
        let loaded = try GCNOptimizer(archive, fields: fields)
        #expect(loaded.archive() == optimizer.archive() && loaded.architectureFields == fields)
        var generator = SeededGenerator(seed: 5)
        let drawn = try GeneratedWorkflow(using: &generator)
        #expect(try #require(loaded.bottlenecks).estimate(of: drawn) == model.estimate(of: drawn))
        for entry in archive.entries where entry.name.hasPrefix("bottlenecks.") {
            var broken = WeightArchive()
            for old in archive.entries where old.name != entry.name {
                broken.set(old.name, shape: old.shape, old.elements)
            }
            let error = try #require(throws: InputError.self) { try GCNOptimizer(broken, fields: fields) }
            #expect(error.field == entry.name)
        }
        // What the manifest does not tell of does not belong there; a field that it should have is named.
        let own = fields.filter { !$0.key.hasPrefix("bottlenecks.") }
        let extra = try #require(throws: InputError.self) { try GCNOptimizer(archive, fields: own) }
        #expect(extra.field?.hasPrefix("bottlenecks.") == true)
        var short = fields
        short["bottlenecks.hidden1"] = nil
        let missing = try #require(throws: InputError.self) { try GCNOptimizer(archive, fields: short) }
        #expect(missing.field == "architecture.bottlenecks.hidden1")
    }
}

/// A version with both networks passes its self-test, and fails it where one number is another.
@Test func theSelfTestAsksBothNetworks() throws {
    var optimizer = try randomOptimizer()
    let lists = try randomLists()
    let questions = try GoldenWorkflows.questions(of: lists)
    let without = try GoldenWorkflows.archive(of: optimizer, questions: questions)
    try GoldenWorkflows.check(optimizer, against: without)
    optimizer.bottlenecks = try BottleneckTrainer(
        architecture: GCNArchitecture(hidden: [6]), settings: settings()
    ).train(seed: 1)
    #expect(
        try #require(throws: InputError.self) { try GoldenWorkflows.check(optimizer, against: without) }.field
            == "spreads")
    let golden = try GoldenWorkflows.archive(of: optimizer, questions: questions)
    try GoldenWorkflows.check(optimizer, against: golden)
    for name in ["priorities", "probabilities", "delays", "spreads"] {
        var broken = golden
        var values = try golden.doubles(name)
        values[1] += name == "spreads" ? 0.3 : 0.01
        broken.set(name, shape: [values.count], .float64(values))
        let error = try #require(throws: InputError.self) { try GoldenWorkflows.check(optimizer, against: broken) }
        #expect(error.field == (name == "spreads" ? "probabilities" : name) || error.field == "delays")
        broken.set(name, shape: [values.count - 1], .float64(values.dropLast()))
        #expect(throws: InputError.self) { try GoldenWorkflows.check(optimizer, against: broken) }
    }
    optimizer.bottlenecks = nil
    #expect(
        try #require(throws: InputError.self) { try GoldenWorkflows.check(optimizer, against: golden) }.field
            == "probabilities")
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
