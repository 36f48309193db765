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

    func publish(
        _ forecaster: any PublishableForecaster, evaluation: ForecasterEvaluation, at moment: Double
    ) throws -> (version: Int, manifest: ModelManifest) {
        let digest = DatasetDigest(series)
        let graph = try forecaster.networkGraph()
        let manifest = ModelManifest(
            name: name, kind: kind.name, architecture: forecaster.architectureFields,
            hyperparameters: kind.trainer().hyperparameters, seed: seed, features: forecaster.features,
            inputs: graph.inputs.map(ModelManifest.Signature.init),
            outputs: graph.outputs.map(ModelManifest.Signature.init),
            dataset: .init(rows: digest.rows, firstAt: digest.firstAt, lastAt: digest.lastAt, sha256: digest.sha256),
            metrics: evaluation.report.cells.map(Self.metric),
            parentVersion: try registry.aliases(of: name)["champion"],
            commit: ProcessInfo.processInfo.environment["TACTUS_COMMIT"], created: moment)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let version = try registry.publish(
            manifest, weights: try forecaster.archive(),
            golden: try GoldenForecasts.archive(of: forecaster, series: series),
            metrics: String(decoding: try encoder.encode(evaluation.report), as: UTF8.self) + "\n",
            card: ForecasterCard.text(manifest, summary: kind.summary, report: evaluation.report))
        return (version, manifest)
    }

    /// The skill on one series at one horizon, with the references' beside it.
    private static func metric(_ cell: ForecasterReport.Cell) -> ModelManifest.Metric {
        let best = cell.references.map(\.metrics.mase).min() ?? 1
        // Where the best reference makes no error, nothing can have skill over it.
        func skill(_ mase: Double) -> Double { best > 0 ? 1 - mase / best : mase > 0 ? -1 : 0 }
        return ModelManifest.Metric(
            target: cell.series, protocol: "rolling", accuracy: skill(cell.ours.mase),
            low: best > 0 ? cell.difference.low / best : 0, high: best > 0 ? cell.difference.high / best : 0,
            heuristics: Dictionary(uniqueKeysWithValues: cell.references.map { ($0.name, skill($0.metrics.mase)) }),
            verdict: cell.verdict.rawValue, horizonSeconds: cell.horizonSeconds)
    }
}

/// What a person should know of a forecaster before using it, in Markdown.
enum ForecasterCard {
    /// The card of a version that `manifest` describes; `summary` says in a line what its kind is.
    static func text(_ manifest: ModelManifest, summary: String, report: ForecasterReport) -> String {
        let architecture = manifest.architecture.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let settings = manifest.hyperparameters.sorted { $0.key < $1.key }.map { "\($0.key) \(number($0.value))" }
        let rows = report.cells.map { cell in
            let references = cell.references.map { "\($0.name) \(number($0.metrics.mase))" }
            return "| \(cell.series) | \(number(cell.horizonSeconds)) s | \(number(cell.ours.mase)) "
                + "| \(references.joined(separator: ", ")) | \(number(cell.skill)) | \(cell.verdict.rawValue) "
                + "| \(number(cell.ours.crps)) | \(number(cell.ours.coverage90)) | \(number(cell.ours.coverage95)) |"
        }
        return """
            # \(manifest.name): \(manifest.kind)

            \(summary.prefix(1).uppercased() + summary.dropFirst()). It forecasts a series of a cluster, such as its demand for \
            CPU, from a few minutes to a day ahead, from the values up to then.

            - Data: \(Set(report.cells.map(\.series)).count) series with \(manifest.dataset.rows) values, SHA-256 \
            `\(manifest.dataset.sha256)`
            - Architecture: \(architecture.joined(separator: ", "))
            - Training: \(settings.joined(separator: ", ")), seed \(manifest.seed)
            - Parent: \(manifest.parentVersion.map { "version \($0)" } ?? "none")

            ## Errors on values that it had not seen

            A rolling backtest over the last \(number(100 * (1 - report.trainingShare))) % of each series, every value an \
            origin; the references ran on the same windows. MASE is the mean absolute error over that of the daily seasonal \
            naive forecast on the first part, CRPS is over the same scale, skill is 1 - MASE / MASE of the best reference. \
            The quantiles 0.05 to 0.95 should hold 0.90 of the values, and those up to 0.95 should hold 0.95.

            | series | ahead | MASE | references | skill | against the best | CRPS | in 0.05 to 0.95 | up to 0.95 |
            |---|---|---|---|---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            ## Limits

            It answers for the series that it has learned from; on others it has not been scored. It knows a day's rhythm, \
            not a week's, and nothing of what is planned. Behind a day ahead its intervals do not widen any more.

            """
    }

    /// At most three digits behind the point.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : String(format: "%.3g", value)
    }
}
