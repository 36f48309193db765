import Files
import Kernels
import Scheduling
import Simulation
import Synchronization
import Testing
import Workflows

@testable import Layers
@testable import Models
@testable import Registry

private func version(_ optimizer: GCNOptimizer, questions: [SchedulingInstance]) throws -> ModelVersion {
    let manifest = ModelManifest(
        name: try CheckedName("optimizer"), kind: GCNOptimizer.kind, architecture: optimizer.architectureFields,
        hyperparameters: PriorityTrainer.Settings().hyperparameters, seed: 1, features: optimizer.features,
        inputs: optimizer.inputs, outputs: optimizer.outputs,
        dataset: .init(rows: 1, firstAt: nil, lastAt: nil, sha256: "0"), metrics: [], parentVersion: nil, commit: nil,
        created: 1)
    return ModelVersion(
        manifest: manifest, digest: "0", weights: optimizer.archive(),
        golden: try GoldenWorkflows.archive(of: optimizer, questions: questions))
}

private func changed(_ archive: WeightArchive, _ name: String, to entry: WeightArchive.Entry?) -> WeightArchive {
    var copy = WeightArchive()
    copy.metadata = archive.metadata
    for old in archive.entries where old.name != name { copy.set(old.name, shape: old.shape, old.elements) }
    if let entry { copy.set(name, shape: entry.shape, entry.elements) }
    return copy
}

@Test func anOptimizerComesBackFromItsArchive() throws {
    let lists = try randomLists()
    let questions = try (0..<3).map { try lists.list(4 + $0, .training, $0) }
    for architecture in [GCNArchitecture(hidden: [8, 6]), GCNArchitecture(hidden: [5], hasMessages: false)] {
        let optimizer = try randomOptimizer(architecture)
        var version = try version(optimizer, questions: questions)
        version.weights = try Safetensors.decode(Safetensors.encode(version.weights), name: "weights")
        version.golden = try Safetensors.decode(Safetensors.encode(version.golden), name: "golden")
        let loaded = try Catalog.loadOptimizer(version)
        try Catalog.check(version)
        #expect(loaded.archive() == optimizer.archive() && loaded.architecture == architecture)
        for question in questions { #expect(loaded.priorities(of: question) == optimizer.priorities(of: question)) }
        #expect(version.manifest.features.count == 48)
    }
}

/// Where tasks are placed one by one is a part of a version; one from before there was such a place never does it.
@Test func aVersionKnowsWhereTasksArePlacedOneByOne() throws {
    let plain = try randomOptimizer()
    let lists = try randomLists()
    #expect(plain.archive()["serialFrom"] == nil)
    var differing = 0
    for serialFrom in [0, 0.8, 1.5] {
        let optimizer = GCNOptimizer(
            architecture: plain.architecture, ordering: plain.ordering, scales: plain.scales, scale: plain.scale,
            serialFrom: serialFrom)
        let archive = try Safetensors.decode(Safetensors.encode(optimizer.archive()), name: "weights")
        let loaded = try GCNOptimizer(archive, fields: optimizer.architectureFields)
        #expect(loaded.serialFrom == serialFrom && loaded.archive() == optimizer.archive())
        for number in 0..<10 {
            let question = try lists.list(6, .training, number)
            let plan = try #require(loaded.propose(question) { false })
            #expect(plan == optimizer.propose(question) { false })
            try plan.check(against: question)
            var scheduler = ListScheduler(question, serialFrom: serialFrom)
            #expect(plan == scheduler.timetable(of: plain.priorities(of: question)))
            #expect(abs(loaded.gap(question) - (plan.makespan / question.lowerBound - 1)) < 1e-12)
            differing += plan == plain.propose(question) { false } ? 0 : 1
        }
        for wrong in [-0.1, .nan, -.infinity] {
            var broken = archive
            broken.set("serialFrom", shape: [1], .float64([wrong]))
            let error = #expect(throws: InputError.self) {
                try GCNOptimizer(broken, fields: optimizer.architectureFields)
            }
            #expect(error?.field == "serialFrom")
        }
    }
    #expect(differing >= 10)
}

/// Weights that are no numbers, or lead to none, order nothing.
@Test func withoutPrioritiesThereIsNoPlan() throws {
    var optimizer = try randomOptimizer()
    let question = try randomLists().list(4, .training, 0)
    #expect(optimizer.propose(question) { false } != nil && optimizer.gap(question) < .infinity)
    optimizer.ordering.forEachParameter { name, parameter in
        if name == "head.bias" { parameter.update { $0[0] = .nan } }
    }
    #expect(optimizer.propose(question) { false } == nil && optimizer.gap(question) == .infinity)
}

