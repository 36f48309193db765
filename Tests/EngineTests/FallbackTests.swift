import Decisions
import Files
import Layers
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Prediction
import Registry
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

@Test func withoutAModelAHeuristicAnswersAndSaysSo() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let decision = try await scheduler.predictResources(TestRegistry.task)
        #expect(decision.source == .heuristic && decision.model == nil)
        #expect(decision.reason == "predictor has no champion")
        #expect(decision.answer.cold && decision.answer.duration.p50 > 0)
        #expect(scheduler.statistics.fallbacks == 1)
    }
}

/// No more is asked for than the largest node of the cluster that stands beside the task has, and the answer says so.
@Test func aClusterCapsWhatIsAskedFor() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish(seconds: 10))
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let task = TestRegistry.task
        let free = try await scheduler.predict(PredictQuestion([task, task])).answer
        let memory = free[0].memory.allocation
        #expect(free[0].retry.map(\.onFailure) == ["out-of-memory", "timeout"])
        func question(_ nodes: String) throws -> PredictQuestion {
            let text = #"{"tasks":[\#(task.json.text()),\#(task.json.text())],"cluster":{"nodes":[\#(nodes)]}}"#
            return try PredictQuestion(JSONField(JSONValue(parsing: Array(text.utf8))))
        }
        let small = try question(
            #"{"name":"a","cores":64,"memoryBytes":\#(memory / 4)},{"name":"b","cores":64,"memoryBytes":\#(memory / 2)}"#
        )
        let decision = try await scheduler.predict(small)
        for answer in decision.answer {
            #expect(answer.memory.allocation == memory / 2 && answer.memory.sizing?.cap == memory / 2)
            // Memory that cannot be had is not asked for after a failure either; forecasts are what they were.
            #expect(answer.retry.map(\.onFailure) == ["timeout"] && answer.retry[0].memoryBytes == memory / 2)
            #expect(answer.memory.p95 == free[0].memory.p95 && answer.cpu.allocation == free[0].cpu.allocation)
        }
        #expect(decision.body.contains(#""cap":"#))
        // The record asks the same again.
        let recorded = try PredictQuestion(await scheduler.decision(decision.id).question())
        #expect(recorded.cluster == small.cluster && recorded.tasks == small.tasks)
        let explained = try await scheduler.explanation(of: decision.id)
        #expect(!explained.factors.isEmpty)
        let large = try question(#"{"name":"a","cores":64,"memoryBytes":\#(memory * 8)}"#)
        #expect(try await scheduler.predict(large).answer == free)
        #expect(throws: InputError.self) { try question("") }
    }
}

/// The reason of forecasts by rules stands beside a plan of another version, says whose it is, and counts.
@Test func aPlanThatAnOptimizerProposedOnForecastsByRulesIsAFallback() {
    let plan = SchedulePlan(
        policy: "portfolio", foundBy: "gcn",
        schedule: Schedule(tasks: [.init(id: "a", node: "n", start: 0, end: 20)]), lowerBound: 10, decisionMs: 1,
        iterations: 1, alternatives: [])
    let version = ModelReference(name: "optimizer", version: 1, digest: "d")
    let proposing = OptimizerOutcome(model: version, name: "gcn")
    let late = OptimizerOutcome(reason: "it is late", isFallback: true)
    let rules = Forecasts(predictions: [], model: nil, reason: "predictor has no champion")
    let proposed = Draft(plan, on: rules, by: proposing, outcomesLearned: 3)
    #expect(proposed.isFallback && proposed.source == .ensemble && proposed.model == version)
    #expect(proposed.reason == "forecasts: predictor has no champion" && proposed.confidence == 0.5)
    let answers = Forecasts(predictions: [], model: .init(name: "predictor", version: 2, digest: "e"))
    let both = Draft(plan, on: answers, by: proposing, outcomesLearned: 0)
    #expect(!both.isFallback && both.models.map(\.digest) == ["d", "e"] && both.model == version)
    let unproposed = Draft(plan, on: answers, by: late, outcomesLearned: 0)
    #expect(
        unproposed.isFallback && unproposed.reason == "it is late" && unproposed.models == answers.model.map { [$0] })
    let own = Draft(plan, on: rules, by: OptimizerOutcome(), outcomesLearned: 3)
    #expect(own.isFallback && own.source == .heuristic && own.reason == "predictor has no champion")
    let canary = Forecasts(predictions: [], model: version, reason: "the challenger is late")
    #expect(!Draft(plan, on: canary, by: proposing, outcomesLearned: 0).isFallback)
    #expect(!Draft(plan, on: nil, by: proposing, outcomesLearned: 0).isFallback)
    // Nor is a plan of the champion's in place of a challenger's.
    let instead = OptimizerOutcome(model: version, name: "gcn", reason: "the challenger: it is late")
    let champions = Draft(plan, on: nil, by: instead, outcomesLearned: 0)
    #expect(!champions.isFallback && champions.reason == instead.reason && champions.model == version)
}

