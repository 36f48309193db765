import Evaluation
import Foundation
import Registry

/// What a person should know of an optimizer before using it, in Markdown.
enum OptimizerCard {
    /// The card of a version that `manifest` describes; `summary` says in a line what its kind is.
    ///
    /// - Parameters:
    ///   - curve: what was told while it was trained.
    ///   - notes: further sentences for its limits, such as why the champion was not compared.
    static func text(
        _ manifest: ModelManifest, summary: String, _ evaluation: OptimizerVersionReport,
        curve: [OptimizerPublication.Progress], notes: [String]
    ) -> String {
        let architecture = manifest.architecture.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let settings = manifest.hyperparameters.sorted { $0.key < $1.key }.map { "\($0.key) \(number($0.value))" }
        let rows = evaluation.lists.sizes.map { size in
            let own = size.learned[0]
            return "| \(size.jobs) | \(size.lists) | \(percent(own.gap)) | \(percent(size.staticKey)) "
                + "| \(percent(size.keyOfSamePass)) "
                + "| \(interval(own.ratio)) | \(own.shorter), \(own.equal), \(own.longer) | \(percent(size.bestScale)) "
                + "| \(interval(own.gainOverKeyOfSamePass, 100)) |"
        }
        return """
            # \(manifest.name): \(manifest.kind)

            \(summary.prefix(1).uppercased() + summary.dropFirst()). One pass gives each task of a workflow a priority; tasks \
            then start as there is room, the largest first, or, where the longest path takes \
            \(number(manifest.hyperparameters["serialFrom"] ?? .infinity)) of the time that the work takes or more, are placed one \
            by one, each as early as there is room.

            - Data: lists drawn from \(manifest.dataset.rows) jobs, SHA-256 `\(manifest.dataset.sha256)`
            - Split: by the drawing; lists to learn from, to choose the weights by and to compare on are drawn from the same \
            jobs, each with seeds of its own
            - Architecture: \(architecture.joined(separator: ", "))
            - Training: \(settings.joined(separator: ", ")), seed \(manifest.seed)
            - Parent: \(manifest.parentVersion.map { "version \($0)" } ?? "none")
            - Commit: \(manifest.commit.map { "`\($0)`" } ?? "not recorded")

            ## Schedules of lists that it had not seen

            The gap is the makespan over the larger of critical path and work, minus 1: its mean over the lists with the 95 % \
            interval of a bootstrap over them. The static key is the bottom level times 1 + cores / q, with the q that was \
            the best for that size on other lists, and starts tasks as there is room; beside it, the same with lists built as \
            they are here, and by how many points of per cent these are better than that; and the best of forty q for each \
            list in hindsight.

            | jobs | lists | gap | static key | key, lists built alike | gap over the key's | shorter, equal, longer | best of forty | points over the key, lists built alike |
            |---|---|---|---|---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            \(champions(manifest))\(evaluation.bottlenecks.map(bottlenecks) ?? "")\(evaluation.gains.map(gains) ?? "")\
            \(curves(curve))## Limits

            It has learned from lists of jobs on one node that they have to themselves, whose tasks hold many of its cores. \
            On several nodes, with other workflows, or where files take time, it gives a valid schedule, which may be longer than \
            that of a rule; a portfolio, which takes the best, loses nothing by it. What it gains comes from what it reads of \
            each task and from the mean over all of them: on lists of TPC-H jobs, networks with and without messages \
            along dependencies could not be told apart.\(notes.map { " " + $0 }.joined())

            """
    }

    /// What the second network says of bottlenecks, beside rules, and an empty line.
    private static func bottlenecks(_ evaluation: BottleneckEvaluation) -> String {
        let rows = evaluation.entries.map { entry in
            "| \(entry.name) | \(interval(entry.averagePrecision)) | \(interval(entry.brierScore)) "
                + "| \(interval(entry.delayError)) | \(interval(entry.delayCorrelation)) |"
        }
        return """
            ## Bottlenecks of workflows that it had not seen

            A second network says before a workflow runs how likely its end hangs on each task and which part of the makespan \
            the task could delay, as many runs first in, first out with drawn durations would show. On \(evaluation.workflows) \
            workflows drawn like those that it learned from, with the shares of 200 runs as the truth: the average precision \
            with which it finds the tasks of \(BottleneckEvaluation.threshold) or more, the Brier score of the probabilities, the mean \
            absolute error of the delays as parts of the makespan, and their rank correlation.

            | | average precision | Brier | error of delays | rank correlation |
            |---|---|---|---|---|
            \(rows.joined(separator: "\n"))


            """
    }

