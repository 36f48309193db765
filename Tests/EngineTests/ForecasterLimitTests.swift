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
private func forecasting(_ mood: NIOLockedValueBox<Mood>, _ gate: Gate, in folder: TemporaryFolder) async throws
    -> IntelligentScheduler
{
    _ = try ServedForecasters([0.2], in: folder)
    var stated = settings(in: folder)
    (stated.modelStepSeconds, stated.maxParallelOptimizations) = (6, 1)
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
        let scheduler = try await forecasting(mood, gate, in: folder)
        defer { gate.open() }
        #expect(try await ServedForecasters.ask(scheduler).model?.version == 1)
        mood.withLockedValue { $0 = .hanging }
        async let asked = ServedForecasters.ask(scheduler)
        try await gate.awaitOne()
        // The only turn of a search is free meanwhile.
        #expect(try await scheduler.schedule(diamond(), on: pair).answer.schedule.makespan == 31)
        #expect(gate.count == 1)
        let late = try await asked
        #expect(late.model == nil && late.source == .heuristic && late.answer.forecasts.count == 2)
        #expect(late.reason == "forecaster 1 did not answer within 6000 ms")
        // It is left out for a while, and nobody waits for it.
        let next = try await ServedForecasters.ask(scheduler)
        #expect(next.model == nil && next.reason == "forecaster 1 is left out: it did not answer within 6000 ms")
        #expect(next.answer.forecasts == late.answer.forecasts && gate.count == 1)
    }
}

@Test(.timeLimit(.minutes(30))) func whateverAForecasterThrowsTheRulesAnswer() async throws {
    try await TemporaryFolder.with { folder in
        let (mood, gate) = (NIOLockedValueBox(Mood.sound), Gate())
        let scheduler = try await forecasting(mood, gate, in: folder)
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