@Test func aDamagedVersionLeavesTheOldOneServing() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try models.publish(seconds: seconds) }
        try models.promote(1)
        // It stands still, so that nothing comes to be tried again.
        let clock = NIOLockedValueBox(ContinuousClock.now)
        let scheduler = try await IntelligentScheduler(
            settings: settings(in: folder), load: { try Catalog.read($0) }, moment: { clock.withLockedValue { $0 } })
        try models.promote(2)
        try models.damage(2)
        let problem = await scheduler.followRegistry()
        #expect(problem?.contains("predictor 2 cannot be loaded") == true && problem?.contains("SHA-256") == true)
        #expect(problem?.contains(folder.path) == false)
        // Told once, not at every look.
        #expect(await scheduler.followRegistry() == nil)
        #expect(try await scheduler.predictResources(TestRegistry.task).model?.version == 1)
        #expect(scheduler.degradation == problem)
        #expect(scheduler.statistics.failedSwaps == 1)
        clock.withLockedValue { $0 += .seconds(1) }
        // Tried again, and told no more.
        for _ in 0..<2 { #expect(await scheduler.followRegistry() == nil) }
        #expect(scheduler.statistics.failedSwaps == 2)
        // A failed try keeps no later good one from loading.
        try models.promote(3)
        #expect(await scheduler.followRegistry() == "serves predictor 3")
        #expect(try await scheduler.predictResources(TestRegistry.task).model?.version == 3)
        #expect(scheduler.degradation == nil)
    }
}

@Test func aVersionThatWasIncompleteIsTriedAgain() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        try models.promote(2)
        try models.damage(2)
        #expect(await scheduler.followRegistry() != nil)
        // Mended without a promotion, as a copy that takes its time: it is not tried at once, but soon.
        try models.damage(2)
        let mended = ContinuousClock.now
        let early = await scheduler.followRegistry()
        if ContinuousClock.now - mended < .milliseconds(500) { #expect(early == nil) }
        for _ in 0..<100 where scheduler.servedModel?.version != 2 {
            try await Task.sleep(for: .milliseconds(100))
            await scheduler.followRegistry()
        }
        #expect(scheduler.servedModel?.version == 2 && scheduler.degradation == nil)
    }
}

@Test func aChampionThatIsGoneIsNoLongerBlamed() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish(seconds: 10))
        try models.damage(1)
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        #expect(scheduler.degradation?.contains("cannot be loaded") == true)
        _ = try models.registry.rollback(models.name, at: 2, who: "test", why: "a test")
        #expect(await scheduler.followRegistry() == "serves no version of predictor: a heuristic answers")
        #expect(scheduler.degradation == "predictor has no champion")
    }
}

@Test func aDamagedVersionAtTheStartIsAnsweredForByAHeuristic() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish(seconds: 10))
        try models.damage(1)
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let decision = try await scheduler.predictResources(TestRegistry.task)
        #expect(decision.source == .heuristic && decision.model == nil)
        #expect(decision.reason?.contains("predictor 1 cannot be loaded") == true)
        try models.damage(1)
        try models.publish(seconds: 10)
        try models.promote(2)
        await scheduler.followRegistry()
        #expect(try await scheduler.predictResources(TestRegistry.task).reason == nil)
    }
}

@Test(arguments: [
    (BrokenPredictor.Fault.throwing, "predictor 1 failed: the weights are asleep"),
    (.notFinite, "predictor 1 gave numbers that are no forecast"),
    (.missing, "predictor 1 gave numbers that are no forecast"),
])
func aVersionThatFailsIsAnsweredForByItsRules(fault: BrokenPredictor.Fault, reason: String) async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish("lstm", seconds: 10))
        let scheduler = try await IntelligentScheduler(
            settings: settings(in: folder),
            load: { BrokenPredictor(sound: try Catalog.load($0), fault: fault) })
        let decision = try await scheduler.predictResources(TestRegistry.task)
        #expect(decision.reason == reason)
        #expect(decision.source == .heuristic && decision.model == nil)
        let rules = try Catalog.load(models.registry.load(models.name, 1)).heuristic
        #expect(try decision.answer == rules.predict(TestRegistry.task))
        let plan = try await scheduler.schedule(diamond(), on: pair, predicts: true)
        #expect(plan.source == .heuristic && plan.reason == "\(reason); optimizer has no champion")
    }
}

@Test func aPromotionThatIsNotAllowedIsRefused() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] {
            try models.publish(seconds: seconds, verdict: seconds == 20 ? "worse" : "better")
        }
        try models.damage(3)
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let champion = try CheckedName("champion")
        func promote(_ version: Int, _ name: CheckedName? = nil, force: String? = nil) async throws -> [String: Int] {
            try await scheduler.promote(name ?? models.name, to: version, alias: champion, force: force, who: "me")
        }
        #expect(try await promote(1) == ["champion": 1])
        #expect(scheduler.servedModel?.version == 1)
        await #expect(throws: EngineError.unknownVersion(models.name, 9)) { try await promote(9) }
        let other = try CheckedName("other")
        await #expect(throws: EngineError.unknownModel(other)) { try await promote(1, other) }
        await #expect { try await promote(2) } throws: { error in
            guard case .refused(let why) = error as? EngineError else { return false }
            return why.contains("worse than the best baseline at cpu, memory, duration")
        }
        await #expect { try await promote(3, force: "hurry") } throws: { error in
            guard case .refused(let why) = error as? EngineError else { return false }
            return why.contains("SHA-256") && !why.contains(folder.path)
        }
        #expect(try await promote(2, force: "a test") == ["champion": 2])
        #expect(scheduler.servedModel?.version == 2)
        #expect(try models.registry.aliasLog(of: models.name).last?.why == "forced: a test")
        #expect(try await scheduler.rollback(models.name, who: "me") == ["champion": 1])
        #expect(scheduler.servedModel?.version == 1)
        #expect(try await scheduler.rollback(models.name, who: "me") == [:])
        #expect(scheduler.servedModel == nil)
        await #expect(throws: EngineError.self) { try await scheduler.rollback(models.name, who: "me") }
    }
}
