import Foundation
import Kernels
import Layers
import Scheduling
import Simulation
import Tensors
import Testing
import WorkflowOptimization
import Workflows

@testable import Files
@testable import Models

private func archive(of gains: GCNGains) -> WeightArchive {
    var archive = WeightArchive()
    gains.write(to: &archive)
    return archive
}

private func settings() -> GainTrainer.Settings {
    var settings = GainTrainer.Settings()
    (settings.workflows, settings.descent.steps, settings.descent.batch) = (6, 30, 2)
    return settings
}

private func trainer(hidden: [Int] = [6], hasMessages: Bool = false) -> GainTrainer {
    GainTrainer(architecture: GCNArchitecture(hidden: hidden, hasMessages: hasMessages), settings: settings())
}

extension GCNGains {
    fileprivate func gains(of simulated: SimulatedChanges) -> [Double] {
        gains(of: simulated.changes, after: simulated.timetable, of: simulated.instance)
    }
}

/// The numbers of `change` of a workflow, by name.
private func numbers(
    _ type: String, rank: Int = 0, _ edits: [WorkflowEdit], _ timetable: Timetable, _ instance: SchedulingInstance
) -> [String: Float] {
    let features = ChangeFeatures(timetable, of: instance)
    let change = ProposedChange(type: type, rank: rank, edits: edits)
    var values: [Float] = []
    let tasks = features.append(change, to: &values)
    #expect(values.count == ChangeFeatures.count && values.allSatisfy { abs($0) <= 6 })
    #expect(Set(tasks).count == tasks.count)
    return Dictionary(uniqueKeysWithValues: zip(ChangeFeatures.columns.map(\.name), values))
}

@Test func changesAreDescribedByHand() throws {
    // "a" runs from 0 to 4 on two of three cores of "n" beside "d"; its files take 5 s to "m", where "b" runs at double speed
    // from 9 to 12; "c" waits for "b" and runs there until 14. Each start takes a second.
    var tasks = [("a", 3.0), ("b", 4), ("c", 2), ("d", 1)].map { Workflow.Task(id: $0, runtimeSeconds: $1) }
    tasks[0].cores = 2
    (tasks[0].outputFiles, tasks[1].inputFiles) = (["f"], ["f"])
    for (place, pool) in [(0, "slow"), (1, "fast"), (2, "fast"), (3, "slow")] { tasks[place].wishes.pool = pool }
    tasks[2].wishes.alternatives = [.init(name: "short", runtimeSeconds: 1)]
    let workflow = try Workflow(name: "w", tasks: tasks, edges: [("a", "b"), ("b", "c")], fileBytes: ["f": 10])
    let nodes: [Cluster.Node] = [
        .init(name: "n", cores: 3, memoryBytes: 8, pool: "slow", taskOverheadSeconds: 1),
        .init(name: "m", cores: 1, memoryBytes: 8, speed: 2, pool: "fast", taskOverheadSeconds: 1),
    ]
    let instance = try SchedulingInstance(workflow, on: Cluster(nodes: nodes, bandwidthBytesPerSecond: 2))
    let timetable = SchedulingPolicy.fifo.timetable(of: instance)
    #expect(timetable.starts == [0, 9, 12, 0] && timetable.ends == [4, 12, 14, 2])
    func close(_ found: Float?, _ expected: Double) -> Bool { found.map { abs(Double($0) - expected) < 1e-6 } ?? false }

    let split = numbers("split", rank: 3, [.split(task: "b", chunks: 3)], timetable, instance)
    #expect(split["split"] == 1 && split["skip"] == 0 && close(split["rank"], log(4)))
    #expect(close(split["chunks"], log(3)) && close(split["savedOnChain"], 3.0 * 2 / 3 / 14))
    #expect(close(split["ownOnChain"], 3.0 / 14) && close(split["waitedOnChain"], 5.0 / 14))
    #expect(split["tasksOnChain"] == 1 && close(split["tasks"], log(2) / 4) && close(split["taskShare"], 0.25))
    // Core-seconds: 8, 3, 2 and 2.
    #expect(close(split["work"], 3.0 / 15) && close(split["utilisation"], 15.0 / 4 / 14))
    #expect(close(split["chainWaits"], 5.0 / 14) && close(split["longest"], 3.0 / 14))

    let near = numbers("colocate", [.together(tasks: ["a", "b"])], timetable, instance)
    #expect(close(near["transfer"], 5.0 / 14) && close(near["transferOnChain"], 5.0 / 14))
    let joined = numbers("cluster", [.merge(tasks: ["b", "c"])], timetable, instance)
    #expect(close(joined["joined"], 5.0 / 14) && close(joined["overheadOnChain"], 1.0 / 14))
    #expect(close(joined["overhead"], 1.0 / 4 / 14))
    let requests: [WorkflowEdit] = [.change(TaskChange(task: "a", cores: 1))]
    #expect(close(numbers("right-size", requests, timetable, instance)["freedCores"], 4.0 / 15))
    let edges: [WorkflowEdit] = [.addEdge(parent: "c", child: "d"), .removeEdge(parent: "b", child: "c")]
    let moved = numbers("add-edge", edges, timetable, instance)
    #expect(close(moved["delayed"], 1) && close(moved["releasedOnChain"], 12.0 / 14))
    let other = numbers("alternative", [.replace(task: "c", alternative: "short")], timetable, instance)
    #expect(close(other["savedOnChain"], 1.5 / 14))
    // What is not on the chain saves nothing there; from the faster node to the slower nothing is won.
    let pinned = numbers(
        "move-pool", [.pin(task: "d", pool: "fast"), .pin(task: "a", pool: "fast")], timetable, instance)
    #expect(close(pinned["savedOnChain"], 2.0 / 14) && close(pinned["tasksOnChain"], 0.5))
    #expect(numbers("skip", [.skip(task: "d")], timetable, instance)["savedOnChain"] == 0)
    #expect(close(numbers("skip", [.skip(task: "b")], timetable, instance)["savedOnChain"], 3.0 / 14))
    #expect(Set(ChangeFeatures.columns.map(\.name)).count == ChangeFeatures.count)
}