@Test func theSelfTestKnowsTheNodeAndWhatTasksHold() throws {
    let random = try randomOptimizer()
    let nodes: [Cluster.Node] = [
        .init(name: "n", cores: 8, memoryBytes: 64, speed: 2, taskOverheadSeconds: 3),
        .init(name: "n", cores: 12, speed: 0.5), .init(name: "n", cores: 6, memoryBytes: .infinity),
        .init(name: "n", cores: 7, memoryBytes: 99, taskOverheadSeconds: 0.25),
    ]
    for (place, node) in nodes.enumerated() {
        let jobs = try (0..<4).map { number in
            var job = try randomWorkflow(5 + number, seed: UInt64(place * 10 + number))
            for task in job.tasks.indices {
                job.update(task) { $0.memoryBytes = Double(7 * task % 40) }
                if task % 3 == 0 { job.update(task) { ($0.wishes.cores, $0.wishes.memoryBytes) = (5.5, 50) } }
            }
            return job
        }
        let lists = JobLists(of: jobs, on: Cluster(nodes: [node]))
        let questions = try GoldenWorkflows.questions(of: lists)
        // It reads what differs between these tasks, their memory among it.
        let optimizer = GCNOptimizer(
            architecture: random.architecture, ordering: random.ordering,
            scales: GraphScales(of: questions.map { TaskGraph($0) }), scale: random.scale)
        var version = try version(optimizer, questions: questions)
        _ = try Catalog.loadOptimizer(version)
        // Each number counts that an answer rests on.
        var counting = [("nodes", 0), ("nodes", 1), ("nodes", 2), ("runtimes", 1), ("cores", 1)]
        if place == 0 || place == 3 { counting += [("nodes", 3), ("memory", 1)] }
        for (name, first) in counting {
            let golden = version.golden
            var values = try golden.doubles(name)
            values[first] = name == "nodes" ? values[first] + 1 : values[first] * 0.75
            version.golden.set(name, shape: try #require(golden[name]).shape, .float64(values))
            let error = #expect(throws: InputError.self, "\(name) \(first)") { try Catalog.loadOptimizer(version) }
            #expect(error?.field == "priorities", "\(name) \(first)")
            version.golden = golden
        }
    }
}

@Test func aSelfTestHasNoMoreTasksThanAreRead() async throws {
    let lists = try randomLists()
    let whole = try GoldenWorkflows.questions(of: lists)
    #expect(whole.count == 3)
    for (number, question) in whole.enumerated() {
        #expect(question.workflow.tasks.map(\.id) == (try lists.list(10, .training, number)).workflow.tasks.map(\.id))
    }
    for limit in [250, 100, 60, 30, 12, 9] {
        let questions = try GoldenWorkflows.questions(of: lists, atMost: limit)
        let count = questions.reduce(0) { $0 + $1.taskCount }
        #expect((1...3).contains(questions.count) && (1...limit).contains(count), "\(count) of \(limit)")
    }
    #expect(throws: InputError.self) { try GoldenWorkflows.questions(of: lists, atMost: 3) }
    await #expect(processExitsWith: .failure) {
        let tasks = (0..<35_000).map { Workflow.Task(id: "\($0)", runtimeSeconds: 0) }
        let large = try SchedulingInstance(Workflow(name: "large", tasks: tasks, edges: []), on: oneNode())
        _ = try GoldenWorkflows.archive(of: randomOptimizer(), questions: [large, large, large])
    }
}

