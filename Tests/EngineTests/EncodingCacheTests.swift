import Decisions
import Files
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Registry
import Scheduling
import Simulation
import TestSupport
import Testing
import WorkflowOptimization
import Workflows

@testable import Engine

/// Three tasks on two nodes, of which each part can be another.
private struct Parts {
    var name = "w"
    var tasks = ["a", "b", "c"].map { Workflow.Task(id: $0, runtimeSeconds: 10) }
    var edges = [(parent: "a", child: "b")]
    var bytes = ["f": 100.0]
    var cluster = Cluster(
        nodes: ["m", "n"].map { Cluster.Node(name: $0, cores: 4, memoryBytes: 8e9) }, bandwidthBytesPerSecond: 50)
    var durations: [Double]?
    var retries = false

    init() {
        tasks[0].outputFiles = ["f"]
        tasks[1].inputFiles = ["f"]
        tasks[2].memoryBytes = 4e9
    }

    func instance() throws -> SchedulingInstance {
        try SchedulingInstance(
            Workflow(name: name, tasks: tasks, edges: edges, fileBytes: bytes), on: cluster, durations: durations,
            retriesWithMoreMemory: retries)
    }

    /// What makes it another question.
    static let changes: [(String, @Sendable (inout Parts) -> Void)] = [
        ("name", { $0.name = "v" }), ("identifier", { $0.tasks[2].id = "d" }),
        ("runtime", { $0.tasks[2].runtimeSeconds = 11 }), ("forecast", { $0.durations = [10, 10, 12] }),
        ("cores", { $0.tasks[1].cores = 2 }), ("memory", { $0.tasks[2].memoryBytes = 5e9 }),
        ("request", { $0.tasks[2].wishes.memoryBytes = 6e9 }), ("priority", { $0.tasks[0].wishes.priority = 1 }),
        ("chance", { $0.tasks[0].wishes.branchProbability = 0.5 }),
        ("another way", { $0.tasks[0].wishes.alternatives = [.init(name: "x", runtimeSeconds: 1)] }),
        ("edge", { $0.edges.append(("b", "c")) }), ("file", { $0.bytes["f"] = 200 }),
        ("node", { $0.cluster.nodes[1].speed = 2 }), ("one node less", { $0.cluster.nodes.removeLast() }),
        ("bandwidth", { $0.cluster.bandwidthBytesPerSecond = 25 }),
    ]
}

/// The same workflow under the same circumstances is read once; whatever is another makes it another question.
@Test(.timeLimit(.minutes(10))) func networksReadAWorkflowOnceUntilItIsAnother() throws {
    let (moody, watch, known) = (MoodyNetworks(), OptimizerWatch("optimizer 7"), EncodingCache())
    var calls = 0
    func ask(_ parts: Parts, _ isNew: Bool, _ what: String) throws {
        let networks = try asked(moody, watch, knowing: known)
        let plan = networks.propose(try parts.instance()) { false }
        calls += isNew ? 1 : 0
        #expect(plan == MoodyNetworks().propose(try parts.instance()) { false }, "\(what)")
        #expect(moody.calls.withLockedValue { $0 } == calls, "\(what)")
    }
    try ask(Parts(), true, "first")
    try ask(Parts(), false, "again")
    for (what, change) in Parts.changes {
        var parts = Parts()
        change(&parts)
        try ask(parts, true, what)
        try ask(parts, false, "\(what), again")
    }
    try ask(Parts(), false, "the first again")
    let count = Parts.changes.count
    #expect(known.counts == (hits: count + 2, misses: count + 1))
}

/// Room that a task needs in the end is a part of the problem where it may ask for less.
@Test func whatMayBeTriedAgainWithMoreMemoryIsAnotherProblem() throws {
    var parts = Parts()
    parts.tasks[2].wishes.memoryBytes = 4e9
    let once = try parts.instance()
    parts.retries = true
    parts.tasks[2].wishes.memoryBytes = 1e9
    let short = try parts.instance()
    #expect(once != short && once == once)
    #expect(try short == parts.instance())
    // With other times it is another, and with its own again it is itself.
    #expect(
        short.with(runtimes: [1, 2, 3]) != short
            && short.with(runtimes: [1, 2, 3]).with(runtimes: short.runtimes) == short)
}

/// What else a network reads is a part of the question too, and each network has its own answers.
@Test(.timeLimit(.minutes(10))) func whatNetworksReadBesideTheWorkflowIsAPartOfTheQuestion() throws {
    let (moody, watch, known) = (MoodyNetworks(), OptimizerWatch("optimizer 7"), EncodingCache())
    let instance = try Parts().instance()
    let plan = try #require(moody.propose(instance) { false })
    var other = plan
    other.ends[2] += 1
    let change = ProposedChange(type: "split", rank: 0, edits: [])
    let changes = [[change], [change, change], [ProposedChange(type: "split", rank: 1, edits: [])]]
    func calls(_ body: (WatchedNetworks) -> Void) throws -> Int {
        let before = moody.calls.withLockedValue { $0 }
        body(try asked(moody, watch, knowing: known))
        return moody.calls.withLockedValue { $0 } - before
    }
    for isNew in [true, false] {
        for spreads in [[0.1, 0.1, 0.1], [0.1, 0.1, 0.2]] {
            for timetable in [plan, other] {
                for policy in [SchedulingPolicy.fifo, .heft] {
                    let count = try calls {
                        let said = $0.bottlenecks(after: timetable, of: instance, spreads: spreads, policy: policy)
                        #expect(said?.probabilities == [0.5, 0.5, 0.5])
                    }
                    #expect(count == (isNew ? 1 : 0))
                }
            }
        }
        for asked in changes {
            for timetable in [plan, other] {
                let count = try calls {
                    #expect(
                        $0.gains(of: asked, after: timetable, of: instance, policy: .fifo) == asked.map { _ in 0.1 })
                }
                #expect(count == (isNew ? asked.count : 0))
            }
        }
        let count = try calls { #expect($0.propose(instance) { false } == plan) }
        #expect(count == (isNew ? 1 : 0))
    }
}

