import Evaluation
import Files
import Workflows

/// How policies and clusters compare on streams of workflows, as a page and as text for a terminal.
public struct SchedulerPage: Sendable {
    /// What is shown.
    public var evaluation: SchedulerEvaluation
    /// What the streams are called.
    public var workload: String
    /// The command that makes the page again.
    public var command: String
    /// When it was made, in Unix seconds.
    public var moment: Double
    /// Runs of one stream whose task records were kept, to be drawn; empty where there are none.
    public var runs: [StreamRun]

    /// A page about `evaluation`.
    public init(
        _ evaluation: SchedulerEvaluation, runs: [StreamRun] = [], workload: String, command: String, moment: Double
    ) {
        self.evaluation = evaluation
        self.runs = runs
        self.workload = workload
        self.command = command
        self.moment = moment
    }

    private var report: SchedulerReport { evaluation.report }

    /// The whole page.
    public var html: String {
        var page = HTMLPage(title: "How \(workload) runs")
        page.paragraph(
            "\(report.workflows) workflows a stream, \(report.seeds.count == 1 ? "one stream" : "\(report.seeds.count) streams"), "
                + "load \(Formatting.fixed(report.load, 2)) on average. \(Formatting.moment(moment))", class: "soft")
        for entry in report.variants.dropFirst() { page.paragraph(verdict(entry), class: "verdict") }
        page.heading("What each variant comes to")
        page.table(Self.columns, rows: report.variants.enumerated().map { (cells($1), $0 == 0) })
        for sentence in report.variants.compactMap(choices) + report.variants.compactMap(incomplete) {
            page.paragraph(sentence)
        }
        if report.variants.count > 1 { differences(&page) }
        completions(&page)
        classes(&page)
        if !runs.isEmpty { use(&page) }
        page.heading("What the figures mean")
        page.definitions(Self.meanings)
        page.heading("How to make this page again")
        page.code(command)
        return page.text
    }

    /// The same for a terminal.
    public var terminalText: String {
        var table = TextTable(Self.columns)
        for entry in report.variants { table.append(cells(entry)) }
        return
            ([table.text, ""] + report.variants.dropFirst().map(verdict) + report.variants.compactMap(choices)
            + report.variants.compactMap(incomplete)).joined(separator: "\n")
    }

    /// How many workflows completed, on all streams.
    private func completed(_ entry: SchedulerReport.Entry) -> Int {
        entry.runs.reduce(0) { $0 + report.workflows - $1.givenUp }
    }

    /// How many workflows did not complete; nil where all did, or where that none did is said elsewhere.
    private func incomplete(_ entry: SchedulerReport.Entry) -> String? {
        let count = entry.runs.reduce(0) { $0 + $1.givenUp }
        guard count > 0, completed(entry) > 0 || entry.name == report.baseline else { return nil }
        return
            "\(entry.name): \(count) of \(report.workflows * entry.runs.count) workflows did not complete, and are in no time to "
            + "completion."
    }

    /// Whom a portfolio put in charge, and how often; nil where it is none.
    private func choices(_ entry: SchedulerReport.Entry) -> String? {
        let shares = entry.shares
        guard !shares.isEmpty else { return nil }
        let words = shares.map { "\($0.member) \(Formatting.percent($0.part))" }.joined(separator: ", ")
        return "\(entry.name): in charge behind an arrival \(words)."
    }

    private func verdict(_ entry: SchedulerReport.Entry) -> String {
        guard completed(entry) > 0 else { return "\(entry.name): no workflow completed." }
        guard report.variants.first.map(completed) ?? 0 > 0 else {
            return "\(entry.name): no workflow completed under \(report.baseline) to be compared with."
        }
        let difference = entry.completionDifference
        let size = Formatting.percent(abs(difference.value))
        let interval = "[\(Formatting.percent(difference.low)), \(Formatting.percent(difference.high))]"
        let words =
            switch entry.verdict {
            case .better: "\(size) sooner than under \(report.baseline)"
            case .tie: "in a tie with \(report.baseline), \(size) \(difference.value <= 0 ? "sooner" : "later")"
            case .worse: "\(size) later than under \(report.baseline)"
            }
        let mix = report.reward.flatMap { mix in entry.rewardDifference.map { Self.verdict($0, of: mix) } } ?? ""
        return "\(entry.name): workflows complete \(words)" + (report.seeds.count > 1 ? " \(interval)." : ".") + mix
    }

