import ArgumentParser
import Evaluation
import Files
import History
import Models
import Prediction
import Workflows

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score a model beside its baselines.",
        subcommands: [EvaluatePredictor.self])
}

struct EvaluatePredictor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predictor",
        abstract: "Score a resource predictor beside the simple baselines, on the same rows.",
        discussion: """
            EXAMPLE
              tactus evaluate predictor --history history.h5 --protocol groups --report report.html
            """)

    @Option(help: ArgumentHelp("The history that is tested.", valueName: "h5"))
    var history: String

    @Option(name: .customLong("protocol"), help: "How executions are divided: online, groups, time, random or fixed.")
    var division = EvaluationProtocol.groups

    @Option(help: ArgumentHelp("The history to train on, with the protocol fixed.", valueName: "h5"))
    var trainOn: String?

    @Option(help: "A kind of model.")
    var model: String?

    @Option(help: ArgumentHelp("Write one line for each tested task and target.", valueName: "csv"))
    var predictions: String?

    @Option(help: ArgumentHelp("Write the rows, the division and all features, for other programs.", valueName: "csv"))
    var exportRows: String?

    @Flag(help: "Train on labels that are shuffled within each task type.")
    var shuffleLabels = false

    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let content = try HDF5ExecutionStore(path: history).content()
        let trainer: any PredictorTrainer = model == "statistics" ? StatisticsTrainer.gated : LSTMPredictorTrainer(base: StatisticsTrainer.gated)
        var evaluator = PredictorEvaluator(content.executions, by: division, of: trainer, seed: seed.seed)
        evaluator.shufflesLabels = shuffleLabels
        if let trainOn { evaluator.trainingHistory = try HDF5ExecutionStore(path: trainOn).content().executions }
        let evaluation = try await evaluator.run { note($0) }
        if let predictions { try writeAtomically(evaluation.predictionsCSV, to: predictions) }
        if let exportRows { try writeAtomically(evaluator.rowsCSV(evaluation), to: exportRows) }
        for t in evaluation.report.targets {
            print(t.target, "ours", t.ours.accuracy, "cov", t.ours.coverage95, t.ours.worstTypeCoverage95 ?? 0, "mdape", t.ours.medianError, "w15", t.ours.within15)
            for b in t.baselines { print("   ", b.name, b.metrics.accuracy.value) }
            print("   ", t.difference, t.verdict)
        }
    }
}

extension EvaluationProtocol: ExpressibleByArgument {}
