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
    /// The kinds of model that the champion may be of.
    let catalog: Catalog

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

    /// Tells what keeps the version from being promoted whatever it comes to, before hours go into its training.
    func tellObstacle() {
        ChampionComparison.obstacle(of: name, registry: registry, executions: executions).map(note)
    }

    /// Scores the kind by groups where there are enough, else at random.
    func evaluator() -> PredictorEvaluator {
        let canGroup = (try? EvaluationProtocol.groups.folds(of: executions, seed: seed)) != nil
        return PredictorEvaluator(executions, by: canGroup ? .groups : .random, of: trainer, seed: seed)
    }

    /// Publishes `predictor` with what `evaluation` found.
    ///
    /// - Parameter curve: the epochs of its training; none where it has none.
    func publish(
        _ predictor: any PublishablePredictor, evaluation: PredictorEvaluation, curve: [EpochRecord], at moment: Double
    ) throws -> PublishedVersion {
        let digest = DatasetDigest(executions, benchmarks: benchmarks)
        let champion = try ChampionComparison.with(
            evaluation, name: name, registry: registry, catalog: catalog, executions: executions)
        let metrics = evaluation.report.targets.map { target in
            Self.metric(target, protocol: evaluation.report.protocol, champion: champion.targets[target.target])
        }
        var manifest = ModelManifest(
            name: name, kind: kind.name, architecture: trainer.architectureFields,
            hyperparameters: trainer.hyperparameters,
            seed: seed, features: trainer.features, inputs: trainer.inputs, outputs: trainer.outputs,
            dataset: .init(rows: digest.rows, firstAt: digest.firstAt, lastAt: digest.lastAt, sha256: digest.sha256),
            metrics: metrics, parentVersion: try registry.aliases(of: name)["champion"],
            commit: ProcessInfo.processInfo.environment["TACTUS_COMMIT"], created: moment)
        manifest.keep(curve)
        let notes = NetworkShare.words(predictor.networkShares) + [champion.obstacle?.note].compactMap(\.self)
        return try PublishedVersion(
            publishing: manifest, weights: predictor.archive(),
            golden: GoldenAnswers.archive(of: predictor, executions: executions), report: evaluation.report,
            card: ModelCard.text(manifest, summary: kind.summary, notes: notes),
            in: registry, notCompared: champion.obstacle?.cause)
    }

    private static func metric(
        _ target: PredictorReport.Target, protocol division: EvaluationProtocol, champion: ModelManifest.Champion?
    ) -> ModelManifest.Metric {
        ModelManifest.Metric(
            target: target.target.rawValue, protocol: division.rawValue, accuracy: target.ours.accuracy.value,
            low: target.ours.accuracy.low, high: target.ours.accuracy.high,
            heuristics: Dictionary(uniqueKeysWithValues: target.baselines.map { ($0.name, $0.metrics.accuracy.value) }),
            verdict: target.verdict.rawValue, calibration: calibration(target), champion: champion)
    }

    private static func calibration(_ target: PredictorReport.Target) -> ModelManifest.Calibration {
        func share(_ level: Double) -> Double { target.calibration.first { $0.nominal == level }?.observed ?? 0 }
        return ModelManifest.Calibration(
            coverage05: share(0.05), coverage50: share(0.5), coverage95: share(0.95),
            worstType: target.coverage.first?.taskType, worstTypeCoverage95: target.coverage.first?.coverage95)
    }
}
