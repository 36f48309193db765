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
    var logs: [any RunLog] {
        logDir.map {
            [
                JSONLinesLog(path: $0 + "/run.jsonl", logsSteps: logSteps),
                EventFile(folder: $0, logsSteps: logSteps),
            ]
        } ?? []
    }
}
