import Evaluation
import Workflows

/// The evaluation of a predictor as a page and as text for a terminal.
public struct PredictorPage: Sendable {
    /// What is shown.
    public var evaluation: PredictorEvaluation
    /// What the data is called.
    public var dataset: String
    /// The command that makes the page again.
    public var command: String
    /// When it was made, in Unix seconds.
    public var moment: Double

    /// A page about `evaluation`.
    public init(_ evaluation: PredictorEvaluation, dataset: String, command: String, moment: Double) {
        self.evaluation = evaluation
        self.dataset = dataset
        self.command = command
        self.moment = moment
    }

    private var report: PredictorReport { evaluation.report }

    /// The whole page.
    public var html: String {
        var page = HTMLPage(title: "How well \(report.kind) predicts CPU, memory and duration")
        page.paragraph(
            "\(dataset): \(report.usableRows) usable executions of \(report.rows), divided by the protocol "
                + "\(report.protocol.rawValue) (\(report.folds == 1 ? "one fold" : "\(report.folds) folds")), seed \(report.seed). "
                + Formatting.moment(moment), class: "soft")
        if report.shuffledLabels {
            page.paragraph(
                "Labels were shuffled within each task type before training: nothing can be learned but each type's distribution."
            )
        }
        guard !report.targets.isEmpty else {
            page.paragraph("No task type has five tested executions: there is nothing to score.", class: "verdict")
            return page.text
        }
        for target in report.targets { page.paragraph(Self.verdict(target, kind: report.kind), class: "verdict") }
        accuracy(&page)
        calibration(&page)
        scatter(&page)
        sizing(&page)
        types(&page)
        worst(&page)
        definitions(&page)
        page.heading("How to make this page again")
        page.code(command)
        return page.text
    }

    /// What the comparison with the best baseline says, losses as plainly as gains.
    static func verdict(_ target: PredictorReport.Target, kind: String) -> String {
        let difference =
            "\(Formatting.fixed(target.difference.value, 3)) [\(Formatting.fixed(target.difference.low, 3)), \(Formatting.fixed(target.difference.high, 3))]"
        let accuracy = Formatting.percent(target.ours.accuracy.value)
        let words =
            switch target.verdict {
            case .better: "better than the best baseline"
            case .tie: "a tie with the best baseline"
            case .worse: "worse than the best baseline"
            }
        return "\(Formatting.name(of: target.target)): accuracy \(accuracy), \(words), \(target.bestBaseline) "
            + "(difference \(difference))."
    }

    private func accuracy(_ page: inout HTMLPage) {
        page.heading("Accuracy beside the baselines, on the same executions")
        page.table(
            [
                "Target", "Model", "Accuracy [95 %]", "Median error", "Within 15 %", "Weighted error", "Cold",
                "Accuracy, cold", "Rows", "Types",
            ],
            rows: report.targets.flatMap { target in
                let entries =
                    [("\(report.kind) (ours)", target.ours, true)]
                    + target.baselines.map { ($0.name, $0.metrics, false) }
                return entries.map { name, metrics, isOurs in
                    (
                        [
                            Formatting.name(of: target.target), name, Self.interval(metrics.accuracy),
                            Formatting.percent(metrics.medianError), Formatting.percent(metrics.within15),
                            Formatting.percent(metrics.weightedError), Formatting.percent(metrics.coldShare),
                            metrics.coldAccuracy.map { Formatting.fixed($0, 3) } ?? "–", "\(metrics.rows)",
                            "\(metrics.types)",
                        ], isOurs
                    )
                }
            }, texts: 2)
        let groups = report.targets.map { target in
            let entries = [(report.kind, target.ours, true)] + target.baselines.map { ($0.name, $0.metrics, false) }
            return (
                title: Formatting.name(of: target.target),
                items: entries.map {
                    IntervalPlot.Item(
                        name: $0.0, value: $0.1.accuracy.value, interval: $0.1.accuracy.low...$0.1.accuracy.high,
                        isOurs: $0.2)
                }
            )
        }
        page.figures(
            [
                (
                    IntervalPlot(groups: groups, label: "Accuracy").svg(),
                    "Accuracy with 95 % intervals over task types; further right is better."
                )
            ], width: .wide)
    }

    static func interval(_ estimate: Estimate) -> String {
        "\(Formatting.fixed(estimate.value, 3)) [\(Formatting.fixed(estimate.low, 3)), \(Formatting.fixed(estimate.high, 3))]"
    }

    private func calibration(_ page: inout HTMLPage) {
        page.heading("Calibration")
        page.paragraph(
            "Of the tasks, 95 % should stay at or below their quantile 0.95. On the diagonal the intervals say what they mean."
        )
        page.table(
            [
                "Target", "At or below 0.05", "At or below 0.5", "At or below 0.95", "Worst type with 50 rows",
                "Within the interval",
            ],
            rows: report.targets.map { target in
                (
                    [Formatting.name(of: target.target)] + target.calibration.map { Formatting.percent($0.observed) }
                        + [
                            target.ours.worstTypeCoverage95.map { Formatting.percent($0) } ?? "–",
                            Formatting.percent(target.ours.coverage90),
                        ], false
                )
            })
        let plot = CalibrationPlot(
            series: report.targets.map { target in
                (Formatting.name(of: target.target), target.calibration.map { ($0.nominal, $0.observed) })
            })
        page.figures([(plot.svg(), "Share of tasks at or below each quantile that was forecast.")])
    }

