import ArgumentParser
import Training

/// Where a training is logged.
struct TrainingLogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Log the training in this folder, as run.jsonl and for TensorBoard; more is added to what is there.",
            valueName: "dir"))
    var logDir: String?

    @Flag(help: "Log each step, and not only each epoch.")
    var logSteps = false

    func validate() throws {
        if logSteps, logDir == nil { throw ValidationError("--log-steps goes with --log-dir") }
    }

    /// The logs that are asked for.
    var logs: [any RunLog] { logDir.map(logs(ofFolder:)) ?? [] }

    /// Those of one of several runs, in a folder of its own within the one that is asked for.
    func logs(in name: String) -> [any RunLog] { logDir.map { logs(ofFolder: "\($0)/\(name)") } ?? [] }

    private func logs(ofFolder folder: String) -> [any RunLog] {
        [
            JSONLinesLog(path: folder + "/run.jsonl", logsSteps: logSteps),
            EventFile(folder: folder, logsSteps: logSteps),
        ]
    }
}
