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

    /// The kind of workflow that statistics are kept under.
    var kind: String { WfFormatDocument.kind(ofName: lastComponent(of: workflow).replacing(".json", with: "")) }
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
