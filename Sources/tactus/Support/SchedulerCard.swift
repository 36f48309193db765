import Evaluation
import Foundation
import Models
import Registry

/// What a person should know of a learned scheduler before using it, in Markdown.
enum SchedulerCard {
    static func text(
        _ manifest: ModelManifest, outcome: DQNSchedulerTrainer.Outcome, _ reports: [SchedulerReport]
    ) -> String {
        let rows = zip(manifest.metrics, reports).map { metric, report in
            let minutes = report.variants.map { entry in
                let mean = entry.runs.reduce(0) { $0 + $1.meanCompletion } / Double(max(entry.runs.count, 1)) / 60
                return String(format: "%.2f", mean)
            }
            return "| \(metric.target) | \(String(format: "%.2f", report.load)) | \(minutes.joined(separator: " | ")) "
                + String(
                    format: "| %.2f %% (%.2f to %.2f) | ", 100 * metric.accuracy, 100 * metric.low, 100 * metric.high)
                + "\(metric.verdict) |"
        }
        let margins = outcome.validation.map {
            String(format: "%.2f: %+.2f %%", Double($0.margin), 100 * $0.difference)
        }
        return """
            # \(manifest.name): \(manifest.kind)

            Chooses the task that is placed next among the first of each waiting workflow: shortest remaining work, the longest \
            path first, unless a network that was fitted to rollouts says that another task is worth more by a margin.

            - Choices learned from: \(manifest.dataset.rows), SHA-256 of the first streams `\(manifest.dataset.sha256)`
            - Margin: \(outcome.scheduler.margin), chosen on streams of other seeds (mean completion over the rule's, minus \
            1, by margin: \(margins.joined(separator: ", ")))
            - Parent: \(manifest.parentVersion.map { "version \($0)" } ?? "none")

            ## Mean completion in minutes, paired over streams of further seeds

            | workload | load | srpt | srpt by path | this | sooner than the better | |
            |---|---|---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            ## Limits

            It was compared on streams of these workloads alone. It decides which task, not which node, which is the first \
            with room; tasks of one workflow go by their path.

            """
    }
}