    private static func verdict(_ difference: Estimate, of mix: String) -> String {
        let words =
            difference.high < 0
            ? "less" : difference.low > 0 ? "more" : "a tie, \(difference.value <= 0 ? "less" : "more")"
        return " Of \(mix): \(words) by \(Formatting.percent(abs(difference.value))) "
            + "[\(Formatting.percent(difference.low)), \(Formatting.percent(difference.high))]."
    }

    private static let columns = [
        "Variant", "Mean completion", "95 %", "Longest", "Slowdown", "Failures / 100", "Late", "In use", "Core-hours",
        "GB-hours", "Cost",
    ]

    private func cells(_ entry: SchedulerReport.Entry) -> [String] {
        func mean(_ measure: (SchedulerReport.Measures) -> Double) -> Double {
            entry.runs.reduce(0) { $0 + measure($1) } / Double(max(entry.runs.count, 1))
        }
        let times =
            completed(entry) > 0
            ? [
                Formatting.seconds(mean(\.meanCompletion)), Formatting.seconds(mean(\.p95Completion)),
                Formatting.seconds(mean(\.longestCompletion)), Formatting.short(mean(\.meanSlowdown)),
            ] : ["–", "–", "–", "–"]
        return [entry.name] + times + [
            Formatting.short(mean(\.failuresPer100)), Formatting.short(mean { Double($0.missedDeadlines) }),
            Formatting.percent(mean(\.utilisation)), Formatting.short(mean(\.coreHours)),
            Formatting.short(mean(\.gigabyteHours)), Formatting.short(mean(\.cost)),
        ]
    }

    private func differences(_ page: inout HTMLPage) {
        let groups: [(title: String, of: (SchedulerReport.Entry) -> Estimate)] = [
            ("Mean completion", \.completionDifference), ("95 % completion", \.p95Difference),
            ("GB-hours", \.gigabyteHoursDifference), ("Cost", \.costDifference),
        ]
        let plot = IntervalPlot(
            groups: groups.map { group in
                (
                    title: group.title,
                    items: report.variants.dropFirst().map { entry in
                        let estimate = group.of(entry)
                        return IntervalPlot.Item(
                            name: entry.name, value: 1 + estimate.value, interval: 1 + estimate.low...1 + estimate.high,
                            isOurs: estimate.high < 0)
                    }
                )
            }, label: "over that of \(report.baseline)")
        page.figures(
            [(plot.svg(), "Below 1 is less than under \(report.baseline), with 95 % intervals over streams.")],
            width: .wide)
    }

    /// The variants that curves are drawn of, in the same order and so in the same colours everywhere: the baseline, and the
    /// three that come to most.
    private var drawn: [Int] {
        let others = report.variants.indices.dropFirst().sorted {
            report.variants[$0].completionDifference.value < report.variants[$1].completionDifference.value
        }
        return [0] + others.prefix(3).sorted()
    }

    private func completions(_ page: inout HTMLPage) {
        page.heading("How long workflows take")
        let series = drawn.map { place in
            (report.variants[place].name, evaluation.completions[place].compactMap(\.seconds))
        }
        guard series.contains(where: { !$0.1.isEmpty }) else { return page.paragraph("No workflow completed.") }
        page.figures(
            [
                (
                    DistributionPlot(series: series, label: "time from arrival to completion").svg(),
                    "The share of workflows that completed within each time; further left is better."
                )
            ], width: .wide)
    }

