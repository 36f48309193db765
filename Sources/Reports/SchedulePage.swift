import Simulation
import Workflows

/// One planned schedule as a page: who runs where and when, what its end hangs on, and what else there was.
public struct SchedulePage: Sendable {
    /// The plan.
    public var plan: SchedulePlan
    /// What was planned.
    public var instance: SchedulingInstance
    /// The kind of each task, for its colour.
    public var kinds: [String]
    /// The run of the plan.
    public var timetable: Timetable
    /// What first in, first out makes of the same.
    public var baseline: Timetable
    /// What the workflow is called.
    public var name: String
    /// The command that makes the page again.
    public var command: String
    /// When it was made, in Unix seconds.
    public var moment: Double

    /// A page about `plan` for `instance`.
    ///
    /// - Throws: `InputError` where the plan does not belong to the instance.
    public init(
        _ plan: SchedulePlan, of instance: SchedulingInstance, kinds: [String], baseline: Timetable, name: String,
        command: String, moment: Double
    ) throws {
        precondition(kinds.count == instance.taskCount, "\(kinds.count) kinds for \(instance.taskCount) tasks")
        self.plan = plan
        self.instance = instance
        self.kinds = kinds
        timetable = try Timetable(plan.schedule, of: instance)
        self.baseline = baseline
        self.name = name
        self.command = command
        self.moment = moment
    }

    /// The whole page.
    public var html: String {
        var page = HTMLPage(title: "Schedule of \(name) on \(instance.nodeCount) nodes")
        page.paragraph(
            "\(instance.taskCount) tasks, \(instance.graph.edgeCount) dependencies. \(Formatting.moment(moment))",
            class: "soft")
        guard instance.taskCount > 0 else {
            page.paragraph("There is nothing to schedule.", class: "verdict")
            return page.text
        }
        page.paragraph(verdict, class: "verdict")
        gantt(&page)
        occupation(&page)
        gain(&page)
        chain(&page)
        alternatives(&page)
        page.heading("How to make this page again")
        page.code(command)
        return page.text
    }

    private var verdict: String {
        let (makespan, bound) = (timetable.makespan, plan.lowerBound)
        let gap = bound > 0 ? makespan / bound - 1 : 0
        let finder = plan.policy == plan.foundBy ? plan.policy : "\(plan.policy), by its member \(plan.foundBy),"
        let sooner = baseline.makespan > 0 ? 1 - makespan / baseline.makespan : 0
        return "Planned by \(finder) the last task ends after \(Formatting.seconds(makespan)): "
            + (gap < 5e-4
                ? "no schedule ends sooner" : "at most \(Formatting.percent(gap)) over the shortest there could be")
            + (plan.foundBy == "fifo"
                ? "" : ", \(Formatting.percent(abs(sooner))) \(sooner >= 0 ? "sooner" : "later") than ")
            + (plan.foundBy == "fifo" ? "" : "first in, first out (\(Formatting.seconds(baseline.makespan)))")
            + ". Schedules compared: \(plan.iterations), in \(Formatting.seconds(plan.decisionMs / 1000))."
    }

    private func gantt(_ page: inout HTMLPage) {
        page.heading("Who runs where and when")
        let chain = Set(DelayChain(timetable, of: instance).links.map(\.task))
        let plot = GanttPlot(
            instance.cluster, bars: timetable.bars(of: instance, kinds: kinds, marking: chain), end: timetable.makespan)
        page.figures([plot.captioned()], width: .whole)
    }

    private func occupation(_ page: inout HTMLPage) {
        page.heading("How much of the cluster is in use")
        let cores = instance.cluster.nodes.reduce(0) { $0 + $1.cores }
        let end = max(timetable.makespan, baseline.makespan)
        let runs =
            plan.foundBy == "fifo" ? [(plan.foundBy, timetable)] : [(plan.foundBy, timetable), ("fifo", baseline)]
        let series = runs.map { name, run in
            let held = Occupation(run.bars(of: instance, kinds: kinds), end: end, columns: 250, weight: \.cores)
            return (name, held.means.map { $0 / cores })
        }
        page.figures(
            [
                (
                    OccupationPlot(series: series, end: end, label: "cores held").svg(),
                    "The share of all cores that tasks hold."
                )
            ],
            width: .wide)
    }

    private func gain(_ page: inout HTMLPage) {
        page.heading("Where the difference comes from")
        page.paragraph(
            "The time up to the end of the last task, along the parents that were waited for longest: running, waiting for "
                + "files from other nodes, waiting for room; and what the whole run uses.")
        let runs = [(plan.foundBy, timetable, true), ("fifo", baseline, false)]
        page.table(
            [
                "Policy", "Ends after", "Running", "Files", "Room", "Cores in use", "Core-hours", "GB-hours", "Cost",
            ],
            rows: (plan.foundBy == "fifo" ? Array(runs.prefix(1)) : runs).map { name, run, isOurs in
                let shares = MakespanShares(run, of: instance)
                let use = ResourceUse(run, of: instance)
                let cores = instance.cluster.nodes.reduce(0) { $0 + $1.cores }
                let inUse = run.makespan > 0 ? use.coreHours * 3600 / (cores * run.makespan) : 0
                return (
                    [
                        name, Formatting.seconds(run.makespan), Formatting.seconds(shares.running),
                        Formatting.seconds(shares.transfers), Formatting.seconds(shares.room),
                        Formatting.percent(inUse), Formatting.short(use.coreHours),
                        Formatting.short(use.gigabyteHours), Formatting.short(use.cost),
                    ], isOurs
                )
            })
    }

    private func chain(_ page: inout HTMLPage) {
        page.heading("What the end hangs on")
        let links = DelayChain(timetable, of: instance).links
        page.paragraph("The last task first; \(links.count) tasks in all.", class: "soft")
        page.table(
            ["Task", "Node", "Waited for", "Start", "End", "Waited"],
            rows: links.prefix(20).map { link in
                let name = { (task: Int) in Formatting.shortened(instance.workflow.tasks[task].id, to: 40) }
                let cause =
                    switch link.cause {
                    case .nothing: "–"
                    case .transfer(let parent): "files of \(name(parent))"
                    case .room(let holder): "room behind \(name(holder))"
                    }
                let node = instance.cluster.nodes[timetable.nodes[link.task]].name
                return (
                    [
                        name(link.task), node, cause, Formatting.seconds(timetable.starts[link.task]),
                        Formatting.seconds(timetable.ends[link.task]), Formatting.seconds(link.waited),
                    ], false
                )
            }, texts: 3)
    }

    private func alternatives(_ page: inout HTMLPage) {
        guard plan.alternatives.count > 1 else { return }
        page.heading("What else there was")
        let best = timetable.makespan
        page.table(
            ["Policy", "Ends after", "Longer by", "Cost"],
            rows: plan.alternatives.sorted { $0.makespan < $1.makespan }.map { alternative in
                (
                    [
                        alternative.policy, Formatting.seconds(alternative.makespan),
                        best > 0 ? Formatting.percent(alternative.makespan / best - 1, 2) : "–",
                        alternative.cost.map { Formatting.short($0) } ?? "–",
                    ], alternative.policy == plan.foundBy
                )
            })
    }
}