@Test func changesOfTasksThatWaitForRoomAreDescribedByHand() throws {
    // On one core "a" runs from 0 to 2 and "b", which waited 2 s, until 6; "c" waits for both and runs until 7.
    let tasks = [("a", 2.0), ("b", 4), ("c", 1)].map { name, seconds in
        var task = Workflow.Task(id: name, runtimeSeconds: seconds)
        task.memoryBytes = 3
        return task
    }
    let workflow = try Workflow(name: "w", tasks: tasks, edges: [("a", "c"), ("b", "c")])
    func described(_ memory: Double?, _ type: String, _ edits: [WorkflowEdit]) throws -> [String: Float] {
        let cluster = Cluster(nodes: [.init(name: "n", cores: 1, memoryBytes: memory)])
        let instance = try SchedulingInstance(workflow, on: cluster)
        let timetable = SchedulingPolicy.fifo.timetable(of: instance)
        #expect(timetable.ends == [2, 6, 7])
        return numbers(type, edits, timetable, instance)
    }
    func close(_ found: Float?, _ expected: Double) -> Bool { found.map { abs(Double($0) - expected) < 1e-6 } ?? false }
    let raised: [WorkflowEdit] = [.change(TaskChange(task: "b", priority: 1))]
    let first = try described(8, "raise-priority", raised)
    #expect(close(first["queued"], 2.0 / 7) && close(first["waitedOnChain"], 2.0 / 7))
    #expect(close(first["longestPath"], 5.0 / 7) && close(first["chainWaits"], 2.0 / 7))
    let smaller: [WorkflowEdit] = [.change(TaskChange(task: "b", memoryBytes: 1))]
    #expect(close(try described(8, "right-size", smaller)["freedMemory"], 2.0 * 4 / 8 / 7))
    #expect(try described(nil, "right-size", smaller)["freedMemory"] == 0)
    // "c" waits for "b" 4 s longer than for "a"; without waiting for "a" nothing is won.
    #expect(close(try described(8, "remove-edge", [.removeEdge(parent: "b", child: "c")])["releasedOnChain"], 4.0 / 7))
    #expect(try described(8, "remove-edge", [.removeEdge(parent: "a", child: "c")])["releasedOnChain"] == 0)
    // Pools that are not there are no faster.
    #expect(try described(8, "move-pool", [.pin(task: "b", pool: "none")])["savedOnChain"] == 0)
    let still = try SchedulingInstance(
        Workflow(name: "w", tasks: [Workflow.Task(id: "a", runtimeSeconds: 0)], edges: []), on: oneNode())
    let run = SchedulingPolicy.fifo.timetable(of: still)
    _ = numbers("split", [.split(task: "a", chunks: 2), .merge(tasks: ["a"])], run, still)
}

