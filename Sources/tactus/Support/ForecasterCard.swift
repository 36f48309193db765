import Evaluation
import Files
import Foundation
import Models
import Registry

/// What a person should know of a forecaster before using it, in Markdown.
enum ForecasterCard {
    /// The card of a version that `manifest` describes; `summary` says in a line what its kind is.
    ///
    /// - Parameter notes: further sentences for its limits, such as why the champion was not compared.
    static func text(_ manifest: ModelManifest, summary: String, report: ForecasterReport, notes: [String]) -> String {
        let architecture = manifest.architecture.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let settings = manifest.hyperparameters.sorted { $0.key < $1.key }.map { "\($0.key) \(number($0.value))" }
        let rows = report.cells.enumerated().map { place, cell in
            let champion = manifest.metrics.indices.contains(place) ? manifest.metrics[place].champion : nil
            let references = cell.references.map { "\($0.name) \(number($0.metrics.mase))" }
            return "| \(Markdown.escaped(cell.series)) | \(number(cell.horizonSeconds)) s | \(number(cell.ours.mase)) "
                + "| \(references.joined(separator: ", ")) | \(number(cell.skill)) | \(cell.verdict.rawValue) "
                + "| \(number(cell.ours.crps)) | \(number(cell.ours.coverage90)) | \(number(cell.ours.coverage95)) "
                + "| \(champion.map(words) ?? "–") |"
        }
        let testShare = number(100 * (1 - report.trainingShare))
        let learningShare = manifest.hyperparameters["learningShare"].map { number(100 * $0) }
        let held = learningShare.map {
            "; of the values it has, the first \($0) % of each series are learned from and the rest says when to stop, how much "
                + "of the correction is taken and how wide intervals are"
        }
        return """
            # \(manifest.name): \(manifest.kind)

            \(summary.prefix(1).uppercased() + summary.dropFirst()). It forecasts a series of a cluster, such as its demand for \
            CPU, from a few minutes to a day ahead, from the values up to then.

            - Data: \(Set(report.cells.map(\.series)).count) series with \(manifest.dataset.rows) values, SHA-256 \
            `\(manifest.dataset.sha256)`
            - Split: by time; scored by a forecaster of this kind that had the first \(number(100 * report.trainingShare)) % of \
            each series on the other \(testShare) %, while this version learned from all values\(held ?? "")
            - Architecture: \(architecture.joined(separator: ", "))
            - Training: \(settings.joined(separator: ", ")), seed \(manifest.seed)
            - Parent: \(manifest.parentVersion.map { "version \($0)" } ?? "none")
            - Commit: \(manifest.commit.map { "`\($0)`" } ?? "not recorded")

            ## Errors on values that it had not seen

            A rolling backtest over the last \(testShare) % of each series, every value an \
            origin; the references ran on the same windows. MASE is the mean absolute error over that of the daily seasonal \
            naive forecast on the first part, CRPS is over the same scale, skill is 1 - MASE / MASE of the best reference. \
            The quantiles 0.05 to 0.95 should hold 0.90 of the values, and those up to 0.95 should hold 0.95. The champion of the \
            time ran on those of the values that came after its data ended.

            | series | ahead | MASE | references | skill | against the best | CRPS | in 0.05 to 0.95 | up to 0.95 | champion |
            |---|---|---|---|---|---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            \(ModelCard.curve(manifest).map { $0 + "\n\n" } ?? "")## Limits

            It answers for the series that it has learned from; on others it has not been scored. It knows a day's rhythm, \
            \((["not a week's, and nothing of what is planned. Behind a day ahead its intervals do not widen any more."] + notes).joined(separator: " "))

            """
    }

    private static func words(_ champion: ModelManifest.Champion) -> String {
        "version \(champion.version): \(number(champion.accuracy)), ours over it \(number(champion.difference)) "
            + "[\(number(champion.low)), \(number(champion.high))] on \(champion.rows) values"
    }

    /// At most three digits behind the point.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : String(format: "%.3g", value)
    }
}
