import Evaluation
import Foundation
import Registry

/// What a person should know of a forecaster before using it, in Markdown.
enum ForecasterCard {
    /// The card of a version that `manifest` describes; `summary` says in a line what its kind is.
    ///
    /// - Parameter notes: further sentences for its limits, such as why the champion was not compared.
    static func text(_ manifest: ModelManifest, summary: String, report: ForecasterReport, notes: [String]) -> String {
        let architecture = manifest.architecture.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let settings = manifest.hyperparameters.sorted { $0.key < $1.key }.map { "\($0.key) \(number($0.value))" }
        let rows = report.cells.map { cell in
            let references = cell.references.map { "\($0.name) \(number($0.metrics.mase))" }
            return "| \(escaped(cell.series)) | \(number(cell.horizonSeconds)) s | \(number(cell.ours.mase)) "
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
            \((["not a week's, and nothing of what is planned. Behind a day ahead its intervals do not widen any more."] + notes).joined(separator: " "))

            """
    }

    /// A name as it stands in a cell of a table: it comes from the header of a file, and may hold what ends a cell or line.
    private static func escaped(_ name: String) -> String {
        String(
            name.flatMap { character -> String in
                if character.isNewline { return " " }
                return "\\`|<".contains(character) ? "\\\(character)" : "\(character)"
            })
    }

    /// At most three digits behind the point.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : String(format: "%.3g", value)
    }
}
