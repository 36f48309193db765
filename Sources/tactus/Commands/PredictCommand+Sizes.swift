import ArgumentParser
import Evaluation
import Reports

extension PredictCommand {
    /// Prints the sizes of processes in the format that is asked for.
    func printPlan(_ plan: SizingPlan) throws {
        if output.json { return try printJSON(plan) }
        let heading = ["Made by \(commandLine())"]
        switch format {
        case .table: say(plan.table)
        case .csv:
            print(plan.csv, terminator: "")
            note(plan.savedLines.joined(separator: "\n"))
        case .nextflow: print(plan.nextflow(heading: heading), terminator: "")
        case .snakemake: print(plan.snakemake(heading: heading), terminator: "")
        }
    }
}
