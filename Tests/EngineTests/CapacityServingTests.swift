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
        let weights = "\(registry.path)/forecaster/2/weights.safetensors"
        _ = try registry.promote(name, to: 2, alias: CheckedName("champion"), at: 1, who: "test", why: "a test")
        try writeAtomically(readBytes(of: weights).dropLast(), to: weights)
        _ = try await scheduler.forecaster.current(always: true)
        let older = try await scheduler.capacity(question("able", settings))
        #expect(older.model?.version == 1 && older.reason?.hasPrefix("forecaster 2 cannot be loaded: ") == true)
        let refused = try await scheduler.capacity(question("unable", settings))
        #expect(refused.model == nil && refused.reason?.hasPrefix("forecaster 2 cannot be loaded: ") == true)
        #expect(refused.reason?.hasSuffix("; forecaster 1 has no skill on unable") == true)
    }
}

@Test func whatCannotBeLoadedIsTriedAgainEverLessOften() {
    let start = ContinuousClock.now
    var failure: LoadFailure?
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        failure = LoadFailure(version: 2, problem: "torn", after: failure, at: start)
        #expect(failure?.retryAt == start + .seconds(seconds))
    }
    #expect(LoadFailure(version: 2, problem: "other", after: failure, at: start).retryAt == start + .seconds(1))
}

@Test func aForecasterThatWasIncompleteServesOnceItIsWhole() async throws {
    try await TemporaryFolder.with { folder in
        let registry = ModelRegistry(path: folder("models"))
        let name = try CheckedName("forecaster")
        try TestForecasters.publish(["able": 0.2], in: registry)
        _ = try registry.promote(name, to: 1, alias: CheckedName("champion"), at: 1, who: "test", why: "a test")
        let weights = "\(registry.path)/forecaster/1/weights.safetensors"
        let bytes = try readBytes(of: weights)
        try writeAtomically(bytes.dropLast(), to: weights)
        let served = ServedForecaster(name, in: registry)
        #expect(try await served.current().reason?.hasPrefix("forecaster 1 cannot be loaded") == true)
        try writeAtomically(bytes, to: weights)
        // By itself, after a second or so.
        let deadline = ContinuousClock.now + .seconds(60)
        while try await served.current().version == nil, .now < deadline { try await Task.sleep(for: .seconds(0.2)) }
        let mended = try await served.current()
        #expect(mended.version?.manifest.version == 1 && mended.reason == nil)
    }
}

@Test func aDamagedForecasterLeavesTheOneBeforeServing() async throws {
    try await TemporaryFolder.with { folder in
        let registry = ModelRegistry(path: folder("models"))
        let name = try CheckedName("forecaster")
        for _ in 0..<2 { try TestForecasters.publish(["able": 0.2], in: registry) }
        func promote(_ version: Int) throws {
            _ = try registry.promote(
                name, to: version, alias: CheckedName("champion"), at: 1, who: "test", why: "a test")
        }
        let served = ServedForecaster(name, in: registry)
        #expect(try await served.current().version == nil)
        try promote(1)
        #expect(try await served.current(always: true).version?.manifest.version == 1)
        try promote(2)
        let weights = "\(registry.path)/forecaster/2/weights.safetensors"
        var bytes = try readBytes(of: weights)
        bytes[bytes.count - 1] ^= 1
        try writeAtomically(bytes, to: weights)
        let failed = try await served.current(always: true)
        #expect(failed.version?.manifest.version == 1)
        #expect(failed.reason?.contains("forecaster 2 cannot be loaded") == true)
        bytes[bytes.count - 1] ^= 1
        try writeAtomically(bytes, to: weights)
        let mended = try await served.current(always: true)
        #expect(mended.version?.manifest.version == 2 && mended.reason == nil)
    }
}
