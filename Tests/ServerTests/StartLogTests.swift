import Engine
import Files
import Logging
import ModelFixtures
import NIOConcurrencyHelpers
import Registry
import Settings
import TestSupport
import Testing

@testable import Server

/// Keeps the lines of a log.
private struct LinesHandler: LogHandler {
    let lines: NIOLockedValueBox<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.withLockedValue { $0.append("\(event.level): \(event.message)") } }
}

/// A version that fails while the engine starts does so before anyone listens to events: it stands in the log all the same,
/// and beside what answers.
@Test(.timeLimit(.minutes(10))) func whatFailsAtTheStartIsLoggedForEveryAlias() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try TestForecasters.publish(["able": 0.2], in: models.registry)
        for _ in 1...2 { try await TestOptimizers.publish(in: models.registry) }
        let named =
            [("predictor", 1, "champion"), ("predictor", 2, "challenger"), ("forecaster", 1, "champion")]
            + [("optimizer", 1, "champion"), ("optimizer", 2, "challenger")]
        for (name, version, alias) in named {
            _ = try models.registry.promote(
                CheckedName(name), to: version, alias: CheckedName(alias), at: 1, who: "test", why: "a test")
        }
        for (name, version, _) in named.dropFirst() {
            let path = folder("models/\(name)/\(version)/weights.safetensors")
            try writeAtomically(readBytes(of: path).dropLast(), to: path)
        }
        var settings = Settings()
        settings.modelsPath = folder("models")
        settings.server.statePath = folder("state")
        settings.server.port = 0
        settings.targetLatencyMs = 20_000
        let engine = try await IntelligentScheduler(settings: settings)
        let lines = NIOLockedValueBox<[String]>([])
        let listens = AsyncStream<Void>.makeStream()
        let server = try InferenceServer(engine, logger: Logger(label: "test") { _ in LinesHandler(lines: lines) }) {
            _, _ in listens.continuation.finish()
        }
        let running = Task { try await server.run() }
        for await _ in listens.stream {}
        running.cancel()
        _ = await running.result
        let told = lines.withLockedValue { $0 }
        let problems = try JSONField(engine.health)["problems"].elements()
        #expect(problems.count == 4 && engine.degradation == nil)
        for (name, version, alias) in named.dropFirst() {
            let why = "\(name) \(version) cannot be loaded (verify): "
            let stated = try problems.filter { try $0["name"].string() == name && $0["alias"].string() == alias }
            let reason = try #require(stated.first)["reason"].string()
            #expect(stated.count == 1 && reason.hasPrefix(why), "\(reason)")
            #expect(told.count { $0 == "error: \(reason)" } == 1, "\(told)")
        }
        #expect(!told.contains { $0.contains("predictor 1") }, "\(told)")
    }
}