/// What a network fails to say is not kept, nor what is said of a workflow that would take all the room.
@Test(.timeLimit(.minutes(10))) func onlyAnswersAreKept() throws {
    let (moody, watch, known) = (MoodyNetworks(), OptimizerWatch("optimizer 7"), EncodingCache())
    let instance = try Parts().instance()
    for mood in [MoodyNetworks.Mood.silent, .notFinite] {
        moody.mood.withLockedValue { $0 = mood }
        #expect(try asked(moody, watch, knowing: known).propose(instance) { false } == nil)
    }
    moody.mood.withLockedValue { $0 = .stalled }
    #expect(try asked(moody, watch, knowing: known, half: .milliseconds(1)).propose(instance) { false } == nil)
    moody.mood.withLockedValue { $0 = .sound }
    #expect(known.counts == (hits: 0, misses: 3))
    #expect(try asked(moody, watch, knowing: known).propose(instance) { false } != nil)
    // One that is left out is not needed where its answer is known.
    #expect(try asked(moody, watch, knowing: known, end: .now - .seconds(1)).propose(instance) { false } != nil)
    #expect(known.counts == (hits: 1, misses: 4))
    let small = EncodingCache(bytes: 1000)
    for _ in 0..<2 { _ = try asked(moody, watch, knowing: small).propose(instance) { false } }
    #expect(small.counts == (hits: 0, misses: 2))
}

/// A workflow that runs is read once by the version that serves, until an outcome changes what is expected of its tasks or another
/// version serves.
@Test(.timeLimit(.minutes(10))) func aWorkflowIsReadAnewOnceAForecastOrTheVersionChanges() async throws {
    try await TemporaryFolder.with { folder in
        let moody = MoodyNetworks()
        let scheduler = try await optimizing(moody, latencyMs: 3_000_000, in: folder)
        func asksAnew(predicts: Bool = true) async throws -> Bool {
            let before = moody.calls.withLockedValue { $0 }
            let plan = try await scheduler.schedule(uneven(), on: pair, predicts: predicts)
            #expect(plan.answer.alternatives.contains { $0.policy == "gcn" } && plan.reason == nil)
            return moody.calls.withLockedValue { $0 } > before
        }
        func record(_ seconds: Double) async throws {
            let outcomes = (0..<40).map { place in
                ReportedExecution(
                    TaskExecution(
                        task: TaskSpec(workflow: "uneven", process: "l"), taskID: "\(seconds)-\(place)",
                        completedAt: Double(place), duration: seconds), decisionID: nil)
            }
            _ = try await scheduler.record(outcomes)
        }
        try await record(3)
        #expect(try await asksAnew())
        #expect(try await !asksAnew())
        // An outcome of a task that is none of its own leaves what is known of it.
        _ = try await scheduler.record([
            ReportedExecution(
                TaskExecution(
                    task: TaskSpec(workflow: "another", process: "x"), taskID: "x", completedAt: 1, duration: 7),
                decisionID: nil)
        ])
        #expect(try await !asksAnew())
        try await record(300)
        #expect(try await asksAnew())
        #expect(try await !asksAnew())
        // What stands on no forecast is another question, and the same again by other limits.
        #expect(try await asksAnew(predicts: false))
        let question = OptimizationQuestion(try uneven(), on: pair, budget: .seconds(3000), bottleneckThreshold: 0.1)
        var calls: [Int] = []
        for _ in 0..<2 {
            let before = moody.calls.withLockedValue { $0 }
            _ = try await scheduler.answer(question, .optimize)
            calls.append(moody.calls.withLockedValue { $0 } - before)
        }
        #expect(calls[0] > 0 && calls[1] == 0, "\(calls)")
        let counts = try #require(scheduler.modelConditions.last).condition
        #expect(counts.cacheHits == 5 && counts.cacheMisses == 5, "\(counts)")
        // The next version has said nothing yet, and the first has forgotten what it said.
        let (name, alias) = (try CheckedName("optimizer"), try CheckedName("champion"))
        let second = try await TestOptimizers.publish(in: ModelRegistry(path: folder("models")))
        _ = try await scheduler.promote(name, to: second, alias: alias, force: "a test", who: "test")
        #expect(scheduler.servedOptimizer?.version == second)
        #expect(try await asksAnew())
        _ = try await scheduler.rollback(name, who: "test")
        #expect(scheduler.servedOptimizer?.version == 1)
        #expect(try await asksAnew())
    }
}
