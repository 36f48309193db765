import ArgumentParser
import Evaluation
import Files
import Foundation
import History
import Models
import Prediction
import Registry
import Reports
import Training
import Workflows

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score a model beside its baselines.",
        discussion: """
            EXAMPLE
              tactus evaluate predictor --history history.h5 --report report.html
            """,
        subcommands: [EvaluatePredictor.self, EvaluateScheduler.self, EvaluateCost.self])
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

    @Option(
        name: .customLong("protocol"),
        help: "How executions are divided: \(EvaluationProtocol.allCases.map(\.rawValue).joined(separator: ", ")).")
    var division = EvaluationProtocol.groups

    @Option(help: ArgumentHelp("The history to train on, with the protocol fixed.", valueName: "h5"))
    var trainOn: String?

    @Option(
        help: ArgumentHelp(
            "A kind of model, which is trained anew, or with the protocol fixed a version as it is.",
            valueName: "kind|name@version"))
    var model: String?

    @Option(help: ArgumentHelp("Write one line for each tested task and target.", valueName: "csv"))
    var predictions: String?

    @Option(
        help: ArgumentHelp("Write the rows, their division and all features, for other programs.", valueName: "csv"))
    var exportRows: String?

    @Option(help: ArgumentHelp("Write a page with tables and plots.", valueName: "html"))
    var report: String?

    @Flag(help: "Train on labels that are shuffled within each task type: then nothing can be learned.")
    var shuffleLabels = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let content = try HDF5ExecutionStore(path: history).content()
        var evaluator = PredictorEvaluator(
            content.executions, by: division, of: try trainer(for: content.executions), seed: seed.seed)
        evaluator.shufflesLabels = shuffleLabels
        if let trainOn {
            guard division == .fixed else { throw ValidationError("--train-on goes with --protocol fixed") }
            evaluator.trainingHistory = try HDF5ExecutionStore(path: trainOn).content().executions
        }
        let evaluation = try await Self.run(evaluator, isSilent: output.json)
        if let predictions { try writeAtomically(evaluation.predictionsCSV, to: predictions) }
        if let exportRows { try writeAtomically(evaluator.rowsCSV(evaluation), to: exportRows) }
        let page = PredictorPage(
            evaluation, dataset: lastComponent(of: history),
            command: commandLine(),
            moment: Date().timeIntervalSince1970)
        if let report { try writeAtomically(page.html, to: report) }
        if output.json { return try printJSON(evaluation.report) }
        print(page.terminalText)
        for path in [predictions, exportRows, report].compactMap({ $0 }) { note("wrote \(path)") }
    }

    private func trainer(for executions: [TaskExecution]) throws -> any PredictorTrainer {
        guard let model, let at = model.firstIndex(of: "@") else {
            return try Catalog.predictor(model ?? Catalog.predictors[0].name).trainer()
        }
        guard division == .fixed else { throw ValidationError("a version is scored with --protocol fixed only") }
        guard let version = Int(model[model.index(after: at)...]) else {
            throw ValidationError("--model: \(model) names no version")
        }
        let loaded = try settings.registry().load(CheckedName(String(model[..<at])), version)
        if loaded.manifest.dataset.sha256 == DatasetDigest(executions).sha256 {
            note("warning: \(model) was trained on this very history; its score says nothing of executions to come")
        }
        return VersionTrainer(kind: model, predictor: try Catalog.load(loaded))
    }

    /// Runs `evaluator` with a bar for each kind, which moves as folds are finished.
    static func run(_ evaluator: PredictorEvaluator, isSilent: Bool) async throws -> PredictorEvaluation {
        let folds = evaluator.division == .groups ? 5 : 1
        let kinds = [evaluator.trainer.kind] + PredictorEvaluator.baselines.map(\.kind)
        return try await drawing { (finished: AsyncStream<String>) in
            var bars = ProgressBars(on: isSilent ? .silent : .standardError)
            var waiting: [String: (number: Int, pieces: Int)] = [:]
            for kind in kinds where waiting[kind] == nil {
                let pieces = folds * kinds.count { $0 == kind }
                waiting[kind] = (bars.add("evaluate \(kind)", total: pieces), pieces)
            }
            for await kind in finished {
                guard let (number, pieces) = waiting[kind] else { continue }
                bars.advance(number)
                waiting[kind] = pieces > 1 ? (number, pieces - 1) : nil
                if pieces == 1 { bars.finish(number) }
            }
            for (number, _) in waiting.values.sorted(by: { $0.number < $1.number }) { bars.finish(number) }
        } during: { report in
            try await evaluator.run(progress: report)
        }
    }
}

/// A version as it is: nothing is trained.
private struct VersionTrainer: PredictorTrainer {
    let kind: String
    let predictor: any ResourcePredictor

    func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor { predictor }
}

extension EvaluationProtocol: ExpressibleByArgument {}
