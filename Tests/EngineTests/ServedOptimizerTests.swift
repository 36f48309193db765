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
