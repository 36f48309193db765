import Evaluation
import Foundation
import Models
import Registry
import Reports

/// What a person should know of a rule for Spark streams before using it, in Markdown.
enum SparkCard {
    /// - Parameter notes: further sentences for its limits, such as why the champion was not compared.
    static func text(
        _ manifest: ModelManifest, _ outcome: SparkScorerTrainer.Outcome, _ evaluation: SparkEvaluation,
        notes: [String]
    ) -> String {
        let rows = evaluation.entries.map { entry in
            "| \(entry.name) | "
                + String(
                    format: "%.1f s | %.3f (%.3f to %.3f) |", entry.mean.value, entry.ratio.value, entry.ratio.low,
                    entry.ratio.high)
        }
        let looks = outcome.validation.map { "\($0.generation): \(String(format: "%.3f", $0.ratio))" }
        return """
            # \(manifest.name): \(manifest.kind)

            Commits executors to stages by a score, and gives each job a share, both linear in features of job and stage. The \
            weights were found by an evolution strategy from \(start(outcome.start, manifest)); \
            \(outcome.generation == 0 ? "nothing that was tried gained over it" : "they are of generation \(outcome.generation)").

            - Data: streams drawn from \(manifest.dataset.rows) measured jobs, SHA-256 `\(manifest.dataset.sha256)`
            - Mean completion over the start's on validation streams, by generation: \(looks.joined(separator: ", "))
            - Parent: \(manifest.parentVersion.map { "version \($0)" } ?? "none")

            ## Mean completion on \(evaluation.seeds.count) streams that it had not seen

            \(evaluation.executors) executors, \(evaluation.jobs) jobs \(evaluation.meanGap) s apart. The ratio is that of the \
            sums over streams, with the 95 % interval of a bootstrap over them.

            | rule | mean completion | over \(evaluation.entries[0].name) |
            |---|---|---|
            \(rows.joined(separator: "\n"))

            ## Limits

            It knows what the tasks of a stage took on average when they were measured, as the rules do. Other numbers of \
            executors, loads or jobs than it was searched for on may need a search of their own.\(notes.map { " " + $0 }.joined())

            """
    }

    private static func start(_ start: SparkScorerTrainer.Start, _ manifest: ModelManifest) -> String {
        switch start {
        case .leastRemainingWork(let isFair): "the least remaining work" + (isFair ? " with equal shares" : "")
        case .given: "version \(manifest.parentVersion.map(String.init) ?? "?"), learning on"
        }
    }
}
