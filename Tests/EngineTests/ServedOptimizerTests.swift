import Decisions
import Files
import ModelFixtures
import Registry
import TestSupport
import Testing
import Workflows

@testable import Engine

/// An optimizer is swapped like any model, and proposes plans to the portfolio.
@Test(.timeLimit(.minutes(10))) func theChampionOfOptimizersIsAMemberOfThePortfolio() async throws {
    try await TemporaryFolder.with { folder in
        let name = try CheckedName("optimizer")
        let version = try await TestOptimizers.publish(in: ModelRegistry(path: folder("models")))
        var stated = settings(in: folder)
        stated.targetLatencyMs = 500
        let scheduler = try await IntelligentScheduler(settings: stated)
        #expect(scheduler.servedOptimizer == nil)
        func members() async throws -> [String] {
            try await scheduler.schedule(randomWorkflow(30, seed: 1), on: cluster(3)).answer.alternatives.map(\.policy)
        }
        #expect(try await !members().contains("gcn"))
        _ = try await scheduler.promote(name, to: version, alias: CheckedName("champion"), force: "a test", who: "test")
        #expect(scheduler.servedOptimizer?.version == version)
        #expect(try await members().contains("gcn"))
        _ = try await scheduler.rollback(name, who: "test")
        #expect(scheduler.servedOptimizer == nil)
        #expect(try await !members().contains("gcn"))
    }
}

/// Beside the runs the champion is asked what holds a workflow back, if it has learned that; the answer says so.
@Test(.timeLimit(.minutes(10))) func theChampionOfOptimizersIsAskedForBottlenecks() async throws {
    try await TemporaryFolder.with { folder in
        let (name, alias) = (try CheckedName("optimizer"), try CheckedName("champion"))
        let registry = ModelRegistry(path: folder("models"))
        let versions = try await [
            TestOptimizers.publish(in: registry), TestOptimizers.publish(in: registry, findsBottlenecks: true),
        ]
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        func evidence(_ request: IntelligentScheduler.OptimizationRequest) async throws -> JSONField {
            let question = OptimizationQuestion(
                try randomWorkflow(30, seed: 1), on: cluster(3), budget: .seconds(20), bottleneckThreshold: 0)
            let text = try await scheduler.answer(question, request)
            let answer = JSONField(try JSONValue(parsing: Array(text.utf8)))
            let delays = try answer["bottlenecks"].elements().map { try $0["expectedDelaySeconds"].double() }
            #expect(!delays.isEmpty && delays.allSatisfy { $0 > 0 })
            return answer["analysis"]["evidence"]
        }
        for (version, isAsked) in [(nil, false), (versions[0], false), (versions[1], true)] {
            if let version {
                _ = try await scheduler.promote(name, to: version, alias: alias, force: "a test", who: "test")
            }
            for request in [IntelligentScheduler.OptimizationRequest.bottlenecks, .optimize] {
                let found = try await evidence(request)
                #expect(try found["runs"].int() == 17)
                #expect(found["model"].isPresent == isAsked && found["modelRuns"].isPresent == isAsked)
                if isAsked { #expect(try found["model"].string() == "optimizer@\(versions[1])") }
            }
        }
    }
}

/// The networks of two versions that are equal propose the same plans, and each workflow that a portfolio asks about scores them.
@Test(.timeLimit(.minutes(10))) func anOptimizerOnTrialIsScoredBesideTheChampionByItsOwnNetworks() async throws {
    try await TemporaryFolder.with { folder in
        let (name, registry) = (try CheckedName("optimizer"), ModelRegistry(path: folder("models")))
        for (version, alias) in [(1, "champion"), (2, "challenger")] {
            try await TestOptimizers.publish(in: registry)
            _ = try registry.promote(name, to: version, alias: CheckedName(alias), at: 1, who: "test", why: "a test")
        }
        var stated = settings(in: folder)
        stated.targetLatencyMs = 4000
        let scheduler = try await IntelligentScheduler(settings: stated)
        while scheduler.servedOptimizer == nil || scheduler.optimizerChallenger.figures.version == nil {
            await scheduler.followRegistry()
            try await Task.sleep(for: .milliseconds(10))
        }
        // Some are not asked about: a rule's plan is as short as can be.
        var seed: UInt64 = 0
        while scheduler.optimizerChallenger.figures.outcomes < 3 {
            seed += 1
            _ = try await scheduler.schedule(randomWorkflow(30, seed: seed), on: cluster(3))
        }
        let figures = scheduler.optimizerChallenger.figures
        #expect(figures.version?.version == 2 && figures.meanGain == 0 && figures.failures == 0)
        #expect(figures.questions >= 3 && figures.slowSeconds > 0 && figures.acted == 0)
    }
}
