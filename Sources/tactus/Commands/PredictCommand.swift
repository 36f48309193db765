import ArgumentParser
import Evaluation
import Files
import History
import Models
import Prediction
import Registry
import Reports
import Workflows

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Forecast the CPU, memory and duration of a task, or say what to ask for in every process.",
        discussion: """
            The task is a JSON document; only "process" must be there:
              {"workflow": "corpus", "process": "sort", "inputBytes": 4e6, "cores": 1}
            The answer is for that task. With --history and --all it is for all tasks of each process: sizes that rest on what \
            they have used, without a model, and what they would have saved.

            EXAMPLE
              tactus predict --task task.json
              tactus predict --history history.h5 --all
              tactus predict --history history.h5 --all --format nextflow > sizes.config
              tactus predict --history history.h5 --all --workflow rnaseq --format snakemake > profile/config.yaml
            """)

    /// How recommendations for all task types are printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case csv
        case nextflow
        case snakemake
    }

    @Option(help: ArgumentHelp("A file with the task; - reads standard input.", valueName: "json"))
    var task: String?

    @Option(help: ArgumentHelp("A history, whose processes are sized with --all.", valueName: "h5"))
    var history: String?

    @Flag(help: "Say what to ask for in every process of the history.")
    var all = false

    @Option(
        help: """
            How --all is printed: table, csv, or configuration to paste: nextflow or snakemake. All state the same sizes and \
            what they would have saved; configuration knows a process by its name, and has the largest of all workflows.
            """)
    var format = Format.table

    @Option(help: ArgumentHelp("Only this workflow of the history, with --all.", valueName: "name"))
    var workflow: String?

    @Option(help: ArgumentHelp("A cluster: no more is asked for than its largest node has.", valueName: "json"))
    var cluster: String?

    @Option(help: "The name of the model; its champion answers.")
    var name = "predictor"

    @Option(help: "A version other than the champion.")
    var version: Int?

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    struct Answer: Encodable {
        struct Model: Encodable {
            var name: String
            var version: Int
            var digest: String
        }

        var predictions: [ResourcePrediction]
        var model: Model?
        var source: DecisionSource
    }

    /// The same for the next task of each type, and the sizes of the processes.
    private struct AnswerToAll: Encodable {
        var plan: SizingPlan
        var answer: Answer

        func encode(to encoder: any Encoder) throws {
            try answer.encode(to: encoder)
            try plan.encode(to: encoder)
        }
    }

    func validate() throws {
        guard (task != nil) != (history != nil && all) else {
            throw ValidationError("give either --task FILE or --history FILE --all")
        }
        guard workflow == nil || all else { throw ValidationError("--workflow goes with --all") }
        guard format == .table || task == nil else { throw ValidationError("--format goes with --all") }
        guard version == nil || task != nil || forecastsTypes else {
            throw ValidationError(
                "--version goes with --task, or with --all --json: sizes of processes rest on no version")
        }
    }

    /// Whether the next task of every type is forecast beside the sizes of its process.
    private var forecastsTypes: Bool { output.json && (format == .table || format == .csv) }

    func run() throws {
        if let history { return try answerAll(of: history) }
        // A question that is wrong is no reason to load a version.
        let tasks = [try read(task ?? "-")]
        let loaded = try answering([])
        var predictions = try loaded.predictor.predict(tasks)
        try cluster.map { SizingLimits(try readCluster($0)) }?.apply(to: &predictions[0])
        if output.json { return try printJSON(answer(predictions, loaded.version)) }
        let kind = loaded.version.map { ", by \(name) \($0.manifest.version) (\($0.manifest.kind))" } ?? ""
        say("\(tasks[0].taskType)\(kind)\n")
        printOne(predictions[0])
    }

    /// Prints sizes for every process of the history, and what they would have saved.
    ///
    /// They hold for all tasks of a process, so they rest on what those have used and not on the forecast for one of them. As
    /// JSON, a forecast for the next task of each type stands beside them, unless configuration is asked for.
    private func answerAll(of history: String) throws {
        let executions = try chosenExecutions(of: history)
        let limits = try cluster.map { SizingLimits(try readCluster($0)) } ?? SizingLimits()
        let plan = try SizingPlan(
            executions, limits: limits, sharedByName: format == .nextflow || format == .snakemake, seed: seed.seed)
        guard forecastsTypes else { return try printPlan(plan) }
        let loaded = try answering(executions)
        var predictions = try loaded.predictor.predict(questions(executions))
        for place in predictions.indices { limits.apply(to: &predictions[place]) }
        noteUnknown(predictions, loaded.version)
        try printJSON(AnswerToAll(plan: plan, answer: answer(predictions, loaded.version)))
    }

    private func answer(_ predictions: [ResourcePrediction], _ version: ModelVersion?) -> Answer {
        Answer(
            predictions: predictions,
            model: version.map { .init(name: name, version: $0.manifest.version, digest: $0.digest) },
            source: predictions.map(\.source).first { $0 != .heuristic } ?? .heuristic)
    }

    /// The version that is asked for, else the champion, else, where there is a history and no champion, statistics
    /// that have learned from it.
    private func answering(
        _ executions: [TaskExecution]
    ) throws -> (predictor: any ResourcePredictor, version: ModelVersion?) {
        let registry = try settings.registry()
        if all, version == nil, try registry.aliases(of: CheckedName(name))["champion"] == nil {
            note("\(registry.path): \(name) has no champion; statistics learned from this history answer")
            return (StatisticsTrainer.gated.train(on: executions, seed: seed.seed), nil)
        }
        let loaded = try LoadedPredictor(name, version: version, in: registry, of: settings.catalog())
        return (loaded.predictor, loaded.version)
    }

    /// Says of how many types a version knows no execution.
    private func noteUnknown(_ predictions: [ResourcePrediction], _ version: ModelVersion?) {
        let unknown = predictions.count { $0.cold }
        guard unknown > 0, let version else { return }
        note(
            "\(name) \(version.manifest.version) has learned from no execution of \(unknown) of "
                + "\(counted(predictions.count, "task type")), which wider groups answer for; one that is trained on this "
                + "history knows them")
    }

    private func read(_ path: String) throws -> TaskSpec {
        let file = path == "-" ? "/dev/stdin" : path
        return try TaskSpec(JSONField(JSONValue(parsing: readBytes(of: file), file: path), file: path))
    }

    /// The executions of the workflow that is asked for, or all.
    ///
    /// - Throws: `InputError` where none of the history could be learned from.
    func chosenExecutions(of history: String) throws -> [TaskExecution] {
        let executions = try HDF5ExecutionStore(path: history).content().executions
        guard executions.contains(where: \.isUsable) else {
            throw InputError("has no usable execution: none completed with a duration", file: history)
        }
        guard let workflow else { return executions }
        let chosen = executions.filter { $0.task.workflow == workflow }
        guard !chosen.isEmpty else {
            let known = Set(executions.compactMap(\.task.workflow)).sorted().joined(separator: ", ")
            throw InputError("has no workflow \"\(workflow)\"; it has \(known)", file: history, field: "workflow")
        }
        return chosen
    }

    /// The latest task of every type.
    private func questions(_ executions: [TaskExecution]) -> [TaskSpec] {
        var latest: [String: TaskSpec] = [:]
        for execution in executions where execution.isUsable {
            latest[execution.task.taskType] = execution.task
        }
        return latest.sorted { $0.key < $1.key }.map {
            var task = $0.value
            task.submittedAt = nil
            return task
        }
    }

    private func printOne(_ prediction: ResourcePrediction) {
        var table = TextTable(["", "low (p05)", "median", "high (p95)", "ask for"])
        for target in ResourceTarget.allCases {
            let quantity = prediction[target]
            table.append(
                [Formatting.name(of: target)]
                    + [quantity.p05, quantity.p50, quantity.p95, quantity.allocation].map {
                        Formatting.value($0, of: target)
                    })
        }
        say(table.text + "\n")
        for target in ResourceTarget.allCases {
            let quantity = prediction[target]
            say("\(Formatting.name(of: target)): \(quantity.reason)")
            if let sizing = quantity.sizing {
                say("  to ask for \(Formatting.value(quantity.allocation, of: target)): \(sizing.words)")
            }
        }
        for step in prediction.retry {
            say(
                "after \(step.onFailure): ask for \(Formatting.bytes(step.memoryBytes)) and \(Formatting.seconds(step.seconds))"
            )
        }
    }
}
