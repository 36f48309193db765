import Decisions
import Files
import Layers
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Registry
import TestSupport
import Testing

@testable import Engine

/// An engine that reads forecasters by `load`, with a clock for what is tried again.
private func forecasting(
    in folder: TemporaryFolder, stepSeconds: Double = 60, _ clock: NIOLockedValueBox<ContinuousClock.Instant>? = nil,
    load: @escaping ServedModel<ServedForecaster>.Loader = { try Catalog.readForecaster($0) }
) async throws -> IntelligentScheduler {
    var stated = settings(in: folder)
    (stated.modelStepSeconds, stated.targetLatencyMs) = (stepSeconds, 3_000_000)
    return try await IntelligentScheduler(
        settings: stated, load: { try Catalog.read($0) }, loadForecaster: load,
        moment: { clock?.withLockedValue { $0 } ?? .now })
}

/// What is wrong with a forecaster, and the step that finds it.
private struct BadForecaster: CustomTestStringConvertible {
    let step: SwapStep
    /// Damages version 2; once more, and it is whole again.
    let damage: @Sendable (ServedForecasters) throws -> Void
    var load: ServedModel<ServedForecaster>.Loader = { try Catalog.readForecaster($0) }

    var testDescription: String { step.rawValue }

    static let all = [
        BadForecaster(step: .verify, damage: { try $0.rewrite(2) { $0[$0.count - 1] ^= 1 } }),
        BadForecaster(
            step: .build, damage: { _ in },
            load: { _ in throw InputError("the weights are asleep") }),
        // It answers all its questions at once, and none.
        BadForecaster(
            step: .selfTest, damage: { _ in },
            load: { version in
                WatchedForecaster(sound: try Catalog.readForecaster(version)) { throw InputError("it is asleep") }
            }),
        // It answers its questions at once, and no single one.
        BadForecaster(
            step: .warmUp, damage: { _ in },
            load: { version in
                let asked = NIOLockedValueBox(0)
                return WatchedForecaster(sound: try Catalog.readForecaster(version)) {
                    let count = asked.withLockedValue { asked in
                        asked += 1
                        return asked
                    }
                    if count > 1 { throw InputError("it is asleep") }
                }
            }),
    ]
}

@Test(.timeLimit(.minutes(30)), arguments: BadForecaster.all)
private func aForecasterThatFailsAStepLeavesTheOneBeforeServing(bad: BadForecaster) async throws {
    try await TemporaryFolder.with { folder in
        let forecasters = try ServedForecasters([0.2, 0.3, 0.4], in: folder)
        let clock = NIOLockedValueBox(ContinuousClock.now)
        let scheduler = try await forecasting(in: folder, clock) { version in
            try version.manifest.version == 2 ? bad.load(version) : Catalog.readForecaster(version)
        }
        let events = scheduler.events()
        try bad.damage(forecasters)
        let refusal = await #expect(throws: EngineError.self) {
            try await scheduler.promote(
                forecasters.name, to: 2, alias: CheckedName("champion"), force: "a test", who: "test")
        }
        #expect("\(try #require(refusal))".contains("forecaster 2 is not promoted (\(bad.step.rawValue)): "))
        #expect(try forecasters.registry.aliases(of: forecasters.name) == ["champion": 1])
        // No version that is not whole gets an alias.
        try bad.damage(forecasters)
        try forecasters.promote(2)
        try bad.damage(forecasters)
        let problem = try #require(await scheduler.followRegistry())
        #expect(problem.hasPrefix("forecaster 2 cannot be loaded (\(bad.step.rawValue)): "))
        #expect(problem.contains("/") == false)
        // Told once, and tried again after a while only.
        #expect(await scheduler.followRegistry() == nil)
        #expect(scheduler.forecaster.figures.failures == [bad.step: 2])
        let answer = try await ServedForecasters.ask(scheduler)
        #expect(answer.model?.version == 1 && answer.source == .model && answer.reason == problem)
        #expect(scheduler.servedForecaster?.version == 1 && scheduler.statistics.failedSwaps == 2)
        clock.withLockedValue { $0 += .seconds(1) }
        #expect(await scheduler.followRegistry() == nil)
        #expect(scheduler.forecaster.figures.failures == [bad.step: 3])
        // A failed try keeps no later good one from answering.
        try forecasters.promote(3)
        #expect(await scheduler.followRegistry() == "serves forecaster 3")
        let next = try await ServedForecasters.ask(scheduler)
        #expect(next.model?.version == 3 && next.reason == nil)
        let told = await events.upTo { if case .swapped = $0 { true } else { false } }
        let failures = told.filter(\.isFailure)
        #expect(failures.count == 2)
        for event in failures {
            guard case .swapFailed(let alias, 2, bad.step, let reason) = event.kind else {
                Issue.record("\(event)")
                continue
            }
            #expect(alias.name == forecasters.name && reason == problem)
        }
    }
}

