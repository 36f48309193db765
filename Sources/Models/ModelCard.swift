import Files
import Registry

/// What a person should know of a version before using it, in Markdown.
public enum ModelCard {
    /// The card of a version that `manifest` describes; `summary` says in a line what its kind is.
    ///
    /// - Parameter notes: further sentences for its limits, such as why the champion was not compared.
    public static func text(_ manifest: ModelManifest, summary: String, notes: [String] = []) -> String {
        let sections = [
            head(manifest, summary: summary), accuracy(manifest), calibration(manifest), curve(manifest),
            features(manifest), limits(manifest, notes: notes),
        ]
        return sections.compactMap { $0 }.joined(separator: "\n\n") + "\n"
    }

    private static func head(_ manifest: ModelManifest, summary: String) -> String {
        let architecture = manifest.architecture.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let settings = manifest.hyperparameters.sorted { $0.key < $1.key }.map { "\($0.key) \(shortest($0.value))" }
        return """
            # \(manifest.name): \(manifest.kind)

            \(summary.prefix(1).uppercased() + summary.dropFirst()). It forecasts the CPU, memory and duration of a task from what is known at
            its submission and from the completed executions of its type.

            - Data: \(manifest.dataset.rows) executions\(span(manifest.dataset)), SHA-256 `\(manifest.dataset.sha256)`
            - Split: \(split(manifest))
            - Architecture: \(architecture.isEmpty ? "no network" : architecture.joined(separator: ", "))
            - Training: \((settings + ["seed \(manifest.seed)"]).joined(separator: ", "))
            - Parent: \(manifest.parentVersion.map { "version \($0)" } ?? "none")
            - Commit: \(manifest.commit.map { "`\($0)`" } ?? "not recorded")
            """
    }

    private static func span(_ dataset: ModelManifest.Dataset) -> String {
        guard let first = dataset.firstAt, let last = dataset.lastAt else { return "" }
        let (days, hours) = ((last - first) / 86_400, (last - first) / 3600)
        return ", completed within "
            + (hours < 48 ? "\(shortest((hours * 10).rounded() / 10)) hours" : "\(shortest(days.rounded())) days")
    }

    private static func split(_ manifest: ModelManifest) -> String {
        switch manifest.metrics.first?.protocol {
        case "groups": "`groups`: five folds over samples or runs, so that none stands on both sides"
        case "random": "`random`: 70 % of each task type train, the others test"
        case .some(let other): "`\(other)`"
        case nil: "not scored"
        }
    }

    private static func accuracy(_ manifest: ModelManifest) -> String {
        let rows = manifest.metrics.map { metric in
            let heuristics = metric.heuristics.sorted { $0.key < $1.key }.map { "\($0.key) \(rounded($0.value))" }
            let champion = metric.champion.map {
                "version \($0.version): \(rounded($0.accuracy)), ours over it \(rounded($0.difference)) "
                    + "[\(rounded($0.low)), \(rounded($0.high))] on \($0.rows) executions"
            }
            return "| \(metric.target) | \(rounded(metric.accuracy)) [\(rounded(metric.low)), \(rounded(metric.high))] "
                + "| \(heuristics.joined(separator: ", ")) | \(metric.verdict) | \(champion ?? "–") |"
        }
        return """
            ## Accuracy on executions that it had not seen

            1 - min(|forecast - measured| / measured, 1), averaged by task type and workflow; the heuristics ran on the same rows,
            the champion of the time on those of them that were submitted after its data ended.

            | target | accuracy [95 %] | heuristics | against the best of them | champion |
            |---|---|---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }

    private static func calibration(_ manifest: ModelManifest) -> String? {
        let rows = manifest.metrics.compactMap { metric in
            metric.calibration.map { found in
                let worst = found.worstType.map {
                    "\(Markdown.escaped($0)): \(percent(found.worstTypeCoverage95 ?? 0))"
                }
                return "| \(metric.target) | \(percent(found.coverage05)) | \(percent(found.coverage50)) "
                    + "| \(percent(found.coverage95)) | \(worst ?? "no type has so many") |"
            }
        }
        guard !rows.isEmpty else { return nil }
        return """
            ## Calibration

            The share of those executions at or below a quantile of their forecast.

            | target | quantile 0.05 | median | quantile 0.95 | least covered type of 50 executions or more |
            |---|---|---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }

    /// The section on the training by epochs, at most ten of them, the best one among them; nil where there were none.
    public static func curve(_ manifest: ModelManifest) -> String? {
        guard let curve = manifest.curve, let last = curve.last,
            let best = curve.min(by: { $0.validationLoss < $1.validationLoss })
        else { return nil }
        let step = max(1, (curve.count + 7) / 8)
        let shown = curve.filter { ($0.epoch - 1) % step == 0 || $0 == best || $0 == last }
        let rows = shown.map {
            "| \($0.epoch)\($0 == best ? " (kept)" : "") | \(rounded($0.trainingLoss)) | \(rounded($0.validationLoss)) |"
        }
        return """
            ## Training curve

            \(curve.count) epochs; the weights of the one with the lowest validation loss are kept.

            | epoch | training loss | validation loss |
            |---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }

    private static func features(_ manifest: ModelManifest) -> String? {
        guard !manifest.features.isEmpty else { return nil }
        let rows = manifest.features.map { feature in
            "| " + [feature.name, feature.unit, feature.normalisation].map(Markdown.escaped).joined(separator: " | ")
                + " |"
        }
        return """
            ## What it reads

            | feature | unit | normalisation |
            |---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }

    private static func limits(_ manifest: ModelManifest, notes: [String]) -> String {
        var limits = [
            "It knows the task types, machines and input sizes of its data. A task of another type is answered from wider "
                + "groups, with a wide interval, and says so in its reason.",
            "Forecasts are for the kind of node in the data.",
        ]
        for metric in manifest.metrics {
            if metric.verdict == "tie" {
                limits.append("On \(metric.target) it could not be told from the best heuristic.")
            }
            if metric.verdict == "worse" { limits.append("On \(metric.target) a heuristic is more accurate.") }
            if let found = metric.calibration, !(0.93...0.97).contains(found.coverage95) {
                limits.append(
                    "The quantile 0.95 of \(metric.target) covered \(percent(found.coverage95)) of the executions.")
            }
            if let found = metric.calibration, let worst = found.worstTypeCoverage95, worst < 0.85 {
                limits.append(
                    "For \(Markdown.escaped(found.worstType ?? "one type")) the quantile 0.95 of \(metric.target) covered only \(percent(worst))."
                )
            }
        }
        return "## Limits\n\n" + (limits + notes).map { "- \($0)" }.joined(separator: "\n")
    }

    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }

    private static func rounded(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        let thousandths = Int((value * 1000).rounded())
        let digits = "\(abs(thousandths) % 1000)"
        return "\(thousandths < 0 ? "-" : "")\(abs(thousandths) / 1000)."
            + String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// The number as a person would write it; one that was a 32-bit number as that.
    private static func shortest(_ value: Double) -> String {
        if let whole = Int(exactly: value) { return "\(whole)" }
        return Double(Float(value)) == value ? "\(Float(value))" : "\(value)"
    }
}
