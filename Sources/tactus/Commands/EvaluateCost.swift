import ArgumentParser
import Evaluation
import Files
import History
import Models
import Prediction
import Reports
import Workflows

struct EvaluateCost: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract:
            "Compare what tasks hold and cost with requests as defined and with forecast ones, run again on a cluster.",
        discussion: """
            Sizes of memory and cores on the cheapest nodes that keep twice the makespan stand beside the requests on all nodes, \
            and beside the requests on the cheapest nodes for those. Fails where they do not save the 15 % of cost that are \
            promised beside both.

            EXAMPLE
              tactus evaluate cost --history history.h5 --protocol time --cluster cluster.json
            """)

    @Option(help: ArgumentHelp("The history.", valueName: "h5"))
    var history: String

    @Option(name: .customLong("protocol"), help: "How rows are divided: time, random or groups.")
    var division = EvaluationProtocol.time

    @Option(help: ArgumentHelp("The nodes, with their prices.", valueName: "json"))
    var cluster: String

    @Option(
        help: "The kind of predictor: \(Catalog.predictors.map(\.name).joined(separator: ", ")), or a plugin's name.")
    var model = Catalog.predictors[0].name

    @Option(help: ArgumentHelp("Replays: one for each seed from --seed on.", valueName: "n"))
    var replays = 5

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(replays) else {
            throw ValidationError("--replays is \(replays), not between 1 and 1000")
        }
        guard seed.seed <= UInt64.max - UInt64(replays) else { throw ValidationError("--seed is too large") }
    }

    func run() throws {
        let nodes = try readCluster(cluster)
        try naming(cluster) { try nodes.checkPrices() }
        let content = try HDF5ExecutionStore(path: history).content()
        let evaluator = CostEvaluator(
            content.executions, by: division,
            of: try settings.catalog().predictor(model).trainer().knowing(content.benchmarks), on: nodes,
            seeds: (0..<UInt64(replays)).map { seed.seed + $0 })
        let report = try naming(history) { try evaluator.run() }
        if output.json { try printJSON(report) } else { print(report.text) }
        guard report.keepsPromise else {
            let savings = report.comparisons.dropFirst().map { "\(Formatting.percent($0.saving)) (\($0.name))" }
            note(
                "error: \(savings.joined(separator: " and ")) of the cost are saved, not the promised 15 % beside both")
            throw ExitCode.failure
        }
    }
}