@Test func aForecasterThatWasIncompleteServesOnceItIsWhole() async throws {
    try await TemporaryFolder.with { folder in
        let forecasters = try ServedForecasters([0.2], in: folder)
        var last: UInt8?
        try forecasters.rewrite(1) { last = $0.popLast() }
        let clock = NIOLockedValueBox(ContinuousClock.now)
        let scheduler = try await forecasting(in: folder, clock)
        let rules = try await ServedForecasters.ask(scheduler)
        #expect(rules.model == nil && rules.source == .heuristic)
        #expect(rules.reason?.hasPrefix("forecaster 1 cannot be loaded (verify): ") == true)
        try forecasters.rewrite(1) { $0.append(last ?? 0) }
        #expect(await scheduler.followRegistry() == nil)
        // By itself, after a second.
        clock.withLockedValue { $0 += .seconds(1) }
        #expect(await scheduler.followRegistry() == "serves forecaster 1")
        let mended = try await ServedForecasters.ask(scheduler)
        #expect(mended.model?.version == 1 && mended.reason == nil)
        // And no more, once it is taken away.
        try remove("\(forecasters.registry.path)/forecaster/aliases.json")
        try writeAtomically(Array("{}".utf8), to: "\(forecasters.registry.path)/forecaster/aliases.json")
        #expect(await scheduler.followRegistry() == "serves no version of forecaster: a heuristic answers")
        #expect(try await ServedForecasters.ask(scheduler).reason == "forecaster has no champion")
    }
}

/// Where a forecaster stalls, others go on: the one before answers, and predictors are swapped.
@Test(.timeLimit(.minutes(30)), arguments: Stall.allCases)
func aForecasterThatStallsIsGivenUp(stall: Stall) async throws {
    try await TemporaryFolder.with { folder in
        let forecasters = try ServedForecasters([0.2, 0.3, 0.4], in: folder)
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        let gate = Gate()
        let scheduler = try await forecasting(in: folder, stepSeconds: 8) { version in
            guard version.manifest.version == 2 else { return try Catalog.readForecaster(version) }
            if stall == .building { gate.pass() }
            return WatchedForecaster(sound: try Catalog.readForecaster(version)) { gate.pass() }
        }
        defer { gate.open() }
        try forecasters.promote(2)
        async let following = scheduler.followRegistry()
        try await gate.awaitOne()
        #expect(try await ServedForecasters.ask(scheduler).model?.version == 1)
        try models.promote(2)
        #expect(await scheduler.followRegistry() == "serves predictor 2")
        let step = stall == .building ? SwapStep.build : .selfTest
        let problem = "forecaster 2 cannot be loaded (\(step.rawValue)): it took longer than 8 s"
        #expect(await following == problem)
        #expect(try await ServedForecasters.ask(scheduler).reason == problem && scheduler.degradation == nil)
        // Another one takes over all the same.
        try forecasters.promote(3)
        #expect(await scheduler.followRegistry() == "serves forecaster 3")
        #expect(gate.count == 1 && scheduler.forecaster.figures.failures == [step: 1])
    }
}

@Test(.timeLimit(.minutes(30))) func aQuestionEndsOnTheForecasterThatItBeganWith() async throws {
    try await TemporaryFolder.with { folder in
        let forecasters = try ServedForecasters([0.2, 0.3], in: folder)
        let (gate, isHeld, reads) = (Gate(), NIOLockedValueBox(false), NIOLockedValueBox<[Int]>([]))
        let scheduler = try await forecasting(in: folder) { version in
            reads.withLockedValue { $0.append(version.manifest.version) }
            let sound = try Catalog.readForecaster(version)
            guard version.manifest.version == 1 else { return sound }
            return WatchedForecaster(sound: sound) { if isHeld.withLockedValue({ $0 }) { gate.pass() } }
        }
        defer { gate.open() }
        let events = scheduler.events()
        isHeld.withLockedValue { $0 = true }
        async let asked = ServedForecasters.ask(scheduler)
        try await gate.awaitOne()
        _ = try await scheduler.promote(
            forecasters.name, to: 2, alias: CheckedName("champion"), force: "a test", who: "test")
        let next = try await ServedForecasters.ask(scheduler)
        #expect(next.model?.version == 2)
        gate.open()
        #expect(try await asked.model?.version == 1)
        // The way back reads nothing: what answered before is kept.
        _ = try await scheduler.rollback(forecasters.name, who: "test")
        #expect(try await ServedForecasters.ask(scheduler).model?.version == 1)
        #expect(reads.withLockedValue { $0 } == [1, 2])
        let figures = scheduler.forecaster.figures
        #expect(figures.swaps == 3 && figures.hotSwaps == 2 && figures.hot == 1 && figures.failures.isEmpty)
        let told = await events.upTo { $0 == .drained(next.model ?? .init(name: "", version: 0, digest: "")) }
        #expect(
            told.map(\.description) == [
                "serves forecaster 2", "forecaster 1 has answered what it had begun", "serves forecaster 1",
                "forecaster 2 has answered what it had begun",
            ])
    }
}
