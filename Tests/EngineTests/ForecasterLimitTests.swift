import Decisions
import Files
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Prediction
import Settings
import TestSupport
import Testing

@testable import Engine

private struct Oops: Error {}

/// What a forecaster does when it is asked.
private enum Mood: Sendable {
    case sound
    case hanging
    case throwing
    case unreasonable
}

/// An engine with one search at a time and a forecaster that is as `mood` says, once it serves.
private func forecasting(
    _ mood: NIOLockedValueBox<Mood>, _ gate: Gate, limit: Duration, in folder: TemporaryFolder
) async throws -> IntelligentScheduler {
    _ = try ServedForecasters([0.2], in: folder)
    var stated = settings(in: folder)
    (stated.maxParallelOptimizations, stated.targetLatencyMs) = (1, limit / .milliseconds(1))
    return try await IntelligentScheduler(
        settings: stated, load: { try Catalog.read($0) },
        loadForecaster: { version in
            WatchedForecaster(sound: try Catalog.readForecaster(version)) {
                switch mood.withLockedValue({ $0 }) {
                case .sound: break
                case .hanging: gate.pass()
                case .throwing: throw InputError("it is asleep")
                case .unreasonable: throw Oops()
                }
            }
        })
}

@Test(.timeLimit(.minutes(30))) func aForecasterThatHangsIsAnsweredForByRulesAndHoldsNoSearch() async throws {
    try await TemporaryFolder.with { folder in
        let (mood, gate) = (NIOLockedValueBox(Mood.sound), Gate())
        let seconds = 6 * slowness
        let scheduler = try await forecasting(mood, gate, limit: .seconds(seconds), in: folder)
        defer { gate.open() }
        mood.withLockedValue { $0 = .hanging }
        async let asked = ServedForecasters.ask(scheduler)
        try await gate.awaitOne()
        // The only turn of a search is free meanwhile.
        #expect(try await scheduler.schedule(diamond(), on: pair).answer.schedule.makespan == 31)
        let late = try await asked
        #expect(late.model == nil && late.source == .heuristic && late.answer.forecasts.count == 2)
        #expect(late.reason == "forecaster 1 did not answer within \(Int(seconds * 1000)) ms")
    }
}

/// One that hangs is left out for a while, and nobody waits for it.
@Test(.timeLimit(.minutes(30))) func aForecasterThatHungIsLeftOutForAWhile() async throws {
    try await TemporaryFolder.with { folder in
        let forecasters = try ServedForecasters([0.2], in: folder)
        let version = try forecasters.registry.load(forecasters.name, 1)
        let (isHeld, gate, clock) = (NIOLockedValueBox(true), Gate(), NIOLockedValueBox(0.0))
        defer { gate.open() }
        let watched = WatchedForecaster(sound: try Catalog.readForecaster(version)) {
            if isHeld.withLockedValue({ $0 }) { gate.pass() }
        }
        let watch = ForecasterWatch(
            ScoredForecaster(watched, of: version), clock: { clock.withLockedValue { $0 } })
        func ask(_ limit: Duration) async -> ForecasterWatch.Answer {
            await watch.ask(TestForecasters.hourly("able"), horizonSeconds: 7200, within: limit)
        }
        guard case .failed("forecaster 1 did not answer within 50 ms") = await ask(.milliseconds(50)) else {
            Issue.record("it answered")
            return
        }
        clock.withLockedValue { $0 = 4.9 }
        let reason =
            "forecaster 1 is left out: it is tried again in 1 s; its last failure: forecaster 1 did not answer within 50 ms"
        guard case .failed(reason) = await ask(.seconds(3000)) else {
            Issue.record("it was asked")
            return
        }
        isHeld.withLockedValue { $0 = false }
        clock.withLockedValue { $0 = 5 }
        guard case .plan(let plan) = await ask(.seconds(3000)) else {
            Issue.record("it was not asked")
            return
        }
        #expect(plan.forecasts.count == 2 && plan.nodes.isEmpty)
    }
}

/// One that was late with a series that was new to it is asked again once it has learned it, however long it was left out for;
/// of a series that it knew, the cool-down counts.
@Test(.timeLimit(.minutes(30))) func aForecasterThatLearnedAfterAllIsAskedAgain() async throws {
    try await TemporaryFolder.with { folder in
        let forecasters = try ServedForecasters([0.2], in: folder)
        let version = try forecasters.registry.load(forecasters.name, 1)
        let (isHeld, gate) = (NIOLockedValueBox(true), Gate())
        defer { gate.open() }
        let watched = WatchedForecaster(sound: try Catalog.readForecaster(version)) {
            if isHeld.withLockedValue({ $0 }) { gate.pass() }
        }
        let watch = ForecasterWatch(ScoredForecaster(watched, of: version), clock: { 0 })
        func ask(_ limit: Duration) async -> ForecasterWatch.Answer {
            await watch.ask(TestForecasters.hourly("able"), horizonSeconds: 7200, within: limit)
        }
        guard case .failed = await ask(.milliseconds(50)) else {
            Issue.record("it answered")
            return
        }
        #expect(watch.condition.circuit == "open")
        isHeld.withLockedValue { $0 = false }
        gate.open()
        while watch.condition.circuit != "closed" { try await Task.sleep(for: .milliseconds(5)) }
        guard case .plan = await ask(.seconds(3000)) else {
            Issue.record("it was not asked")
            return
        }
    }
}

@Test(.timeLimit(.minutes(30))) func whateverAForecasterThrowsTheRulesAnswer() async throws {
    try await TemporaryFolder.with { folder in
        let (mood, gate) = (NIOLockedValueBox(Mood.sound), Gate())
        let scheduler = try await forecasting(mood, gate, limit: .seconds(3000), in: folder)
        for (next, problem) in [(Mood.throwing, "it is asleep"), (.unreasonable, "an unexpected error")] {
            mood.withLockedValue { $0 = next }
            let decision = try await ServedForecasters.ask(scheduler)
            #expect(decision.model == nil && decision.source == .heuristic && decision.answer.forecasts.count == 2)
            #expect(decision.reason == "forecaster 1 failed: \(problem)")
        }
        // An error may be the question's: it is asked again at once.
        mood.withLockedValue { $0 = .sound }
        let sound = try await ServedForecasters.ask(scheduler)
        #expect(sound.model?.version == 1 && sound.reason == nil)
    }
}