    private func scatter(_ page: inout HTMLPage) {
        page.heading("Forecast and measurement")
        page.figures(
            report.targets.map { target in
                let rows = evaluation.predictions.filter { $0.target == target.target }
                let plot = ScatterPlot(
                    points: rows.map { ($0.actual, $0.p50) }, xLabel: "measured", yLabel: "forecast (median)",
                    format: { Self.tick($0, of: target.target) })
                return (
                    plot.svg(),
                    "\(Formatting.name(of: target.target)): \(rows.count) tasks; on the diagonal the forecast was right."
                )
            })
    }

    private static func tick(_ value: Double, of target: ResourceTarget) -> String {
        target == .cpu ? Formatting.short(value) : Formatting.value(value, of: target)
    }

    private func sizing(_ page: inout HTMLPage) {
        guard let ours = report.sizing, let request = report.requestSizing else { return }
        let others = report.sizingBaselines.map { ($0.name, $0.metrics, false) }
        page.heading("Memory that would have been asked for")
        page.table(
            ["", "Used / allocated", "Failures per 100 tasks", "Used (GB·h)", "Wasted (GB·h)"],
            rows: ([("ours", ours, true)] + others + [("request", request, false)]).map { name, metrics, isOurs in
                (
                    [
                        name, Formatting.percent(metrics.quality), Formatting.fixed(metrics.failuresPer100, 2),
                        Formatting.short(metrics.usedGigabyteHours), Formatting.short(metrics.wastedGigabyteHours),
                    ], isOurs
                )
            })
    }

    private func types(_ page: inout HTMLPage) {
        page.heading("Accuracy by task type")
        page.paragraph(
            "The worst first, at most thirty for each target; the mark is the best baseline on the same tasks.")
        page.figures(
            report.targets.map { target in
                let bars = target.types.prefix(30).map {
                    (name: $0.taskType, value: $0.accuracy, mark: $0.baselineAccuracy)
                }
                let title = "\(Formatting.name(of: target.target)): accuracy by task type"
                return (
                    BarPlot(bars: bars, label: title).svg(),
                    "\(title); \(target.types.count) types with five rows or more."
                )
            }, width: .wide)
    }

    private func worst(_ page: inout HTMLPage) {
        page.heading("The worst forecasts")
        page.table(
            ["Target", "Task type", "Task", "Run", "Measured", "Forecast", "Quantile 0.95"],
            rows: report.targets.flatMap { target in
                evaluation.predictions.filter { $0.target == target.target }
                    .sorted { ($0.error, $1.row) > ($1.error, $0.row) }.prefix(5)
                    .map { row in
                        (
                            [
                                Formatting.name(of: row.target), row.taskType, row.taskID, row.run,
                                Formatting.value(row.actual, of: row.target), Formatting.value(row.p50, of: row.target),
                                Formatting.value(row.p95, of: row.target),
                            ].map { Formatting.shortened($0, to: 48) }, false
                        )
                    }
            }, texts: 4)
    }

    private func definitions(_ page: inout HTMLPage) {
        page.heading("What the figures mean")
        page.definitions([
            (
                "Accuracy",
                "1 - min(|forecast - measured| / measured, 1), averaged over the tasks of a type (five or more), then over the types of a workflow, then over workflows. The interval resamples types."
            ),
            (
                "median, last, linear",
                "Baselines trained on the same rows: the median of the type, its last execution, and a line over what is known at submission."
            ),
            ("Cold", "Tasks of a type of which no completed execution was known."),
            (
                "Used / allocated",
                "Gigabyte-hours used over gigabyte-hours allocated; a failed attempt wastes its allocation and is tried again with the double. The request is the recorded one, else the largest value of the type so far, rounded up to a power of two."
            ),
        ])
    }

    /// The comparison as a table for a terminal.
    public var terminalText: String {
        guard !report.targets.isEmpty else {
            return "no task type has five tested executions: there is nothing to score"
        }
        var table = TextTable(
            [
                "target", "model", "accuracy [95 %]", "median error", "within 15 %", "at or below p95", "cold", "rows",
                "types",
            ], texts: 2)
        for target in report.targets {
            let entries = [("\(report.kind) (ours)", target.ours)] + target.baselines.map { ($0.name, $0.metrics) }
            for (name, metrics) in entries {
                table.append([
                    target.target.rawValue, name, Self.interval(metrics.accuracy),
                    Formatting.percent(metrics.medianError),
                    Formatting.percent(metrics.within15), Formatting.percent(metrics.coverage95),
                    Formatting.percent(metrics.coldShare), "\(metrics.rows)", "\(metrics.types)",
                ])
            }
        }
        return ([table.text, ""] + report.targets.map { Self.verdict($0, kind: report.kind) }).joined(separator: "\n")
    }
}
