import Files
import Layers
import ModelFixtures
import Models
import Prediction
import Registry
import TestSupport
import Workflows

@testable import Engine

/// A forecaster whose questions pass through a closure, which may count, wait or throw.
struct WatchedForecaster: PublishableForecaster {
    var sound: any PublishableForecaster
    var watch: @Sendable () throws -> Void

    var architectureFields: [String: Int] { sound.architectureFields }
    var features: [ModelManifest.Feature] { sound.features }
    var networkDocumentation: String { sound.networkDocumentation }
    func archive() throws -> WeightArchive { try sound.archive() }
    func networkGraph() throws -> ONNXGraph { try sound.networkGraph() }
    func networkScales() throws -> String { try sound.networkScales() }

    func forecast(_ series: MetricSeries, steps: [Int]) throws -> [CapacityForecast] {
        try watch()
        return try sound.forecast(series, steps: steps)
    }
}

/// Forecasters in a registry that an engine follows.
struct ServedForecasters {
    let registry: ModelRegistry
    let name: CheckedName
    private let champion: CheckedName

    /// As many versions as there are `skills` on the series `able`, of which the first is the champion.
    init(_ skills: [Double], in folder: TemporaryFolder) throws {
        registry = ModelRegistry(path: folder("models"))
        (name, champion) = (try CheckedName("forecaster"), try CheckedName("champion"))
        for skill in skills { try TestForecasters.publish(["able": skill], in: registry) }
        try promote(1)
    }

    /// Lets the champion be `version`, by another process as it were.
    func promote(_ version: Int) throws {
        _ = try registry.promote(name, to: version, alias: champion, at: 1, who: "test", why: "a test")
    }

    /// Changes the bytes of the weights of `version`.
    func rewrite(_ version: Int, _ change: (inout [UInt8]) -> Void) throws {
        let path = "\(registry.path)/\(name)/\(version)/weights.safetensors"
        var bytes = try readBytes(of: path)
        change(&bytes)
        try writeAtomically(bytes, to: path)
    }

    /// Asks `scheduler` about the series `able`.
    static func ask(_ scheduler: IntelligentScheduler) async throws -> Decision<CapacityPlan> {
        let body = JSONField(try JSONValue(parsing: Array("{\"series\": \"able\", \"horizonSeconds\": 7200}".utf8)))
        var question = try CapacityQuestion(body, scheduler.settings)
        question.subject = .series(TestForecasters.hourly("able"))
        return try await scheduler.capacity(question)
    }
}
