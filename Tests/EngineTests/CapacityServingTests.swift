import Files
import History
import Models
import Registry
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine

private func hourly(_ name: String) -> MetricSeries {
    let values = (0..<240).map { place -> Double in
        let noise = place * 7919 % 13
        return Double(50 + place % 24 + noise)
    }
    return MetricSeries(name: name, intervalSeconds: 3600, values: values)
}

private let series = ["able", "unable", "unknown"].map(hourly)

/// Publishes a small forecaster with these skills; its number.
@discardableResult
private func publish(_ skills: [String: Double], in registry: ModelRegistry) throws -> Int {
    var architecture = LSTMForecasterNetwork.architecture(period: 24)
    (architecture.width, architecture.members) = (4, 1)
    let trainer = LearnedForecasterTrainer<LSTMForecasterNetwork>(architecture: architecture, stride: 12)
    let forecaster = try trainer.trainForecaster(on: [series[0]], seed: 1)
    let manifest = ModelManifest(
        name: try CheckedName("forecaster"), kind: trainer.kind, architecture: forecaster.architectureFields,
        hyperparameters: [:], seed: 1, features: [], inputs: [], outputs: [],
        dataset: .init(rows: 240, firstAt: 0, lastAt: 1, sha256: "0"),
        metrics: skills.sorted { $0.key < $1.key }.map {
            .init(
                target: $0.key, protocol: "rolling", accuracy: $0.value, low: -1, high: 1, heuristics: [:],
                verdict: "better", horizonSeconds: 3600)
        },
        parentVersion: nil, commit: nil, created: 1)
    return try registry.publish(
        manifest, weights: forecaster.archive(),
        golden: GoldenForecasts.archive(of: forecaster, series: [series[0]]), metrics: "{}", card: "# card")
}

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
        try publish(["able": 0.2, "unable": -0.1], in: registry)
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
        try publish(["able": 0.1, "unable": -0.2], in: registry)
        await #expect(throws: EngineError.self) {
            try await scheduler.promote(name, to: 2, alias: CheckedName("champion"), force: nil, who: "test")
        }
        #expect(try await scheduler.capacity(question("able", settings)).model?.version == 1)
        _ = try await scheduler.promote(name, to: 2, alias: CheckedName("champion"), force: "a test", who: "test")
        #expect(try await scheduler.capacity(question("able", settings)).model?.version == 2)
    }
}

@Test func aDamagedForecasterLeavesTheOneBeforeServing() async throws {
    try await TemporaryFolder.with { folder in
        let registry = ModelRegistry(path: folder("models"))
        let name = try CheckedName("forecaster")
        for _ in 0..<2 { try publish(["able": 0.2], in: registry) }
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
