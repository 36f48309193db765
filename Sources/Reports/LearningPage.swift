import Evaluation

/// Learning curves over seeds, and what each part of the learner is worth, as a page and as text for a terminal.
public struct LearningPage: Sendable {
    /// What is shown.
    public var report: LearningReport
    /// What the streams are called.
    public var workload: String
    /// The command that makes the page again.
    public var command: String
    /// When it was made, in Unix seconds.
    public var moment: Double

    /// A page about `report`.
    public init(_ report: LearningReport, workload: String, command: String, moment: Double) {
        (self.report, self.workload, self.command, self.moment) = (report, workload, command, moment)
    }

    /// The whole page.
    public var html: String {
        var page = HTMLPage(title: "How deep Q-learning goes on \(workload)")
        page.paragraph("\(setting) \(Formatting.moment(moment))", class: "soft")
        for entry in report.entries.dropFirst() { page.paragraph(verdict(entry), class: "verdict") }
        page.heading("What is left out")
        page.table(Self.columns, rows: report.entries.enumerated().map { (cells($1), $0 == 0) })
        let plot = IntervalPlot(
            groups: [
                ("At the end", items(\.endDifference)), ("Over all epochs", items(\.wholeDifference)),
            ],
            label: "points of \(report.reward ?? "completion") over that of \(report.rule), less the whole learner's",
            neutral: 0)
        if report.entries.count > 1 {
            page.figures(
                [(plot.svg(), "Right of 0 is later than the whole learner, with 95 % intervals over seeds.")],
                width: .wide)
        }
        page.heading("Learning curves")
        page.figures(curves)
        if !report.hyperparameters.isEmpty {
            page.heading("What it learned with")
            page.table(
                ["Setting", "Value"],
                rows: report.hyperparameters.sorted { $0.key < $1.key }.map {
                    ([$0.key, Formatting.short($0.value)], false)
                })
        }
        page.heading("What the figures mean")
        page.definitions(Self.meanings(report.rule, report.reward))
        page.heading("How to make this page again")
        page.code(command)
        return page.text
    }

    /// The same for a terminal.
    public var terminalText: String {
        var table = TextTable(Self.columns)
        for entry in report.entries { table.append(cells(entry)) }
        return ([setting, "", table.text, ""] + report.entries.dropFirst().map(verdict)).joined(separator: "\n")
    }

    private var setting: String {
        "\(report.seeds.count) seeds, \(report.epochs) epochs of \(report.episodes) streams each, evaluated on "
            + "\(report.validationStreams) other streams."
            + (report.reward.map { " Rewarded is little of \($0), each part over that of \(report.rule)." } ?? "")
    }

    private static let columns = ["Variant", "Untrained", "At the end", "Interval", "Over all epochs", "Best epoch"]

    private func cells(_ entry: LearningReport.Entry) -> [String] {
        let mean = entry.mean
        return [
            entry.name, percent(mean.first ?? 0), percent(entry.end.value),
            "\(percent(entry.end.low)) to \(percent(entry.end.high))", percent(entry.whole.value),
            percent(mean.dropFirst().min() ?? 0),
        ]
    }

    private func percent(_ value: Double) -> String { (value > 0 ? "+" : "") + Formatting.percent(value) }

    private func verdict(_ entry: LearningReport.Entry) -> String {
        let difference = entry.endDifference
        let points = Formatting.fixed(100 * abs(difference.value), 1)
        let interval = "[\(Formatting.fixed(100 * difference.low, 1)), \(Formatting.fixed(100 * difference.high, 1))]"
        let words =
            switch entry.verdict {
            case .better: "\(points) points better without it"
            case .tie: "a tie, \(points) points \(difference.value <= 0 ? "better" : "worse") without it"
            case .worse: "\(points) points worse without it"
            }
        return "\(entry.name): \(words) \(interval)."
    }

    private func items(_ estimate: (LearningReport.Entry) -> Estimate) -> [IntervalPlot.Item] {
        report.entries.dropFirst().map { entry in
            let estimate = estimate(entry)
            return IntervalPlot.Item(
                name: entry.name, value: 100 * estimate.value,
                interval: 100 * estimate.low...100 * estimate.high,
                isOurs: estimate.low > 0)
        }
    }

    /// The whole learner alone, then beside each variant.
    private var curves: [(svg: String, caption: String)] {
        guard let whole = report.entries.first else { return [] }
        func curve(_ entry: LearningReport.Entry) -> CurvePlot.Curve {
            var curve = CurvePlot.Curve(entry.name, entry.mean.map { 100 * $0 })
            curve.ranges = entry.range.map { 100 * $0.lowerBound...100 * $0.upperBound }
            return curve
        }
        let others = report.entries.dropFirst()
        return (others.isEmpty ? [[whole]] : others.map { [whole, $0] }).map { entries in
            var plot = CurvePlot(
                entries.map(curve), x: "epoch",
                y: report.reward == nil ? "% later than \(report.rule)" : "% more of the mix")
            plot.first = 0
            return (
                plot.drawing, "\(entries[entries.count - 1].name): the mean over seeds, and from the least to the most."
            )
        }
    }

    private static func meanings(_ rule: String, _ mix: String?) -> [(String, String)] {
        [
            mix.map {
                ($0, "the weighted mean of its parts, each over that under \(rule), minus 1: 0 is as good as the rule.")
            }
                ?? (
                    "Completion",
                    "mean seconds from arrival to completion over those under \(rule), minus 1: 0 is as good as the rule."
                ),
            (
                "At the end",
                "the mean over the last quarter of the epochs; the interval is a bootstrap over seeds, narrow for few."
            ),
            ("Over all epochs", "the mean behind each epoch: smaller where it learns sooner."),
            ("Best epoch", "the smallest mean over seeds; of a training the best epoch of its own is kept."),
        ]
    }
}
