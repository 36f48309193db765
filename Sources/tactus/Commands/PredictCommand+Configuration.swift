import ArgumentParser
import Evaluation
import Files
import Prediction
import Reports
import Workflows

extension PredictCommand {
    /// Prints sizes for every process of the history as configuration of its workflow system.
    ///
    /// Configuration holds for all tasks of a process, so it rests on what they have used and not on the forecast for
    /// one of them; no model is asked.
    func printConfiguration(of history: String) throws {
        let executions = try chosenExecutions(of: history)
        let limits = try cluster.map { SizingLimits(try readCluster($0)) } ?? SizingLimits()
        let plan = try SizingPlan(executions, limits: limits, seed: seed.seed)
        if output.json { return try printJSON(plan) }
        let heading = ["Made by \(commandLine())"]
        print(
            format == .nextflow ? plan.nextflow(heading: heading) : plan.snakemake(heading: heading), terminator: "")
    }
}
