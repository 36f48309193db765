import Files
import History
import ModelFixtures
import Registry
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

private let series = ["able", "unable", "unknown"].map(TestForecasters.hourly)

private func question(_ name: String, _ settings: Settings) throws -> CapacityQuestion {
    try CapacityQuestion(
        JSONField(JSONValue(parsing: Array("{\"series\": \"\(name)\", \"horizonSeconds\": 7200}".utf8))), settings)
}

@Test func aForecasterAnswersForTheSeriesOnWhichItHasSkill() async throws {
    try await TemporaryFolder.with { folder in
        var settings = settings(in: folder)
        settings.historyPath = folder("h.h5")
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        _ = try store.append([
            HistoryBatch(
                source: ImportedSource(name: "s", digest: "d", format: "series"), executions: [], series: series)
        ])
        let scheduler = try await IntelligentScheduler(settings: settings)
        let rules = try await scheduler.capacity(question("able", settings))
        #expect(rules.source == .heuristic && rules.model == nil && rules.reason == "forecaster has no champion")

        let registry = ModelRegistry(path: settings.modelsPath)
        let name = try CheckedName("forecaster")
        try TestForecasters.publish(["able": 0.2, "unable": -0.1], in: registry)
        _ = try await scheduler.promote(name, to: 1, alias: CheckedName("champion"), force: nil, who: "test")
        let learned = try await scheduler.capacity(question("able", settings))
        #expect(learned.source == .model && learned.model?.version == 1 && learned.reason == nil)
        #expect(learned.model?.digest == (try registry.load(name, 1).digest))
        #expect(learned.answer.forecasts.count == 2 && learned.answer.forecasts != rules.answer.forecasts)
        let unable = try await scheduler.capacity(question("unable", settings))
        #expect(unable.source == .heuristic && unable.reason == "forecaster 1 has no skill on unable")
        let unknown = try await scheduler.capacity(question("unknown", settings))
        #expect(unknown.source == .heuristic && unknown.reason == "forecaster 1 was not scored on unknown")

        // No skill on average: not promoted; with a reason it is.
        try TestForecasters.publish(["able": 0.1, "unable": -0.2], in: registry)
        await #expect(throws: EngineError.self) {
            try await scheduler.promote(name, to: 2, alias: CheckedName("champion"), force: nil, who: "test")
        }
        #expect(try await scheduler.capacity(question("able", settings)).model?.version == 1)
        _ = try await scheduler.promote(name, to: 2, alias: CheckedName("champion"), force: "a test", who: "test")
        #expect(try await scheduler.capacity(question("able", settings)).model?.version == 2)
        // What is undone answers no more, at once.
        _ = try await scheduler.rollback(name, who: "test")
        #expect(try await scheduler.capacity(question("able", settings)).model?.version == 1)

        // The older version answers, and what became of the newer one is told.
        try TestForecasters.publish(["able": 0.3], in: registry)
        let weights = "\(registry.path)/forecaster/3/weights.safetensors"
        _ = try registry.promote(name, to: 3, alias: CheckedName("champion"), at: 1, who: "test", why: "a test")
        try writeAtomically(readBytes(of: weights).dropLast(), to: weights)
        let problem = try #require(await scheduler.followRegistry(retries: true))
        #expect(problem.hasPrefix("forecaster 3 cannot be loaded (verify): "))
        let older = try await scheduler.capacity(question("able", settings))
        #expect(older.model?.version == 1 && older.reason == problem)
        let refused = try await scheduler.capacity(question("unable", settings))
        #expect(refused.model == nil && refused.reason == problem + "; forecaster 1 has no skill on unable")
    }
}

@Test func whatCannotBeLoadedIsTriedAgainEverLessOften() {
    let start = ContinuousClock.now
    var failure: LoadFailure?
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        // The words tell of another number each time.
        failure = LoadFailure(
            version: 2, step: .selfTest, problem: "torn at \(seconds)", after: failure, at: start)
        #expect(failure?.retryAt == start + .seconds(seconds))
    }
    // Another problem is another step, or another version.
    for (version, step) in [(2, SwapStep.learn), (3, .selfTest), (2, nil), (nil, .selfTest)] as [(Int?, SwapStep?)] {
        let other = LoadFailure(version: version, step: step, problem: "torn at 60", after: failure, at: start)
        #expect(other.retryAt == start + .seconds(1))
    }
}
