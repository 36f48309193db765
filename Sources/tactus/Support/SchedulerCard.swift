import Evaluation
import Files
import Foundation
import Models
import Registry
import Simulation

/// What a person should know of a learned scheduler before using it, in Markdown.
enum SchedulerCard {
    /// The card of a version that `manifest` describes.
    ///
    /// - Parameter notes: further sentences for its limits, such as why the champion was not compared.
    static func text(
        _ manifest: ModelManifest, outcome: DQNSchedulerTrainer.Outcome, _ reports: [SchedulerReport],
        _ reward: SchedulingReward, notes: [String]
    ) -> String {
        let isCompletion = reward == .init()
        let architecture = manifest.architecture.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let settings = manifest.hyperparameters.sorted { $0.key < $1.key }.map {
            "\($0.key) \(String(format: "%.4g", $0.value))"
        }
        let compared = reports.first?.variants.map(\.name) ?? []
        let rows = zip(manifest.metrics, reports).map { metric, report in
            let minutes = report.variants.map { entry in
                let mean = entry.runs.reduce(0) { $0 + $1.meanCompletion } / Double(max(entry.runs.count, 1)) / 60
                return String(format: "%.2f", mean)
            }
            return
                "| \(Markdown.escaped(metric.target)) | \(String(format: "%.2f", report.load)) | \(minutes.joined(separator: " | ")) "
                + String(
                    format: "| %.2f %% (%.2f to %.2f) | ", 100 * metric.accuracy, 100 * metric.low, 100 * metric.high)
                + "\(metric.verdict) |"
        }
        let tried = outcome.validation.map { "\($0.origin): \(String(format: "%+.2f %%", 100 * $0.difference))" }
        return """
            # \(manifest.name): \(manifest.kind)

            Chooses the task that is placed next among the first of each waiting workflow. \(origin(outcome, manifest))
            \(sees(outcome.scheduler, isPredicted: manifest.hyperparameters["predictedDurations"] != nil))It was not trained by updates of a deep Q-network, after whose form its kind is called.

            - Rewarded: \(isCompletion ? "mean completion" : "little of \(reward), each part over that of srpt-path")
            - Chosen: \(outcome.chosen). Tried on streams of other seeds, \(isCompletion ? "mean completion" : "the mix") over \
            that of srpt-path, minus 1: \(tried.joined(separator: ", "))
            - Data: \(manifest.dataset.rows) \(outcome.chosen.isFitted ? "choices" : "whole streams"), SHA-256 of the first streams: \
            `\(manifest.dataset.sha256)`
            - Split: by the seed; streams to learn from, to choose by and to compare on are drawn with seeds of their own
            - Architecture: \(architecture.joined(separator: ", "))
            - Training: \((settings + ["seed \(manifest.seed)"]).joined(separator: ", "))
            - Parent: \(manifest.parentVersion.map { "version \($0)" } ?? "none")
            - Commit: \(manifest.commit.map { "`\($0)`" } ?? "not recorded")

            ## Mean completion in minutes, paired over streams of further seeds

            | workload | load | \(compared.joined(separator: " | ")) | \(isCompletion ? "sooner" : "less of the mix") than the \
            better rule | |
            |---|---|\(compared.map { _ in "---|" }.joined())---|---|
            \(rows.joined(separator: "\n"))

            \(ModelCard.curve(manifest).map { $0 + "\n\n" } ?? "")## Limits

            It was compared on streams of these workloads alone. It decides which task, not which node, which is the first \
            with room; tasks of one workflow go by their path.\(notes.map { " " + $0 }.joined())

            """
    }

    /// Among how many tasks is chosen, who chooses, where it is not one agent for the whole cluster, and what is known of durations.
    private static func sees(_ scheduler: DQNScheduler, isPredicted: Bool) -> String {
        "It chooses among \(scheduler.window) ready tasks at the most.\n"
            + (scheduler.hasPoolAgents
                ? "Each pool of nodes has an agent, which sees that pool alone; all share the weights.\n" : "")
            + (isPredicted
                ? "Where it learned, rules and it went by durations that the champion of predictors forecast.\n" : "")
            + (scheduler.sight.hasUncertainty ? "It sees how uncertain durations are, where that is told.\n" : "")
    }

    /// What the scheduler is, and what it was learned from.
    private static func origin(_ outcome: DQNSchedulerTrainer.Outcome, _ manifest: ModelManifest) -> String {
        let rows = manifest.dataset.rows
        let start = manifest.hyperparameters["from"].map { "version \(Int($0))" } ?? "srpt-path"
        return switch outcome.chosen {
        case .rule: "It is the rule srpt-path: nothing that was tried gained over it."
        case .search(step: 0): "It is \(start) still: no step of a search from there gained over it."
        case .search(let step):
            "It scores them by a network that is linear in their features, which a search on \(counted(rows, "whole stream")) "
                + "found in \(counted(step, "step")) from \(start)."
        case .rollouts(let margin):
            "It takes that of srpt-path unless a network says that another is worth more by \(margin); the network was fitted "
                + "to rollouts of \(counted(rows, "choice"))."
        }
    }
}