    /// What the third network says of changes, beside the order in which they are proposed, and an empty line.
    private static func gains(_ evaluation: GainEvaluation) -> String {
        let rows = evaluation.entries.map { "| \($0.name) | \(interval($0.found)) | \(interval($0.gain)) |" }
        return """
            ## Changes of workflows that it had not seen

            Another network says what changes of a workflow will gain before they are simulated, so that those that gain much \
            come first where time is short. On \(evaluation.workflows) workflows drawn like those that it learned from: the largest \
            gain among the first \(GainEvaluation.first) changes as a part of the largest of all, and by how much the network's is more.

            | order | of the largest gain | the network's over it |
            |---|---|---|
            \(rows.joined(separator: "\n"))


            """
    }

    /// The champion of the time on the same lists and workflows, and an empty line; nothing where there was none.
    private static func champions(_ manifest: ModelManifest) -> String {
        let rows = manifest.metrics.compactMap { metric in
            metric.champion.map {
                "| \(metric.target) | \(number(metric.accuracy)) | \(number($0.accuracy)) (version \($0.version)) "
                    + "| \(number($0.difference)) [\(number($0.low)), \(number($0.high))] | \($0.rows) |"
            }
        }
        guard !rows.isEmpty else { return "" }
        return """
            ## Beside the champion

            The lower bound over the makespan, or the share that is right or found; the champion was asked on the same.

            | what | ours | champion | ours over it | of |
            |---|---|---|---|---|
            \(rows.joined(separator: "\n"))


            """
    }

    /// How the trainings went, at most ten rows of each, and an empty line; nothing where nothing was told.
    private static func curves(_ told: [OptimizerPublication.Progress]) -> String {
        var (looks, bottlenecks, gains) = ([(step: Int, value: Double)](), [(Int, Double)](), [(Int, Double)]())
        for progress in told {
            switch progress {
            case .look(let look): looks.append((look.step, look.ratio))
            case .bottlenecks(let step, let loss): bottlenecks.append((step, Double(loss)))
            case .gains(let step, let loss): gains.append((step, Double(loss)))
            }
        }
        let best = looks.min { $0.value < $1.value }?.step
        func rows(_ values: [(Int, Double)], kept: Int? = nil) -> String {
            let stride = max(1, (values.count + 7) / 8)
            return values.enumerated().filter { place, value in
                place % stride == 0 || place == values.count - 1 || value.0 == kept
            }.map { "| \($1.0)\($1.0 == kept ? " (best)" : "") | \(number($1.1)) |" }.joined(separator: "\n")
        }
        func section(_ title: String, _ heading: String, _ rows: String) -> String {
            rows.isEmpty ? "" : "## \(title)\n\n| step | \(heading) |\n|---|---|\n\(rows)\n\n"
        }
        return section(
            "Training curve", "gap over the key's, lists to choose the weights by", rows(looks, kept: best))
            + section(
                "Training curve of the network for bottlenecks", "mean loss of up to 100 steps", rows(bottlenecks))
            + section("Training curve of the network for changes", "mean loss of up to 100 steps", rows(gains))
    }

    private static func percent(_ estimate: Estimate) -> String {
        String(format: "%.3f %% [%.3f, %.3f]", 100 * estimate.value, 100 * estimate.low, 100 * estimate.high)
    }

    private static func interval(_ estimate: Estimate, _ factor: Double = 1) -> String {
        String(
            format: "%.3f [%.3f, %.3f]", factor * estimate.value, factor * estimate.low, factor * estimate.high)
    }

    /// At most three digits behind the point.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : String(format: "%.3g", value)
    }
}
