import Evaluation
import Files
import Foundation
import History
import Models
import Registry
import Training
import Workflows

/// Trains a predictor, scores its kind on held-out executions, and publishes it with what was found.
struct PredictorPublication {
    let name: CheckedName
    let kind: PredictorKind
    let executions: [TaskExecution]
    /// What is known of machines.
    let benchmarks: [MachineBenchmark]
    let seed: UInt64
    let registry: ModelRegistry

    /// Whether it is trained by epochs, so that there is something to log and to resume.
    var hasEpochs: Bool { trainer.hyperparameters["epochs"] != nil }

    /// What a training is of: a checkpoint of another one is not its own.
    var identity: JSONObject {
        let architecture = trainer.architectureFields.sorted { $0.key < $1.key }
        return JSONObject([
            ("model", .string(name.description)), ("kind", .string(kind.name)),
            ("history", .string(DatasetDigest(executions, benchmarks: benchmarks).sha256)),
            ("seed", .string("\(seed)")),
            ("architecture", .object(JSONObject(architecture.map { ($0.key, .integer($0.value)) }))),
        ])
    }

    private var trainer: any PublishableTrainer { kind.trainer().knowing(benchmarks) }

    func train(_ session: TrainingSession) throws -> any PublishablePredictor {
        guard executions.contains(where: \.isUsable) else {
            throw InputError("the history has no usable execution: none completed with a duration")
        }
        return try kind.trainer(session).knowing(benchmarks).trainPublishable(on: executions, seed: seed)
    }

    /// Scores the kind by groups where there are enough, else at random.
    func evaluator() -> PredictorEvaluator {
        let canGroup = (try? EvaluationProtocol.groups.folds(of: executions, seed: seed)) != nil
        return PredictorEvaluator(executions, by: canGroup ? .groups : .random, of: trainer, seed: seed)
    }

    func publish(
        _ predictor: any PublishablePredictor, evaluation: PredictorEvaluation, at moment: Double
    ) throws -> (version: Int, manifest: ModelManifest) {
        let digest = DatasetDigest(executions, benchmarks: benchmarks)
        let metrics = evaluation.report.targets.map { Self.metric($0, protocol: evaluation.report.protocol) }
        let manifest = ModelManifest(
            name: name, kind: kind.name, architecture: trainer.architectureFields,
            hyperparameters: trainer.hyperparameters,
            seed: seed, features: trainer.features, inputs: trainer.inputs, outputs: trainer.outputs,
            dataset: .init(rows: digest.rows, firstAt: digest.firstAt, lastAt: digest.lastAt, sha256: digest.sha256),
            metrics: metrics, parentVersion: try registry.aliases(of: name)["champion"],
            commit: ProcessInfo.processInfo.environment["TACTUS_COMMIT"], created: moment)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let version = try registry.publish(
            manifest, weights: try predictor.archive(),
            golden: try GoldenAnswers.archive(of: predictor, executions: executions),
            metrics: String(decoding: try encoder.encode(evaluation.report), as: UTF8.self) + "\n",
            card: ModelCard.text(manifest, summary: kind.summary))
        return (version, manifest)
    }

    private static func metric(_ target: PredictorReport.Target, protocol division: EvaluationProtocol)
        -> ModelManifest.Metric
    {
        ModelManifest.Metric(
            target: target.target.rawValue, protocol: division.rawValue, accuracy: target.ours.accuracy.value,
            low: target.ours.accuracy.low, high: target.ours.accuracy.high,
            heuristics: Dictionary(uniqueKeysWithValues: target.baselines.map { ($0.name, $0.metrics.accuracy.value) }),
            verdict: target.verdict.rawValue)
    }
}