    /// Mean completion by the work of workflows: which of them gain and which lose.
    private func classes(_ page: inout HTMLPage) {
        guard let first = evaluation.completions.first, first.count >= 8 else { return }
        page.heading("Where the difference comes from")
        page.paragraph(
            "Workflows in four equal classes by their core-seconds, and the mean time to completion of each.")
        let order = first.indices.sorted { (first[$0].work, $0) < (first[$1].work, $1) }
        let names = ["smallest quarter", "second quarter", "third quarter", "largest quarter"]
        page.table(
            ["Workflows", "Up to core-seconds"] + report.variants.map(\.name),
            rows: names.enumerated().map { quarter, name in
                let members = order[quarter * order.count / 4..<(quarter + 1) * order.count / 4]
                let means = evaluation.completions.map { workflows in
                    let seconds = members.compactMap { workflows[$0].seconds }
                    return seconds.isEmpty ? "–" : Formatting.seconds(seconds.reduce(0, +) / Double(seconds.count))
                }
                return ([name, Formatting.short(members.last.map { first[$0].work } ?? 0)] + means, false)
            })
    }

    private func use(_ page: inout HTMLPage) {
        page.heading("How much of the cluster is in use")
        let end = runs.map(\.result.ended).max() ?? 0
        let series = drawn.filter(runs.indices.contains).map { runs[$0] }.map { run in
            let cores = run.variant.cluster.nodes.reduce(0) { $0 + $1.cores }
            let held = Occupation(run.bars, end: end, columns: 250, weight: \.cores)
            return (name: run.variant.name, shares: held.means.map { $0 / cores })
        }
        let plot = OccupationPlot(series: series, end: end, label: "cores held")
        page.figures([(plot.svg(), "The share of all cores that tasks hold.")], width: .wide)
        page.heading("Who runs where and when")
        for run in runs.prefix(2) {
            let gantt = GanttPlot(run.variant.cluster, bars: run.bars, end: end).svg()
            let what =
                gantt.showsTasks
                ? "a bar for each task, its colour the application" : "the darker, the more of a node's cores are held"
            page.figures([(gantt.text, "\(run.variant.name): \(what).")], width: .whole)
        }
    }

    private static let meanings = [
        (
            "Completion",
            "from a workflow's arrival to the end of its last task; the mean, the 95th percentile, the longest."
        ),
        ("Slowdown", "that time over the workflow's critical path at the fastest speed, the mean."),
        ("Failures / 100", "executions that did not end well for each 100 tasks, all attempts counted."),
        ("Late", "workflows that missed a deadline, theirs or that of a task."),
        ("In use", "the part of the cluster's core-seconds, from the first arrival to the last end, that tasks held."),
        ("Core-hours, GB-hours", "held from a task's placement to its end, failed attempts included."),
        ("Cost", "price of the time that nodes are on: a node is off when it has had no task for 60 s."),
    ]
}

extension StreamRun {
    /// What each attempt held of its node.
    fileprivate var bars: [TaskBar] {
        result.records.map { record in
            let member = members[record.arrival]
            return TaskBar(
                node: record.node, placed: record.placed, start: max(record.placed, min(record.start, record.end)),
                end: record.end, cores: member.taskCores[record.task],
                name: "\(record.arrival): \(member.taskIDs[record.task])",
                kind: lastComponent(of: member.application))
        }.filter { $0.end > $0.placed }
    }

    /// Tasks by their start, for a terminal.
    public var taskTable: String {
        let listed = 30
        var table = TextTable(["workflow", "task", "node", "start", "end"], texts: 3)
        let records = result.records.sorted { ($0.start, $0.arrival, $0.task) < ($1.start, $1.arrival, $1.task) }
        for record in records.prefix(listed) {
            let member = members[record.arrival]
            table.append([
                Formatting.shortened(lastComponent(of: member.application), to: 30),
                Formatting.shortened(member.taskIDs[record.task], to: 40), variant.cluster.nodes[record.node].name,
                Formatting.seconds(record.start), Formatting.seconds(record.end),
            ])
        }
        let more = records.count - listed
        return table.text + (more > 0 ? "\n… and \(more) more; --json lists all" : "")
    }
}
