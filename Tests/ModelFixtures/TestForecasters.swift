import Files
import Models
import Registry
import Workflows

/// Forecasters whose skills are given, not measured.
public enum TestForecasters {
    /// 240 values of a series with a daily rhythm, one an hour.
    public static func hourly(_ name: String) -> MetricSeries {
        let values = (0..<240).map { place -> Double in
            let noise = place * 7919 % 13
            return Double(50 + place % 24 + noise)
        }
        return MetricSeries(name: name, intervalSeconds: 3600, values: values)
    }

    private static let trainer = {
        var architecture = LSTMForecasterNetwork.architecture(period: 24)
        (architecture.width, architecture.members) = (4, 1)
        return LearnedForecasterTrainer<LSTMForecasterNetwork>(architecture: architecture, stride: 12)
    }()
    private static let series = [hourly("able")]
    /// Trained once: all versions have the same weights.
    private static let trained = Result { try trainer.trainForecaster(on: series, seed: 1) }

    /// Publishes a small forecaster with a skill on each of some series; its number.
    @discardableResult
    public static func publish(_ skills: [String: Double], in registry: ModelRegistry) throws -> Int {
        let forecaster = try trained.get()
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
            golden: GoldenForecasts.archive(of: forecaster, series: series), metrics: "{}", card: "# card")
    }
}