@Test func aDamagedOptimizerIsRefused() throws {
    let lists = try randomLists()
    let optimizer = try randomOptimizer()
    let whole = try version(optimizer, questions: [try lists.list(4, .training, 0)])
    for entry in whole.weights.entries {
        var broken = whole
        broken.weights = changed(whole.weights, entry.name, to: nil)
        #expect(try #require(throws: InputError.self) { try Catalog.loadOptimizer(broken) }.field == entry.name)
        if case .float32(var values) = entry.elements {
            values[0] = .nan
            broken.weights = changed(
                whole.weights, entry.name, to: .init(name: entry.name, shape: entry.shape, elements: .float32(values)))
            #expect(throws: InputError.self) { try Catalog.loadOptimizer(broken) }
        }
    }
    var extra = whole
    extra.weights.set("more", shape: [1], .float64([1]))
    #expect(try #require(throws: InputError.self) { try Catalog.loadOptimizer(extra) }.field == "more")
    for scale in [0, -1, .infinity, .nan] {
        var broken = whole
        broken.weights.set("scale", shape: [1], .float64([scale]))
        #expect(try #require(throws: InputError.self) { try Catalog.loadOptimizer(broken) }.field == "scale")
    }
    // The self-test: one weight that is another.
    var other = whole
    var moved = optimizer
    moved.ordering.forEachParameter { name, parameter in if name == "head.bias" { parameter.update { $0[0] += 0.1 } } }
    other.weights = moved.archive()
    #expect(try #require(throws: InputError.self) { try Catalog.loadOptimizer(other) }.field == "priorities")
    for entry in whole.golden.entries {
        var broken = whole
        broken.golden = changed(whole.golden, entry.name, to: nil)
        #expect(throws: InputError.self) { try Catalog.loadOptimizer(broken) }
    }
    var stranger = whole
    stranger.golden.set("edges", shape: [1, 3], .int64([7, 0, 1]))
    #expect(try #require(throws: InputError.self) { try Catalog.loadOptimizer(stranger) }.field == "edges")
}

@Test func anArchitectureIsReadStrictly() throws {
    let fields = GCNArchitecture().fields
    #expect(try GCNArchitecture(fields) == GCNArchitecture())
    let wrong: [(String, Int?)] = [
        ("layers", 0), ("layers", 9), ("layers", nil), ("hidden2", nil), ("hidden1", 100_000), ("messages", 2),
        ("context", -1), ("nodeFeatures", 31), ("edgeFeatures", nil), ("hidden4", 8),
    ]
    for (name, value) in wrong {
        var broken = fields
        broken[name] = value
        let error = try #require(throws: InputError.self) { try GCNArchitecture(broken) }
        #expect(error.field == "architecture.\(name)", "\(name)")
    }
}

/// Jobs of which the static key, by any scale, takes the long wide task first, although what waits for the short one could run
/// beside it.
private func misleadingLists() throws -> JobLists {
    func job(_ name: String, _ tasks: [(seconds: Double, cores: Double)]) throws -> Workflow {
        let tasks = tasks.enumerated().map { place, what in
            var task = Workflow.Task(id: "\(place)", runtimeSeconds: what.seconds)
            task.cores = what.cores
            return task
        }
        return try Workflow(name: name, tasks: tasks, edges: zip(tasks, tasks.dropFirst()).map { ($0.id, $1.id) })
    }
    return JobLists(of: [try job("chain", [(1, 16), (6, 1)]), try job("wide", [(8, 15)])], on: oneNode(16))
}

@Test func trainingShortensListsAndFollowsItsSeed() async throws {
    let lists = try misleadingLists()
    var settings = PriorityTrainer.Settings()
    (settings.sizes, settings.lists, settings.samples, settings.learningRate) = ([3, 5], 2, 8, 0.02)
    (settings.steps, settings.stepsBetweenLooks, settings.judged) = (40, 20, 10)
    settings.scaled = 10
    let looks = Mutex<[PriorityTrainer.Look]>([])
    let trainer = PriorityTrainer(lists, architecture: GCNArchitecture(hidden: [6]), settings: settings) { look in
        looks.withLock { $0.append(look) }
    }
    let optimizer = try await trainer.train(seed: 1)
    let seen = looks.withLock { $0 }
    #expect(seen.map(\.step) == [0, 20, 40] && seen.allSatisfy { $0.gaps.count == 2 && $0.staticGaps.count == 2 })
    // What comes out is what was the best, and far better than the key.
    let best = try #require(seen.map(\.ratio).min())
    #expect(seen[0].ratio > 0.9 && best < 0.5)
    let gaps = try settings.sizes.map { size in
        try (0..<10).reduce(0) { $0 + optimizer.gap(try lists.list(size, .validation, $1)) } / 10
    }
    #expect(seen.contains { $0.ratio == best && $0.gaps == gaps })
    var parallel = trainer
    parallel.settings.concurrency = 3
    #expect(try await parallel.train(seed: 1).archive() == optimizer.archive())
    #expect(try await trainer.train(seed: 2).archive() != optimizer.archive())
    let several = PriorityTrainer(JobLists(of: [try randomWorkflow(3, seed: 1)], on: severalNodes()))
    await #expect(throws: InputError.self) { try await several.train(seed: 1) }
}
