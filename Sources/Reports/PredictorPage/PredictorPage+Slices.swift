import Evaluation
import Workflows

extension PredictorPage {
    func types(_ page: inout HTMLPage) {
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

    func coldStart(_ page: inout HTMLPage) {
        page.heading("Cold start")
        page.paragraph(
            "Accuracy against the number of completed executions of the type that could be known when the forecast was made; "
                + "means over tasks, so that they do not add up to the accuracy above, which is a mean over types.")
        page.table(
            ["Target", "Known", "Tasks", "Accuracy", "Best baseline", "At or below 0.95"],
            rows: report.targets.flatMap { target in
                target.coldStart.map { known in
                    (
                        [
                            Formatting.name(of: target.target), Self.name(of: known), "\(known.rows)",
                            Formatting.fixed(known.accuracy, 3),
                            "\(Formatting.fixed(known.baselineAccuracy, 3)) (\(target.bestBaseline))",
                            Formatting.percent(known.coverage95),
                        ], false
                    )
                }
            }, texts: 2)
        let shown = report.targets.filter { $0.coldStart.count > 1 }
        page.figures(
            shown.map { target in
                let plot = ClassPlot(
                    classes: target.coldStart.map(Self.name),
                    series: [
                        (report.kind, target.coldStart.map(\.accuracy)),
                        (target.bestBaseline, target.coldStart.map(\.baselineAccuracy)),
                    ], x: "completed executions that were known", y: "accuracy")
                return (plot.svg(), "\(Formatting.name(of: target.target)): accuracy as a type becomes known.")
            })
    }

    private static func name(of known: KnownClass) -> String {
        switch known.high {
        case known.low: "\(known.low)"
        case .some(let high): "\(known.low)–\(high)"
        case nil: "≥ \(known.low)"
        }
    }

    func drift(_ page: inout HTMLPage) {
        page.heading("Drift over time")
        let shown = report.targets.filter { !$0.drift.isEmpty }
        guard !shown.isEmpty else {
            return page.paragraph(
                "The tested executions have no moments of submission, or are too few: there is no order in time to look at."
            )
        }
        page.paragraph(
            "The tested tasks in equal slices in the order of their submission: accuracy, that of the best baseline, and the "
                + "share at or below the quantile 0.95. Slices differ in the mix of types, which the baseline feels too."
        )
        page.figures(
            shown.map { target in
                let plot = ClassPlot(
                    classes: Self.labels(of: target.drift),
                    series: [
                        (report.kind, target.drift.map(\.accuracy)),
                        (target.bestBaseline, target.drift.map(\.baselineAccuracy)),
                        ("at or below 0.95", target.drift.map(\.coverage95)),
                    ], x: "since the first submission", y: "share", reference: 0.95)
                return (
                    plot.svg(),
                    "\(Formatting.name(of: target.target)): \(target.drift.count) slices of about \(target.drift[0].rows) tasks; the dashed line is 0.95."
                )
            })
    }

    /// The time since the first submission at four of the slices, where it differs from the one before.
    private static func labels(of slices: [TimeSlice]) -> [String] {
        let shown = Set((0..<4).map { $0 * (slices.count - 1) / 3 })
        var before = ""
        return slices.enumerated().map { place, slice in
            guard shown.contains(place), let first = slices.first else { return "" }
            let seconds = (place == slices.count - 1 ? slice.to : slice.from) - first.from
            let label =
                place == 0
                ? "0" : seconds < 172_800 ? Formatting.seconds(seconds) : "\(Formatting.short(seconds / 86_400)) d"
            defer { before = label }
            return label == before ? "" : label
        }
    }
}
