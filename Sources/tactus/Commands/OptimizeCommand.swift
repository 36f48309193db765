import ArgumentParser
import Files
import Registry
import Reports
import Scheduling
import Settings
import WorkflowOptimization
import Workflows

struct OptimizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize",
        abstract: "Find what holds a workflow back, and what to change.",
        discussion: """
            Every suggestion was simulated before it is offered. How likely the end hangs on a task is what runs with drawn \
            durations show, and beside them what the champion of optimizer says, if it has learned that. --apply carries some of them out and writes the changed \
            workflow; "recommended" stands for those that are best carried out together. What --apply prints with --json leads \
            back with --undo.

            EXAMPLE
              tactus optimize --workflow workflow.json --cluster cluster.json
              tactus optimize --workflow workflow.json --cluster cluster.json --report page.html
              tactus optimize --workflow workflow.json --cluster cluster.json --apply recommended --output faster.json
            """)

    @OptionGroup var planning: PlanningOptions

    @Option(
        help: ArgumentHelp("The nodes; without it the machines that the workflow was recorded on.", valueName: "json"))
    var cluster: String?

    @Option(
        help:
            "The rule that schedules the workflow: \(SchedulingPolicy.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var policy = SchedulingPolicy.fifo.rawValue

    @Option(help: ArgumentHelp("Carry out these suggestions, joined by commas.", valueName: "id,..."))
    var apply: String?

    @Option(
        help: ArgumentHelp("Take back what --apply carried out, whose answer in JSON this is.", valueName: "json"))
    var undo: String?

    @Option(name: .customLong("output"), help: ArgumentHelp("Where the changed workflow goes.", valueName: "json"))
    var outputPath: String?

    @Option(
        help: ArgumentHelp(
            "Write a page: the workflow with its bottlenecks, the run before and after, what there is to choose.",
            valueName: "html"))
    var report: String?

    @OptionGroup var seed: SeedOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (apply == nil && undo == nil) == (outputPath == nil) else {
            throw ValidationError("--apply and --output go together, or --undo and --output")
        }
        guard apply == nil || undo == nil else { throw ValidationError("--apply and --undo exclude each other") }
        guard report == nil || undo == nil else { throw ValidationError("--report and --undo exclude each other") }
    }

    func run() throws {
        if let undo, let outputPath { return try takeBack(undo, writingTo: outputPath) }
        let settings = try settings.readTellingWarnings()
        let registry = ModelRegistry(path: settings.modelsPath)
        let question = try question(settings, registry)
        let optimizer = SimulatingOptimizer(
            asking: LearnedOptimizer.champion(of: "the analysis", in: registry)?.scorer)
        try naming(planning.workflow) {
            let plan = try optimizer.suggestOptimizations(question)
            if let report {
                try write(report, about: plan, for: question)
                note("wrote \(report)")
            }
            guard let apply, let outputPath else {
                let json = JSONValue.object(JSONObject(plan.members))
                return print(output.json ? json.text(pretty: true) : plan.text(under: question.policy))
            }
            let applied = try optimizer.apply(Self.chosen(apply, of: plan), to: question)
            try writeAtomically(applied.document.json.text(pretty: true) + "\n", to: outputPath)
            print(output.json ? JSONValue.object(JSONObject(applied.members)).text(pretty: true) : applied.text)
            if !output.json { print("\nwritten to \(outputPath)") }
        }
    }

    private func takeBack(_ path: String, writingTo outputPath: String) throws {
        let field = JSONField(try JSONValue(parsing: readBytes(of: path), file: path), file: path)
        let difference = try DocumentDifference(field["undo"])
        let document = try naming(planning.workflow) { try difference.applied(to: planning.document()) }
        try writeAtomically(document.json.text(pretty: true) + "\n", to: outputPath)
        if output.json { return print(JSONValue.object(JSONObject([("workflow", document.json)])).text(pretty: true)) }
        print(difference.text + "\n\nwritten to \(outputPath)")
    }

    private func question(_ settings: Settings, _ registry: ModelRegistry) throws -> OptimizationQuestion {
        let document = try planning.document()
        guard let cluster = try cluster.map(readCluster) ?? document.recordedCluster else {
            throw InputError("names no machine with its cores; give a cluster with --cluster", file: planning.workflow)
        }
        let predictor = try CheckedName("predictor")
        var forecasts: [ResourcePrediction]?
        if try registry.names().contains(predictor), try registry.aliases(of: predictor)["champion"] != nil {
            let champion = try LoadedPredictor(in: registry, of: settings.catalog())
            forecasts = try champion.predictor.predict(planning.tasks(of: document))
        }
        return OptimizationQuestion(
            document, on: cluster, policy: try SchedulingPolicy(named: policy, field: "--policy").rawValue,
            budget: try planning.budget(default: settings.targetLatencyMs), forecasts: forecasts,
            bottleneckThreshold: settings.bottleneckThreshold, seed: seed.seed)
    }

    /// The suggestions of `plan` that `list` names.
    private static func chosen(_ list: String, of plan: OptimizationPlan) throws -> [OptimizationSuggestion] {
        let names = list == "recommended" ? plan.recommended : list.split(separator: ",").map(String.init)
        guard !names.isEmpty else { throw InputError("no change was found that helps", field: "--apply") }
        return try names.map { name in
            guard let found = plan.suggestions.first(where: { $0.id == name }) else {
                let known = plan.suggestions.map(\.id).joined(separator: ", ")
                throw InputError(
                    "\"\(name)\" was not suggested; " + (known.isEmpty ? "nothing was" : "there are \(known)"),
                    field: "--apply")
            }
            return found
        }
    }
}
