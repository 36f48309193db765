import ArgumentParser
import Files
import History
import Models
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
            """)

    /// How recommendations for all task types are printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case csv
    }

    @Option(help: ArgumentHelp("A file with the task; - reads standard input.", valueName: "json"))
    var task: String?

    @Option(help: ArgumentHelp("A history, whose task types are forecast with --all.", valueName: "h5"))
    var history: String?

    @Flag(help: "Forecast the next task of every type in the history.")
    var all = false

    @Option(help: "How forecasts for --all are printed: table or csv.")
    var format = Format.table

    @Option(help: "The name of the model; its champion answers.")
    var name = "predictor"

    @Option(help: "A version other than the champion.")
    var version: Int?

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    struct Answer: Encodable {
        struct Model: Encodable {
            var name: String
            var version: Int
            var digest: String
        }

        var predictions: [ResourcePrediction]
        var model: Model
        var source: DecisionSource
    }

    func validate() throws {
        guard (task != nil) != (history != nil && all) else {
            throw ValidationError("give either --task FILE or --history FILE --all")
        }
    }

    func run() throws {
        let loaded = try LoadedPredictor(name, version: version, in: settings.registry())
        let tasks = try questions()
        let predictions = try loaded.predictor.predict(tasks)
        if output.json {
            let sources = predictions.flatMap { [$0.cpu.source, $0.memory.source, $0.duration.source] }
            return try printJSON(
                Answer(
                    predictions: predictions,
                    model: .init(
                        name: name, version: loaded.version.manifest.version, digest: loaded.version.digest),
                    source: sources.first { $0 != .heuristic } ?? .heuristic))
        }
        if all { return printAll(tasks, predictions) }
        print("\(tasks[0].taskType), by \(name) \(loaded.version.manifest.version) (\(loaded.version.manifest.kind))\n")
        printOne(predictions[0])
    }

    private func questions() throws -> [TaskSpec] {
        if let task {
            let path = task == "-" ? "/dev/stdin" : task
            return [try TaskSpec(JSONField(JSONValue(parsing: readBytes(of: path), file: task), file: task))]
        }
        let content = try HDF5ExecutionStore(path: history ?? "").content()
        var latest: [String: TaskSpec] = [:]
        for execution in content.executions where execution.isUsable {
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
        print(table.text + "\n")
        for target in ResourceTarget.allCases { print("\(Formatting.name(of: target)): \(prediction[target].reason)") }
        for step in prediction.retry {
            print(
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
        print(table.text)
    }
}