/// Describing a change takes no longer for each dependency where a task waits for many.
@Test func manyParentsAreLookedAtOnce() throws {
    let count = 20_000
    let tasks = (0..<count).map { Workflow.Task(id: "\($0)", runtimeSeconds: 1) }
    let edges = (0..<count - 1).map { ("\($0)", "\(count - 1)") }
    let instance = try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: edges), on: oneNode(64))
    let timetable = SchedulingPolicy.fifo.timetable(of: instance)
    let features = ChangeFeatures(timetable, of: instance)
    let change = ProposedChange(
        type: "remove-edge", rank: 0, edits: edges.map { .removeEdge(parent: $0.0, child: $0.1) })
    var values: [Float] = []
    let seconds = ContinuousClock().measure { #expect(features.append(change, to: &values).count == count) }
    // 4 × 10⁸ steps would take a minute here.
    #expect(seconds < .seconds(10), "\(seconds)")
}

@Test func gainsAreLearnedAndFollowTheirSeed() throws {
    let first = try archive(of: trainer().train(seed: 1))
    #expect(try archive(of: trainer().train(seed: 1)) == first)
    #expect(try archive(of: trainer().train(seed: 2)) != first)
    var longer = trainer(hidden: [12, 8])
    (longer.settings.workflows, longer.settings.descent.steps, longer.settings.descent.batch) = (50, 200, 4)
    var losses: [Float] = []
    let model = try longer.train(seed: 1) { step, loss in
        #expect(step == 100 * (losses.count + 1))
        losses.append(loss)
    }
    #expect(losses.count == 2 && losses[1] < losses[0])
    // On new workflows the first change gains more than that which is proposed first, and of what much is
    // expected more is gained.
    var (own, proposed) = (0.0, 0.0)
    var (high, low): ([Double], [Double]) = ([], [])
    for simulated in try GainTrainer.unseen(16) {
        let expected = model.gains(of: simulated)
        #expect(expected.count == simulated.gains.count && expected.allSatisfy { (-1...1).contains($0) })
        own += simulated.bestGain(ofFirst: 1, byExpected: expected)
        proposed += simulated.bestGain(ofFirst: 1)
        for (told, gain) in zip(expected, simulated.gains) {
            if told > 0.05 { high.append(gain) } else { low.append(gain) }
        }
    }
    #expect(own > 1.5 * proposed, "\(own) \(proposed)")
    func mean(_ gains: [Double]) -> Double { gains.reduce(0, +) / Double(max(gains.count, 1)) }
    #expect(min(high.count, low.count) > 20, "\(high.count) \(low.count)")
    #expect(mean(high) > mean(low) + 0.01, "\(mean(high)) \(mean(low))")
}

@Test func gainsAreToldOfOnePolicyAndOfAnyWorkflow() throws {
    let model = try trainer().train(seed: 1)
    let simulated = try #require(GainTrainer.unseen(1).first)
    let (timetable, instance) = (simulated.timetable, simulated.instance)
    #expect(
        model.gains(of: simulated.changes, after: timetable, of: instance, policy: .fifo) == model.gains(of: simulated))
    #expect(model.gains(of: simulated.changes, after: timetable, of: instance, policy: .heft) == nil)
    #expect(model.gains(of: [], after: timetable, of: instance).isEmpty)
    let none = try SchedulingInstance(Workflow(name: "w", tasks: [], edges: []), on: oneNode())
    let run = SchedulingPolicy.fifo.timetable(of: none)
    #expect(model.gains(of: simulated.changes, after: run, of: none) == simulated.changes.map { _ in 0 })
    // Weights that are finite, and too large to count with.
    var endless = model
    endless.network.forEachParameter { _, parameter in
        parameter = Tensor(parameter.scalars.indices.map { $0 % 2 == 0 ? 3e38 : -3e38 }, shape: parameter.shape)
    }
    #expect(endless.gains(of: simulated).allSatisfy { (-1...1).contains($0) })
    // Changes of tasks that are not there are changes of nothing.
    let strange = ProposedChange(type: "elsewhere", rank: 0, edits: [.skip(task: "nobody"), .merge(tasks: [])])
    #expect(model.gains(of: [strange], after: timetable, of: instance).allSatisfy { $0.isFinite })
}

