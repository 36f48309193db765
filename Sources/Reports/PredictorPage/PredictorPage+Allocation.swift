import Evaluation
import Workflows

extension PredictorPage {
    func allocation(_ page: inout HTMLPage) {
        page.heading("Too little and too much")
        page.paragraph(
            "What would have been asked for over what was used. Below 1 the task would have failed for want of memory or time, "
                + "or run on fewer cores than it could use; above 1 the rest lies idle.")
        page.table(
            [
                "Target", "Too little", "Up to 1.5 ×", "1.5 to 2 ×", "Over 2 ×", "Ratio at 5 %", "Median ratio",
                "Ratio at 95 %",
            ],
            rows: report.targets.map { target in
                let spread = target.allocation
                return (
                    [Formatting.name(of: target.target)]
                        + [spread.under, spread.upToHalfOver, spread.upToTwice, spread.overTwice].map {
                            Formatting.percent($0)
                        } + [spread.ratio05, spread.ratio50, spread.ratio95].map(Formatting.short), false
                )
            })
        page.figures(
            report.targets.map { target in
                let plot = HistogramPlot(
                    bins: target.allocation.bins.map { .init(low: $0.low, high: $0.high, share: $0.share) }, divide: 1,
                    label: "asked for / used")
                return (
                    plot.svg(),
                    "\(Formatting.name(of: target.target)): \(Formatting.percent(target.allocation.under)) of the tasks lie left of 1 and would have had too little."
                )
            })
    }

    func sizing(_ page: inout HTMLPage) {
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
}
