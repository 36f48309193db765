import Simulation
import Workflows

/// What holds a workflow back and what to change about it, as a page: the workflow with its bottlenecks, the suggestions, the
/// run before and after, and what else there is to choose.
public struct OptimizationPage: Sendable {
    /// A run of the workflow.
    public struct Run: Sendable {
        /// What ran.
        public var instance: SchedulingInstance
        /// The kind of each task, for its colour.
        public var kinds: [String]
        /// When and where.
        public var timetable: Timetable

        /// A run.
        public init(_ timetable: Timetable, of instance: SchedulingInstance, kinds: [String]) {
            precondition(kinds.count == instance.taskCount, "\(kinds.count) kinds for \(instance.taskCount) tasks")
            self.instance = instance
            self.kinds = kinds
            self.timetable = timetable
        }

        /// Tasks that the end of the run hangs on.
        var chain: Set<Int> { Set(DelayChain(timetable, of: instance).links.map(\.task)) }
    }

    /// What was found.
    public var plan: OptimizationPlan
    /// The rule that was to schedule the workflow.
    public var policy: String
    /// The run as it is.
    public var before: Run
    /// The run with the recommended changes.
    public var after: Run
    /// What the workflow is called.
    public var name: String
    /// The command that makes the page again.
    public var command: String
    /// When it was made, in Unix seconds.
    public var moment: Double

    /// A page about `plan`.
    public init(
        _ plan: OptimizationPlan, under policy: String, before: Run, after: Run, name: String, command: String,
        moment: Double
    ) {
        self.plan = plan
        self.policy = policy
        self.before = before
        self.after = after
        self.name = name
        self.command = command
        self.moment = moment
    }

    /// The whole page.
    public var html: String {
        let instance = before.instance
        var page = HTMLPage(title: "What holds \(name) back")
        page.paragraph(
            "\(instance.taskCount) tasks, \(instance.graph.edgeCount) dependencies, \(instance.nodeCount) nodes. "
                + Formatting.moment(moment), class: "soft")
        guard instance.taskCount > 0 else {
            page.paragraph("There is nothing to improve.", class: "verdict")
            return page.text
        }
        page.paragraph(verdict, class: "verdict")
        let chain = before.chain
        graph(&page, chain: chain)
        bottlenecks(&page)
        limits(&page)
        suggestions(&page)
        gantt(&page, chain: chain)
        front(&page)
        page.heading("How to make this page again")
        page.code(command)
        return page.text
    }

    private var verdict: String {
        let (old, new) = (plan.analysis.before.makespan, plan.after.makespan)
        let now = "\(plan.analysis.underPolicy(asked: policy)) the workflow ends after \(Formatting.seconds(old))"
        guard !plan.recommended.isEmpty else {
            return now + ". "
                + (plan.suggestions.isEmpty
                    ? "No change was found that helps." : "No set of changes is worth recommending as a whole.")
        }
        let count = plan.recommended.count == 1 ? "the recommended change" : "\(plan.recommended.count) changes"
        let gain = old > 0 ? Formatting.percent(abs(1 - new / old)) : "–"
        var text =
            "\(now), and with \(count) after \(Formatting.seconds(new)), \(gain) \(new <= old ? "sooner" : "later")"
        if let gain = plan.gainSeconds, gain.p05 < gain.p95 {
            func words(_ gain: Double) -> String { Formatting.seconds(abs(gain)) + (gain < 0 ? " later" : " sooner") }
            text += "; where tasks take longer or shorter than they did, \(words(gain.p05)) to \(words(gain.p95))"
        }
        return text + ". Runs simulated: \(plan.iterations)."
    }

    private func graph(_ page: inout HTMLPage, chain: Set<Int>) {
        page.heading("What holds it back")
        let names = before.instance.workflow.tasks.map(\.id)
        var delays = [Double](repeating: 0, count: names.count)
        let places = Dictionary(zip(names, names.indices)) { first, _ in first }
        for bottleneck in plan.analysis.bottlenecks {
            if let place = places[bottleneck.task] { delays[place] = bottleneck.delaySeconds }
        }
        let plot = GraphPlot(
            graph: before.instance.graph, names: names, kinds: before.kinds, delays: delays, chain: chain
        ).svg()
        let caption =
            plot.showsTasks
            ? "A box for each task, behind all that it waits for."
            : "A box for the tasks of one kind that stand at about one depth; dependencies within one depth are not drawn."
        page.figures([(plot.text, caption)], width: .whole)
    }

    private func gantt(_ page: inout HTMLPage, chain: Set<Int>) {
        page.heading(plan.recommended.isEmpty ? "The run as it is" : "The run before and after")
        var runs = [(name: "Before", run: before, chain: chain)]
        if !plan.recommended.isEmpty { runs.append(("After", after, after.chain)) }
        let end = runs.map(\.run.timetable.makespan).max() ?? 0
        let bars = runs.map { $0.run.timetable.bars(of: $0.run.instance, kinds: $0.run.kinds, marking: $0.chain) }
        let colours = KindColours(bars.flatMap { $0 })
        for ((name, run, _), bars) in zip(runs, bars) {
            if runs.count > 1 { page.subheading("\(name): \(Formatting.seconds(run.timetable.makespan))") }
            let plot = GanttPlot(before.instance.cluster, bars: bars, end: end, colours: colours)
            page.figures([plot.captioned()], width: .whole)
        }
    }
}
