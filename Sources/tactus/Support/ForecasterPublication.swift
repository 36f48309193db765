import Evaluation
import Files
import Foundation
import History
import Models
import Registry
import Training
import Workflows

/// Trains a forecaster, scores its kind in a rolling backtest, and publishes it with what was found.
struct ForecasterPublication {
    let name: CheckedName
    let kind: ForecasterKind
    let series: [MetricSeries]
    let seed: UInt64
    let registry: ModelRegistry

    /// What a training is of: a checkpoint of another one is not its own.
    var identity: JSONObject {
        JSONObject([
            ("model", .string(name.description)), ("kind", .string(kind.name)),
            ("history", .string(DatasetDigest(series).sha256)), ("seed", .string("\(seed)")),
        ])
    }

    /// Finds what would keep the kind from being trained or scored, before hours go into its training.
    /// - Throws: `InputError` with the series.
    func check() throws {
        let trainer = kind.trainer()
        try trainer.check(series)
        try trainer.check(evaluator().trainingParts())
    }

    /// Tells what keeps the version from being promoted whatever it comes to, before hours go into its training.
    func tellObstacle() {
        ForecasterChampionComparison.obstacle(of: name, registry: registry, series: series).map(note)
    }

    func train(_ session: TrainingSession) throws -> any PublishableForecaster {
        try kind.trainer(session).trainPublishable(on: series, seed: seed)
    }

    /// Scores the kind five minutes, an hour and a day ahead, as far as those are multiples of each interval.
    func evaluator() -> ForecasterEvaluator {
        var evaluator = ForecasterEvaluator(series, of: kind.trainer(), seed: seed)
        let intervals = Set(series.map(\.intervalSeconds))
        let horizons = [300, 3600, 86_400].filter { horizon in
            intervals.allSatisfy { (horizon / $0).rounded() >= 1 && (horizon / $0).rounded() * $0 == horizon }
        }
        // Else one interval, which is one of all where they have the same.
        evaluator.horizons = horizons.isEmpty ? [intervals.max() ?? 300] : horizons
        return evaluator
    }

    /// Publishes `forecaster` with what `evaluation` found.
    ///
    /// - Parameter curve: the epochs of its training; none where it has none.
    func publish(
        _ forecaster: any PublishableForecaster, evaluation: ForecasterEvaluation, curve: [EpochRecord],
        at moment: Double
    ) throws -> PublishedVersion {
        let champion = try ForecasterChampionComparison.with(evaluation, name: name, registry: registry)
        let digest = DatasetDigest(series)
        let graph = try forecaster.networkGraph()
        var manifest = ModelManifest(
            name: name, kind: kind.name, architecture: forecaster.architectureFields,
            hyperparameters: kind.trainer().hyperparameters, seed: seed, features: forecaster.features,
            inputs: graph.inputs.map(ModelManifest.Signature.init),
            outputs: graph.outputs.map(ModelManifest.Signature.init),
            dataset: .init(rows: digest.rows, firstAt: digest.firstAt, lastAt: digest.lastAt, sha256: digest.sha256),
            metrics: evaluation.report.cells.enumerated().map { Self.metric($1, champion: champion.cells[$0]) },
            parentVersion: try registry.aliases(of: name)["champion"],
            commit: ProcessInfo.processInfo.environment["TACTUS_COMMIT"], created: moment)
        manifest.keep(curve)
        return try PublishedVersion(
            publishing: manifest, weights: forecaster.archive(),
            golden: GoldenForecasts.archive(of: forecaster, series: series), report: evaluation.report,
            card: ForecasterCard.text(
                manifest, summary: kind.summary, report: evaluation.report,
                notes: [champion.obstacle?.note].compactMap(\.self)),
            in: registry, notCompared: champion.obstacle?.cause)
    }

    /// The skill on one series at one horizon, with the references' beside it.
    private static func metric(
        _ cell: ForecasterReport.Cell, champion: ModelManifest.Champion?
    ) -> ModelManifest.Metric {
        let (ours, references) = cell.skills
        return ModelManifest.Metric(
            target: cell.series, protocol: "rolling", accuracy: ours.value, low: ours.low, high: ours.high,
            heuristics: references, verdict: cell.verdict.rawValue, champion: champion,
            horizonSeconds: cell.horizonSeconds)
    }
}
