import Files
import Prediction
import Registry
import Workflows

/// Trains a model in a shared library, and the statistics that it stands on.
struct PluginTrainer: PublishableTrainer {
    let library: PluginLibrary
    /// Makes the statistics.
    var base = StatisticsTrainer.gated

    var kind: String { library.kind.description }

    func knowing(_ benchmarks: [MachineBenchmark]) -> PluginTrainer {
        PluginTrainer(library: library, base: base.knowing(benchmarks))
    }

    func train(on executions: [TaskExecution], seed: UInt64) throws -> any ResourcePredictor {
        try trainPublishable(on: executions, seed: seed)
    }

    func trainPublishable(on executions: [TaskExecution], seed: UInt64) throws -> any PublishablePredictor {
        let heuristic = StatisticsPredictor(rules: base.rules, executions: executions, benchmarks: base.benchmarks)
        let lines = executions.lazy.filter(\.isUsable).map { ReportedExecution($0).json.text() + "\n" }
        let weights = try library.train(Array(lines.joined().utf8), seed: seed)
        let manifest = JSONValue.object(JSONObject([("kind", .string(kind))]))
        return try PluginPredictor(
            library, weights: weights, manifest: Array(manifest.text().utf8), heuristic: heuristic)
    }

    /// What the library's network looks like is its own.
    var architectureFields: [String: Int] { [:] }

    /// Those of the statistics.
    var hyperparameters: [String: Double] { base.hyperparameters }

    /// Those of the statistics; the library reads a task whole.
    var features: [ModelManifest.Feature] { base.features }

    /// Tasks, with what the statistics forecast.
    var inputs: [ModelManifest.Signature] {
        base.inputs + [.init(name: "forecasts", type: "JSON", shape: ["N"])]
    }

    /// Predictions, as JSON.
    var outputs: [ModelManifest.Signature] { base.outputs }
}
