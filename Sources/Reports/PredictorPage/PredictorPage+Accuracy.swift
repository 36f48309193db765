import Evaluation
import Workflows

extension PredictorPage {
    /// Every kind that ran, ours first: name, figures, whether it is ours.
    static func entries(_ target: PredictorReport.Target, kind: String) -> [(String, TargetMetrics, Bool)] {
        [("\(kind) (ours)", target.ours, true)] + target.baselines.map { ($0.name, $0.metrics, false) }
            + target.comparisons.map { ($0.name, $0.metrics, false) }
    }

    func accuracy(_ page: inout HTMLPage) {
        page.heading("Accuracy beside the baselines, on the same executions")
        page.table(
            [
                "Target", "Model", "Accuracy [95 %]", "Median error", "Within 15 %", "Weighted error", "Cold",
                "Accuracy, cold", "Rows", "Types",
            ],
            rows: report.targets.flatMap { target in
                Self.entries(target, kind: report.kind).map { name, metrics, isOurs in
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
            (
                title: Formatting.name(of: target.target),
                items: Self.entries(target, kind: report.kind).map { name, metrics, isOurs in
                    IntervalPlot.Item(
                        name: isOurs ? report.kind : name, value: metrics.accuracy.value,
                        interval: metrics.accuracy.low...metrics.accuracy.high, isOurs: isOurs)
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

    /// Ours beside the same without a part of it.
    func ablation(_ page: inout HTMLPage) {
        let comparisons = report.targets.flatMap { target in target.comparisons.map { (target.target, $0) } }
        guard !comparisons.isEmpty else { return }
        page.heading("What the learned part adds")
        page.paragraph(
            "The same rows answered by kinds that \(report.kind) stands on or competes with, and the difference in accuracy, "
                + "paired by task type. Where the interval holds zero, what \(report.kind) has beyond them adds nothing that "
                + "could be seen here.")
        page.table(
            [
                "Target", "Without it", "Its accuracy [95 %]", "\(report.kind) minus it [95 %]", "At or below p95",
                "Verdict",
            ],
            rows: comparisons.map { target, comparison in
                let verdict =
                    switch comparison.verdict {
                    case .better: "adds"
                    case .tie: "a tie"
                    case .worse: "takes away"
                    }
                return (
                    [
                        Formatting.name(of: target), comparison.name, Self.interval(comparison.metrics.accuracy),
                        Self.interval(comparison.difference), Formatting.percent(comparison.metrics.coverage95),
                        verdict,
                    ], false
                )
            }, texts: 2)
    }

    func scatter(_ page: inout HTMLPage) {
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
}
