import ArgumentParser
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
        abstract: "Forecast the CPU, memory and duration of a task, with what to ask for.",
        discussion: """
            The task is a JSON document; only "process" must be there:
              {"workflow": "corpus", "process": "sort", "inputBytes": 4e6, "cores": 1}

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

    @Option(help: ArgumentHelp("A history, whose task types are forecast with --all.", valueName: "h5"))
    var history: String?

    @Flag(help: "Forecast the next task of every type in the history.")
    var all = false

    @Option(
        help: """
            How --all is printed: table or csv, a forecast for the next task of each type; or nextflow or snakemake, \
            configuration to paste, with sizes for all tasks of each process and what they would have saved.
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

    func validate() throws {
        guard (task != nil) != (history != nil && all) else {
            throw ValidationError("give either --task FILE or --history FILE --all")
        }
        guard workflow == nil || all else { throw ValidationError("--workflow goes with --all") }
        guard format == .table || task == nil else { throw ValidationError("--format goes with --all") }
    }

    func run() throws {
        if let history, format == .nextflow || format == .snakemake { return try printConfiguration(of: history) }
        let executions = try history.map { try chosenExecutions(of: $0) } ?? []
        // A question that is wrong is no reason to load a version.
        let asked = try task.map { [try read($0)] }
        let loaded = try answering(executions)
        let tasks = asked ?? questions(executions)
        var predictions = try loaded.predictor.predict(tasks)
        if all { noteUnknown(predictions, loaded.version) }
        if let cluster {
            let limits = SizingLimits(try readCluster(cluster))
            for place in predictions.indices { limits.apply(to: &predictions[place]) }
        }
        if output.json {
            return try printJSON(
                Answer(
                    predictions: predictions,
                    model: loaded.version.map {
                        .init(name: name, version: $0.manifest.version, digest: $0.digest)
                    },
                    source: predictions.map(\.source).first { $0 != .heuristic } ?? .heuristic))
        }
        if all { return printAll(tasks, predictions) }
        let kind = loaded.version.map { ", by \(name) \($0.manifest.version) (\($0.manifest.kind))" } ?? ""
        say("\(tasks[0].taskType)\(kind)\n")
        printOne(predictions[0])
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

    private func printAll(_ tasks: [TaskSpec], _ predictions: [ResourcePrediction]) {
        let columns = [
            "taskType", "cpu", "memory", "duration", "coresToAskFor", "memoryToAskFor", "timeLimit", "samples",
        ]
        if format == .csv {
            var csv = CSV(columns: columns)
            for (task, prediction) in zip(tasks, predictions) {
                let values =
                    ResourceTarget.allCases.map { CSV.number(prediction[$0].p50) }
                    + ResourceTarget.allCases.map { CSV.number(prediction[$0].allocation) }
                csv.append([task.taskType] + values + ["\(prediction.samples)"])
            }
            return print(csv.text, terminator: "")
        }
        var table = TextTable([
            "task type", "CPU", "memory", "duration", "cores to ask for", "memory to ask for", "time limit", "samples",
        ])
        for (task, prediction) in zip(tasks, predictions) {
            let values =
                ResourceTarget.allCases.map { Formatting.value(prediction[$0].p50, of: $0) }
                + ResourceTarget.allCases.map { Formatting.value(prediction[$0].allocation, of: $0) }
            table.append([task.taskType] + values + ["\(prediction.samples)"])
        }
        say(table.text)
    }
}
