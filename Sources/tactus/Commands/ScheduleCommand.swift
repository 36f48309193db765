import ArgumentParser
import Engine
import Files
import Foundation
import Models
import Registry
import Reports
import Scheduling
import Settings
import Simulation
import Workflows

struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Plan which task of a workflow runs where and when.",
        discussion: """
            A cluster file needs the name and the cores of each node:
              {"nodes": [{"name": "n1", "cores": 8, "memoryBytes": 34e9}, {"name": "n2", "cores": 4, "speed": 1.5}]}

            EXAMPLE
              tactus schedule --workflow workflow.json --cluster cluster.json
            """)

    /// Where the durations of tasks come from.
    enum Durations: String, CaseIterable, ExpressibleByArgument {
        case given
        case predicted
    }

    @OptionGroup var planning: PlanningOptions

    @Option(help: ArgumentHelp("The nodes.", valueName: "json"))
    var cluster: String

    @Option(
        help: """
            The rule: \(SchedulingPolicy.allCases.map(\.rawValue).joined(separator: ", ")); or gcn, the champion among the \
            learned optimizers of the registry, gcn@NAME or gcn@NAME@VERSION; or dqn, likewise of the learned schedulers, which \
            choose among workflows: one alone goes by its paths.
            """)
    var policy: String?

    @Option(help: "Durations as recorded in the workflow, or predicted by the champion of the registry.")
    var durations = Durations.given

    @Option(
        help: ArgumentHelp(
            "Schedules that a portfolio builds and compares at the most, instead of the bound on time: the same number and seed give the same plan.",
            valueName: "n"))
    var iterations: Int?

    @Option(help: ArgumentHelp("Write a page: who runs where and when, and what the end hangs on.", valueName: "html"))
    var report: String?

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let iterations, iterations < 1 { throw ValidationError("--iterations is \(iterations), not positive") }
    }

    func run() throws {
        let settings = try settings.readTellingWarnings()
        let registry = ModelRegistry(path: settings.modelsPath)
        let learned = try policy.flatMap { try learnedPlanner($0, in: registry) }
        let policy =
            try learned == nil
            ? policy.map {
                try SchedulingPolicy(named: $0, beside: [GCNOptimizer.kind, DQNScheduler.kind], field: "--policy")
            } ?? SchedulingPolicy(settings) : .portfolio
        let document = try planning.document()
        let cluster = try readCluster(cluster)
        var forecasts: [DurationForecast]?
        if durations == .predicted {
            let champion = try LoadedPredictor(in: registry, of: settings.catalog())
            let tasks = planning.tasks(of: document)
            forecasts = try champion.predictor.predict(tasks).map { DurationForecast($0.duration) }
        }
        let plan = try naming(planning.workflow) {
            let budget = try planning.budget(default: settings.targetLatencyMs)
            if let learned {
                return try ProposingScheduler(learned).plan(
                    document.workflow, on: cluster, durations: forecasts?.map(\.p50), budget: budget)
            }
            let scheduler = HeuristicScheduler(
                policy,
                proposers: policy == .portfolio
                    ? [LearnedOptimizer.champion(of: "the portfolio", in: registry)?.optimizer].compactMap(\.self) : [])
            if let forecasts {
                return try scheduler.plan(
                    document.workflow, on: cluster, forecasts: forecasts, budget: budget, iterations: iterations,
                    seed: seed.seed)
            }
            var experience = SearchExperience()
            return try scheduler.plan(
                document.workflow, on: cluster, budget: budget, iterations: iterations, seed: seed.seed,
                experience: &experience)
        }
        if let report {
            try write(report, about: plan, document, on: cluster, durations: forecasts?.map(\.p50))
            note("wrote \(report)")
        }
        print(output.json ? plan.json.text(pretty: true) : plan.text(on: cluster))
    }

    /// The learned model that `policy` names; nil where it names a rule.
    private func learnedPlanner(_ policy: String, in registry: ModelRegistry) throws -> (any PlanProposer)? {
        if let learned = try LearnedOptimizer(policy, in: registry) { return learned.optimizer }
        return try LearnedScheduler(policy, in: registry)?.scheduler
    }

    private func write(
        _ path: String, about plan: SchedulePlan, _ document: WfFormatDocument, on cluster: Cluster,
        durations: [Double]?
    ) throws {
        let instance = try SchedulingInstance(document.workflow, on: cluster, durations: durations)
        let page = try SchedulePage(
            plan, of: instance, kinds: planning.tasks(of: document).map(\.process),
            baseline: SchedulingPolicy.fifo.timetable(of: instance), name: document.workflow.name,
            command: commandLine(), moment: Date().timeIntervalSince1970)
        try writeAtomically(page.html, to: path)
    }
}
