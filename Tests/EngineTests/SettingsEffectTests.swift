import Files
import ModelFixtures
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

@Test func theAlgorithmIsThePolicyWhereNoneIsAsked() async throws {
    try await TemporaryFolder.with { folder in
        var stated = try Settings(parsing: "orchestration:\n  scheduling:\n    algorithm: fifo\n", file: "t.yaml")
        stated.modelsPath = folder("models")
        stated.server.statePath = folder("state")
        let scheduler = try await IntelligentScheduler(settings: stated)
        #expect(try await scheduler.schedule(diamond(), on: pair).answer.policy == "fifo")
        #expect(try await scheduler.schedule(diamond(), on: pair, policy: .heft).answer.policy == "heft")
    }
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        #expect(try await scheduler.schedule(diamond(), on: pair).answer.policy == "portfolio")
    }
}

@Test func anUnknownAlgorithmIsRefusedWithItsLine() async throws {
    let stated = try Settings(parsing: "orchestration:\n  scheduling:\n    algorithm: magic\n", file: "t.yaml")
    await #expect { try await IntelligentScheduler(settings: stated) } throws: { error in
        guard let error = error as? InputError else { return false }
        return error.line == 3 && error.file == "t.yaml" && error.field == "orchestration.scheduling.algorithm"
            && error.problem.contains("\"magic\" is no policy; there are fifo, ")
            && error.problem.hasSuffix(", portfolio")
    }
}

@Test func theThresholdDecidesWhatIsTold() async throws {
    func bottlenecks(_ threshold: Double) async throws -> Int {
        try await TemporaryFolder.with { folder in
            var stated = settings(in: folder)
            stated.bottleneckThreshold = threshold
            // Time enough, so that every sample is simulated, also where the question has to wait: that counts too.
            stated.targetLatencyMs = 60_000
            let scheduler = try await IntelligentScheduler(settings: stated)
            // Two chains of nearly equal length: which of them the end hangs on is uncertain.
            let close = try diamond(["a1": 10, "a2": 10, "b1": 19.9, "end": 5])
            let plan = try await scheduler.optimizeWorkflow(close, on: pair)
            return plan.answer.analysis.bottlenecks.count
        }
    }
    let (few, many) = (try await bottlenecks(0.95), try await bottlenecks(0.05))
    #expect(few < many)
}

@Test func onlyThatManySearchesRunAtATime() async throws {
    for limit in [1, 3] {
        try await TemporaryFolder.with { folder in
            var stated = settings(in: folder)
            stated.maxParallelOptimizations = limit
            let scheduler = try await IntelligentScheduler(settings: stated)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<12 { group.addTask { _ = try await scheduler.optimizeWorkflow(diamond(), on: pair) } }
                try await group.waitForAll()
            }
            #expect(await scheduler.searches.peak <= limit)
            #expect(await scheduler.searches.peak > (limit == 1 ? 0 : 1))
        }
    }
}

@Test func tooManyWaitingSearchesAreRefused() async throws {
    let limiter = Limiter(1, waiting: 1)
    try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<3 {
            group.addTask {
                do {
                    try await limiter.run { try await Task.sleep(for: .milliseconds(100)) }
                    return true
                } catch EngineError.overloaded {
                    return false
                }
            }
        }
        var answers: [Bool] = []
        for try await answer in group { answers.append(answer) }
        #expect(answers.count { $0 } == 2)
    }
}

@Test func theLatencyTargetBoundsASearch() async throws {
    // First in, first out begins on the slow node, which others do not.
    let unequal = Cluster(nodes: [.init(name: "slow", cores: 2, speed: 0.5), .init(name: "fast", cores: 2)])
    try await TemporaryFolder.with { folder in
        var stated = settings(in: folder)
        stated.targetLatencyMs = 0.001
        let scheduler = try await IntelligentScheduler(settings: stated)
        // No time: only the first member of the portfolio has been tried.
        #expect(try await scheduler.schedule(diamond(), on: unequal).answer.iterations == 1)
    }
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        #expect(try await scheduler.schedule(diamond(), on: unequal).answer.iterations >= 2)
    }
}

@Test func aStateFolderServesOneProcessAtATime() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        await #expect { try await IntelligentScheduler(settings: settings(in: folder)) } throws: { error in
            (error as? InputError)?.problem == "is in use by another server"
        }
        _ = scheduler.servedModel
    }
}