@Test func gainsComeBackFromTheirArchive() throws {
    for hasMessages in [false, true] {
        let model = try trainer(hidden: [8, 6], hasMessages: hasMessages).train(seed: 3)
        var optimizer = try randomOptimizer()
        optimizer.gains = model
        let fields = optimizer.architectureFields
        #expect(fields["gains.hidden2"] == 6 && fields["bottlenecks.hidden1"] == nil)
        let archive = try Safetensors.decode(Safetensors.encode(optimizer.archive()), name: "weights")
        let loaded = try GCNOptimizer(archive, fields: fields)
        #expect(loaded.archive() == optimizer.archive() && loaded.architectureFields == fields)
        let simulated = try #require(GainTrainer.unseen(1).first)
        #expect(try #require(loaded.gains).gains(of: simulated) == model.gains(of: simulated))
        #expect(loaded.features.count == optimizer.features.count)
        #expect(optimizer.outputs.map(\.name) == ["priorities", "gains"])
        for entry in archive.entries where entry.name.hasPrefix("gains.") {
            var broken = WeightArchive()
            for old in archive.entries where old.name != entry.name {
                broken.set(old.name, shape: old.shape, old.elements)
            }
            let error = try #require(throws: InputError.self) { try GCNOptimizer(broken, fields: fields) }
            #expect(error.field == entry.name)
        }
        let own = fields.filter { !$0.key.hasPrefix("gains.") }
        let extra = try #require(throws: InputError.self) { try GCNOptimizer(archive, fields: own) }
        #expect(extra.field?.hasPrefix("gains.") == true)
    }
}

@Test func theSelfTestAsksWhatChangesGain() throws {
    var optimizer = try randomOptimizer()
    let questions = try GoldenWorkflows.questions(of: randomLists())
    let without = try GoldenWorkflows.archive(of: optimizer, questions: questions)
    optimizer.gains = try trainer().train(seed: 1)
    let missing = try #require(throws: InputError.self) { try GoldenWorkflows.check(optimizer, against: without) }
    #expect(missing.field == "gains")
    let golden = try GoldenWorkflows.archive(of: optimizer, questions: questions)
    try GoldenWorkflows.check(optimizer, against: golden)
    let values = try golden.doubles("gains")
    #expect(values.count > 1 && Set(values).count > 1)
    for changed in [[values[0] + 0.01] + values.dropFirst(), Array(values.dropLast()), values + [0]] {
        var broken = golden
        broken.set("gains", shape: [changed.count], .float64(changed))
        let error = try #require(throws: InputError.self) { try GoldenWorkflows.check(optimizer, against: broken) }
        #expect(error.field == "gains")
    }
    optimizer.gains = nil
    let gone = try #require(throws: InputError.self) { try GoldenWorkflows.check(optimizer, against: golden) }
    #expect(gone.field == "gains")
}

@Test func workflowsWithImperfectionsLeadToChangesOfEveryType() throws {
    var generator = SeededGenerator(seed: 5)
    var (types, harmful, good): (Set<String>, Int, Int) = ([], 0, 0)
    for _ in 0..<40 {
        let simulated = try SimulatedChanges(ImperfectWorkflow(using: &generator).question())
        #expect(simulated.changes.count == simulated.gains.count && simulated.gains.allSatisfy { $0 <= 1 })
        types.formUnion(simulated.changes.map(\.type))
        harmful += simulated.gains.count { $0 < -0.01 }
        good += simulated.gains.count { $0 > 0.05 }
    }
    #expect(types == Set(SimulatingOptimizer.suggestionTypes))
    #expect(harmful > 30 && good > 30, "\(harmful) \(good)")
}
