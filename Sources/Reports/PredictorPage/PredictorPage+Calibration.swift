import Evaluation
import Workflows

extension PredictorPage {
    func calibration(_ page: inout HTMLPage) {
        page.heading("Calibration")
        page.paragraph(
            "Of the tasks, 95 % should stay at or below their quantile 0.95. On the diagonal the quantiles say what they mean."
        )
        let levels = report.targets.map { $0.calibration.map(\.nominal) }.max { $0.count < $1.count } ?? []
        page.table(
            ["Target"] + levels.map { "≤ \($0)" } + ["Within 0.05–0.95"],
            rows: report.targets.map { target in
                let shares = levels.map { level in
                    target.calibration.first { $0.nominal == level }.map { Formatting.percent($0.observed) } ?? "–"
                }
                return (
                    [Formatting.name(of: target.target)] + shares + [Formatting.percent(target.ours.coverage90)], false
                )
            })
        let plot = CalibrationPlot(
            series: report.targets.map { target in
                (Formatting.name(of: target.target), target.calibration.map { ($0.nominal, $0.observed) })
            })
        page.figures([(plot.svg(), "Share of tasks at or below each quantile that was forecast.")])
        typeCoverage(&page)
    }

    /// The types that are covered least.
    private func typeCoverage(_ page: inout HTMLPage) {
        let worst = report.targets.flatMap { target in target.coverage.prefix(5).map { (target.target, $0) } }
        guard !worst.isEmpty else {
            return page.paragraph("No task type has the 50 tested rows that its own coverage would need.")
        }
        let few = report.targets.map { target in
            let below = target.coverage.count { $0.coverage95 < 0.85 }
            return "\(Formatting.name(of: target.target)) \(below) of \(target.coverage.count)"
        }
        page.paragraph(
            "Types with 50 rows or more of which under 85 % stay at or below their quantile 0.95: "
                + few.joined(separator: ", ") + ". Those that are covered least:")
        page.table(
            ["Target", "Task type", "At or below 0.95", "Rows"],
            rows: worst.map { target, type in
                (
                    [
                        Formatting.name(of: target), Formatting.shortened(type.taskType, to: 48),
                        Formatting.percent(type.coverage95), "\(type.rows)",
                    ], false
                )
            }, texts: 2)
    }
}
