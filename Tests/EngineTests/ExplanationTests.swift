import Decisions
import Files
import Foundation
import Kernels
import ModelFixtures
import Models
import Prediction
import Registry
import TestSupport
import Testing
import Workflows

@testable import Engine

/// Tasks with eight features, of which the duration knows four, each with another weight.
private func executions(_ count: Int, seed: UInt64) -> [TaskExecution] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { place in
        var features: [String: FeatureValue] = [:]
        var logarithm = 3.0
        for (feature, weight) in [0.8, 0.5, 0.25, 0.1, 0, 0, 0, 0].enumerated() {
            let value = Double.random(in: -1...1, using: &generator)
            features["f\(feature)"] = .number(value)
            logarithm += weight * value
        }
        let duration = exp(logarithm + Double.random(in: -0.05...0.05, using: &generator))
        return TaskExecution(
            task: TaskSpec(workflow: "w", process: "p", features: features), taskID: "\(place)",
            startedAt: Double(place) * 100, completedAt: Double(place) * 100 + duration, cpu: 1, memory: 1e6,
            duration: duration)
    }
}

/// Without the features that are named first the decision changes more often than without as many others; by the line alone, and by
/// the blend of rules that answers where no network does.
@Test(arguments: [1, 2, 3] as [UInt64], [[ForecastRule.linear], StatisticsTrainer.gated.rules])
func whatIsNamedFirstMattersMost(seed: UInt64, rules: [ForecastRule]) {
    let known = executions(160, seed: seed)
    let predictor = StatisticsPredictor(rules: rules, executions: known)
    var generator = SeededGenerator(seed: seed + 100)
    var (first, others, questions) = (0, 0, 0)
    for execution in executions(60, seed: seed + 10) {
        let task = execution.task
        let parts = ForecastInfluences.parts(of: task)
        let answers = predictor.predict([task] + parts.map(\.without))
        let named = ForecastInfluences.ranked(parts, answers[0], without: answers.dropFirst()).prefix(2).map(\.name)
        func changes(without names: some Sequence<String>) -> Bool {
            var lacking = task
            for name in names { lacking.features[String(name.dropFirst("features.".count))] = nil }
            // The forecast changes by more than a fifth.
            return abs(log(predictor.predict([lacking])[0].duration.p50 / answers[0].duration.p50)) > log(1.2)
        }
        questions += 1
        if changes(without: named) { first += 1 }
        let rest = parts.map(\.name).filter { !named.contains($0) }.shuffled(using: &generator)
        if changes(without: rest.prefix(2)) { others += 1 }
    }
    #expect(first >= questions * 3 / 4 && others <= questions / 3, "\(first) and \(others) of \(questions)")
}

@Test func influencesAreTheFactorsOfLeavingOut() throws {
    let predictor = StatisticsPredictor(rules: [.linear], executions: executions(160, seed: 4))
    var task = executions(1, seed: 9)[0].task
    task.inputBytes = 5
    task.attempt = 2
    task.run = "r"
    task.node = "n"
    let parts = ForecastInfluences.parts(of: task)
    #expect(parts.map(\.name) == ["inputBytes", "attempt", "run", "node"] + (0..<8).map { "features.f\($0)" })
    #expect(parts[0].without.inputBytes == nil && parts[1].without.attempt == 1 && parts[2].without.run == nil)
    let answers = predictor.predict([task] + parts.map(\.without))
    let ranked = ForecastInfluences.ranked(parts, answers[0], without: answers.dropFirst())
    for influence in ranked {
        let place = try #require(parts.firstIndex { $0.name == influence.name })
        #expect(influence.factors[2] == answers[0].duration.p50 / answers[place + 1].duration.p50)
    }
    #expect(zip(ranked, ranked.dropFirst()).allSatisfy { $0.strength >= $1.strength })
    // What the line does not know changes nothing.
    #expect(ranked.filter { ["inputBytes", "run", "node"].contains($0.name) }.allSatisfy { $0.strength == 0 })
}

@Test func thePastThatMovedAForecastIsNamed() {
    var known = TestRegistry.executions(seconds: 10)
    known[39].duration = 1000
    let last = StatisticsPredictor(rules: [.last], executions: known)
    let past = ForecastInfluences.past(of: TestRegistry.task, in: last)
    // The newest is all that counts; without it the one before is.
    let found = past.influences
    #expect(found.count == 5 && found[0].name == "past.39" && found[0].detail.contains("took 1000 s"))
    #expect(abs(found[0].factors[2] - 1000 / (known[38].duration ?? 0)) < 1e-9)
    #expect(found.dropFirst().allSatisfy { $0.strength == 0 })
    let new = ForecastInfluences.past(of: TaskSpec(process: "new"), in: last)
    #expect(new.influences.isEmpty && new.basis == nil)
}

