import ArgumentParser
import Files
import Workflows

/// The workflow and the cluster that a command works on, and how long it may search.
struct PlanningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A workflow in WfFormat 1.5; - reads standard input.", valueName: "json"))
    var workflow: String

    @Option(help: ArgumentHelp("Milliseconds for a search.", valueName: "n"))
    var budgetMs: Double?

    /// Rules behave as the file says; a search has this long.
    func budget(default milliseconds: Double) throws -> Duration {
        let milliseconds = budgetMs ?? milliseconds
        guard milliseconds > 0, milliseconds <= 86_400_000 else {
            throw ValidationError("--budget-ms is \(milliseconds), not between 0 and a day")
        }
        return .milliseconds(milliseconds)
    }

    /// The workflow.
    func document() throws -> WfFormatDocument {
        try WfFormatDocument(
            parsing: readBytes(of: workflow == "-" ? "/dev/stdin" : workflow), file: workflow)
    }

    /// What is known of each task of the workflow before it runs.
    func tasks(of document: WfFormatDocument) -> [TaskSpec] {
        document.taskSpecs(workflow: document.kind(file: workflow), run: nil)
    }
}

/// Lets an error about a workflow say in which file it stands.
func naming<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch var error as InputError {
        error.file = error.file ?? file
        throw error
    }
}
