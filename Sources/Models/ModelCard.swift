import Registry

/// What a person should know of a version before using it, in Markdown.
public enum ModelCard {
    /// The card of a version that `manifest` describes; `summary` says in a line what its kind is.
    public static func text(_ manifest: ModelManifest, summary: String) -> String {
        let architecture = manifest.architecture.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let settings = manifest.hyperparameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let rows = manifest.metrics.map { metric in
            let heuristics = metric.heuristics.sorted { $0.key < $1.key }.map { "\($0.key) \(rounded($0.value))" }
            return "| \(metric.target) | \(rounded(metric.accuracy)) [\(rounded(metric.low)), \(rounded(metric.high))] "
                + "| \(heuristics.joined(separator: ", ")) | \(metric.verdict) |"
        }
        return """
            # \(manifest.name): \(manifest.kind)

            \(summary.prefix(1).uppercased() + summary.dropFirst()). It forecasts the CPU, memory and duration of a task from what is known at
            its submission and from the completed executions of its type.

            - Data: \(manifest.dataset.rows) executions, SHA-256 `\(manifest.dataset.sha256)`
            - Architecture: \(architecture.isEmpty ? "no network" : architecture.joined(separator: ", "))
            - Training: \(settings.joined(separator: ", ")), seed \(manifest.seed)
            - Parent: \(manifest.parentVersion.map { "version \($0)" } ?? "none")

            ## Accuracy on executions that it had not seen

            1 - min(|forecast - measured| / measured, 1), averaged by task type and workflow; the division is
            `\(manifest.metrics.first?.protocol ?? "none")`, the heuristics ran on the same rows.

            | target | accuracy [95 %] | heuristics | against the best of them |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))

            ## Limits

            It knows the task types, machines and input sizes of its data. A task of another type is answered from wider
            groups, with a wide interval, and says so in its reason. Forecasts are for the kind of node in the data.

            """
    }

    private static func rounded(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = "\(abs(thousandths) % 1000)"
        return "\(thousandths < 0 ? "-" : "")\(abs(thousandths) / 1000)."
            + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
