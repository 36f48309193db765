import Decisions
import Files
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Registry
import Scheduling
import Settings
import TestSupport
import Testing
import WorkflowOptimization
import Workflows

@testable import Engine

/// An engine whose optimizers do as their test says: the champion, version 1, and a challenger, version 2; beside a champion and
/// a challenger of the predictors that are equal.
struct PlanTrial {
    let registry: ModelRegistry
    let scheduler: IntelligentScheduler
    let champion = MoodyNetworks()
    let rival = MoodyNetworks()
    /// What the challenger of the predictors does.
    let predictor = StallingPredictor.Switches()
    let clock = NIOLockedValueBox(ContinuousClock.now)
    let name: CheckedName
    let alias: CheckedName
    private let asked = NIOLockedValueBox(1000)

    init(
        in folder: TemporaryFolder, share: Double = 0, latencyMs: Double = 3_000_000, hasChampion: Bool = true
    ) async throws {
        let models = try TestRegistry(in: folder)
        (name, alias) = (try CheckedName("optimizer"), try CheckedName("challenger"))
        registry = models.registry
        for _ in 1...2 {
            try models.publish("linear", seconds: 10)
            try await TestOptimizers.publish(in: registry)
        }
        for (name, hasChampion) in [(models.name, true), (name, hasChampion)] {
            for (version, alias) in [(1, try CheckedName("champion")), (2, alias)] where version == 2 || hasChampion {
                _ = try registry.promote(name, to: version, alias: alias, at: 1, who: "test", why: "a test")
            }
        }
        var stated = settings(in: folder)
        (stated.targetLatencyMs, stated.canaryShare) = (latencyMs, share)
        let (champion, rival, predictor, clock) = (champion, rival, predictor, clock)
        scheduler = try await IntelligentScheduler(
            settings: stated,
            load: { loaded in
                let sound = try Catalog.load(loaded)
                return loaded.manifest.version == 1 ? sound : StallingPredictor(predictor, sound)
            }, loadOptimizer: { try ($0.manifest.version == 1 ? champion : rival).networks($0) },
            moment: { clock.withLockedValue { $0 } })
        while figures.version == nil || scheduler.challenger.figures.version == nil
            || (hasChampion && scheduler.servedOptimizer == nil)
        {
            await scheduler.followRegistry()
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// How the challenger of the optimizers does.
    var figures: ChallengerFigures { scheduler.optimizerChallenger.figures }

    /// The plan of a workflow, each time of another one where no number is stated.
    func plan(_ number: Int? = nil) async throws -> Decision<SchedulePlan> {
        let next = asked.withLockedValue { asked in
            asked += 1
            return asked
        }
        return try await scheduler.schedule(uneven(number ?? next), on: pair)
    }

    /// The answer to `request` about a workflow.
    func answer(_ request: IntelligentScheduler.OptimizationRequest, _ number: Int) async throws -> JSONField {
        let question = OptimizationQuestion(
            try uneven(number), on: pair, budget: .milliseconds(scheduler.settings.targetLatencyMs),
            bottleneckThreshold: 0.1)
        return JSONField(try JSONValue(parsing: Array(try await scheduler.answer(question, request).utf8)))
    }

    /// The numbers of workflows that a canary of half of the runs plans for, or not.
    static func numbers(ofCanary isCanary: Bool) throws -> [Int] {
        try (0..<24).filter { try Canary.takes(uneven($0).workflow, share: 0.5) == isCanary }
    }

    /// Waits until `isTrue` of the figures.
    func awaitFigures(_ isTrue: (ChallengerFigures) -> Bool) async throws {
        while !isTrue(figures) { try await Task.sleep(for: .milliseconds(2)) }
    }

    /// Asks for plans until the trial is over.
    func askUntilItEnds() async throws {
        while figures.rollbacks == 0 {
            _ = try await plan()
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// That the trial ended by `guardrail`, and nothing else did.
    func expectEnded(_ guardrail: String, _ events: AsyncStream<EngineEvent>) async throws {
        #expect(figures.rollbacks == 1 && figures.version == nil)
        #expect(try registry.aliases(of: name) == ["champion": 1])
        let last = try #require(try registry.aliasLog(of: name).last)
        #expect(last.action == "withdraw" && last.from == 2 && last.to == 0 && last.alias == "challenger")
        #expect(last.who == "tactus" && last.why.hasPrefix(guardrail), "\(last.why)")
        for await event in events {
            guard case .withdrawn(let taken, let model, let reason) = event.kind else { continue }
            #expect(taken == ServedAlias(name: name, alias: alias) && model.name == "optimizer")
            #expect(model.version == 2 && reason == last.why)
            break
        }
        // The predictors have a trial of their own.
        let predictor = try CheckedName("predictor")
        #expect(try registry.aliases(of: predictor) == ["champion": 1, "challenger": 2])
        let others = scheduler.challenger.figures
        #expect(others.version?.version == 2 && others.rollbacks == 0 && others.questions == 0)
        #expect(scheduler.statistics.challengerRollbacks == 1)
        // It stays away, and the champion answers.
        await scheduler.followRegistry(retries: true)
        let decision = try await plan()
        #expect(decision.model?.version == 1 && decision.answer.foundBy == "gcn" && decision.reason == nil)
        #expect(figures.version == nil)
    }
}