@Test func aForecastIsExplainedByWhatMovedIt() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish("linear", seconds: 10))
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let decision = try await scheduler.predictResources(TestRegistry.task)
        let before = scheduler.modelCondition
        let why = try await scheduler.explanation(of: decision.id)
        // It takes its turn among the searches, and nothing is noted of how the version answers.
        #expect(scheduler.modelCondition == before && before?.asked == 1)
        #expect(await scheduler.searches.peak == 1)
        let names = why.factors.filter { $0.effect != nil }.map(\.name)
        #expect(names.prefix(2).sorted() == ["predictions[0].cores", "predictions[0].inputBytes"])
        #expect(names.count { $0.hasPrefix("predictions[0].past.") } == 5)
        #expect(why.forecasts.map(\.name) == ["predictions[0].statistics"])
        #expect(why.forecasts[0].prediction == decision.answer && !why.factors.contains { $0.name == "state" })
        let json = try JSONField(JSONValue(parsing: Array(why.json.text().utf8)))
        let effect = try json["factors"].elements().compactMap {
            try $0["effect"].ifPresent { try $0["duration"].double() }
        }
        #expect(effect.count == 7 && effect.allSatisfy { $0 > 0 })
        // What past executions were left out of is said.
        let basis = why.factors.first { $0.name == "predictions[0].past" }
        #expect(basis?.detail.contains("learned from 40 of the 40 executions of the type") == true)
        #expect(basis?.detail.contains("say of its own") == false)
        // What has changed since is said.
        _ = try await scheduler.record([ReportedExecution(TestRegistry.executions(seconds: 12)[0])])
        let later = try await scheduler.explanation(of: decision.id)
        #expect(
            later.factors.first { $0.name == "state" }?.detail
                == "influences are those on predictor 1 as it is now, after 1 outcomes; the decision stood on 0")
    }
}

/// Where the version says nothing, its influences are not made up of what the statistics say.
@Test(.timeLimit(.minutes(30))) func whatTheVersionDoesNotExplainIsSaid() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        try models.promote(models.publish("linear", seconds: 10))
        let switches = StallingPredictor.Switches()
        var stated = settings(in: folder)
        stated.targetLatencyMs = 6000
        let scheduler = try await IntelligentScheduler(
            settings: stated, load: { StallingPredictor(switches, try Catalog.load($0)) })
        let decision = try await scheduler.predictResources(TestRegistry.task)
        #expect(decision.model?.version == 1)
        func states() async throws -> [String] {
            try await scheduler.explanation(of: decision.id).factors.filter { $0.name == "state" }.map(\.detail)
        }
        #expect(try await states().isEmpty)
        let alone = "influences on predictions[0] are those on the statistics alone: predictor 1 "
        switches.set { $0.throwsErrors = true }
        #expect(try await states() == [alone + "failed: the weights are asleep"])
        switches.set { ($0.throwsErrors, $0.isStalled) = (false, true) }
        defer { switches.set { $0.isStalled = false } }
        #expect(try await states() == [alone + "did not answer within 6000 ms"])
        #expect(scheduler.modelCondition?.abandonedProbes == 1)
        // What hangs there keeps no score from being taken.
        switches.set { $0.isStalled = false }
        while switches.now.running > 0 { try await Task.sleep(for: .milliseconds(2)) }
        let served = scheduler.model.snapshot
        switches.set { $0.isStalled = true }
        async let explaining = served.probe([TestRegistry.task], for: .explanation, within: .seconds(3000))
        while switches.now.running == 0 { try await Task.sleep(for: .milliseconds(2)) }
        let calls = switches.now.calls
        async let scoring = served.probe([TestRegistry.task], for: .score, within: .seconds(3000))
        for _ in 0..<5000 where switches.now.calls == calls { try await Task.sleep(for: .milliseconds(2)) }
        #expect(switches.now.calls == calls + 1)
        switches.set { $0.isStalled = false }
        let (explained, scored) = await (explaining, scoring)
        #expect(explained.predictions?.count == 1 && scored.predictions?.count == 1)
    }
}
