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
        subcommands: [
            EvaluatePredictor.self, EvaluateScheduler.self, EvaluateForecaster.self, EvaluateCost.self,
            EvaluateOptimizer.self, EvaluateSpark.self, EvaluateLearning.self,
        ])
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
            "The feature whose values are left out one at a time, with the protocol leave-out.", valueName: "name"))
    var feature: String?

    @Flag(help: "Know nothing of machines but their names, whatever benchmarks the history holds.")
    var ignoreBenchmarks = false

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

    @Option(
        help: ArgumentHelp(
            "Write a page with tables and plots, the comparison with statistics alone, and what --honesty says.",
            valueName: "html"))
    var report: String?

    @Option(
        help: ArgumentHelp(
            "Further kinds on the same rows, joined by commas, each compared with the one that is scored.",
            valueName: "kinds"))
    var compare: String?

    @Flag(help: "Check that nothing is learned from what cannot be known; trains anew about twice as often.")
    var honesty = false

    @Flag(help: "Train on labels that are shuffled within each task type: then nothing can be learned.")
    var shuffleLabels = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if honesty, shuffleLabels { throw ValidationError("--honesty shuffles labels itself") }
    }

    func run() async throws {
        let content = try HDF5ExecutionStore(path: history).content()
        let catalog = try settings.catalog()
        var evaluator = PredictorEvaluator(
            content.executions, by: division, of: try trainer(for: content, catalog), seed: seed.seed)
        evaluator.feature = feature
        evaluator.shufflesLabels = shuffleLabels
        evaluator.comparisons = try comparisons(with: evaluator.trainer.kind, content, catalog)
        if let trainOn {
            guard division == .fixed else { throw ValidationError("--train-on goes with --protocol fixed") }
            evaluator.trainingHistory = try HDF5ExecutionStore(path: trainOn).content().executions
        }
        var evaluation = try await Self.run(evaluator, isSilent: output.json)
        if honesty || report != nil && !shuffleLabels {
            evaluation.report.honesty = try await Self.check(evaluator, evaluation, isSilent: output.json)
        }
        if let predictions { try writeAtomically(evaluation.predictionsCSV, to: predictions) }
        if let exportRows { try writeAtomically(evaluator.rowsCSV(evaluation), to: exportRows) }
        let page = PredictorPage(
            evaluation, dataset: lastComponent(of: history),
            command: commandLine(), version: Tactus.configuration.version,
            moment: Date().timeIntervalSince1970)
        if let report { try writeAtomically(page.html, to: report) }
        if output.json { return try printJSON(evaluation.report) }
        say(page.terminalText)
        for path in [predictions, exportRows, report].compactMap({ $0 }) { note("wrote \(path)") }
    }

    private func trainer(for content: HistoryContent, _ catalog: Catalog) throws -> any PredictorTrainer {
        guard let model, let at = model.firstIndex(of: "@") else {
            return try kind(model ?? Catalog.predictors[0].name, content, catalog)
        }
        guard division == .fixed else { throw ValidationError("a version is scored with --protocol fixed only") }
        guard let version = Int(model[model.index(after: at)...]) else {
            throw ValidationError("--model: \(model) names no version")
        }
        let loaded = try settings.registry().load(CheckedName(String(model[..<at])), version)
        if loaded.manifest.dataset.sha256 == DatasetDigest(content.executions, benchmarks: content.benchmarks).sha256 {
            note("warning: \(model) was trained on this very history; its score says nothing of executions to come")
        }
        return FinishedPredictor(try catalog.load(loaded), kind: model)
    }

    /// A trainer of the kind `name`, which knows of machines what the history does.
    private func kind(
        _ name: String, _ content: HistoryContent, _ catalog: Catalog
    ) throws -> any PredictorTrainer {
        try catalog.predictor(name).trainer().knowing(ignoreBenchmarks ? [] : content.benchmarks)
    }

    /// What is asked for, and for a page the statistics alone: what is learned beyond them must show that it matters.
    private func comparisons(
        with evaluated: String, _ content: HistoryContent, _ catalog: Catalog
    ) throws -> [any PredictorTrainer] {
        var names = compare?.split(separator: ",").map(String.init) ?? []
        let alone = StatisticsTrainer.gated.kind
        if report != nil, evaluated != alone, !names.contains(alone) { names.insert(alone, at: 0) }
        return try names.map { try kind($0, content, catalog) }
    }

    /// Runs `evaluator` with a bar for each kind, which moves as folds are finished.
    static func run(_ evaluator: PredictorEvaluator, isSilent: Bool) async throws -> PredictorEvaluation {
        let kinds = evaluator.kinds.map(\.kind)
        return try await drawing { (finished: AsyncStream<String>) in
            var bars = ProgressBars(on: isSilent ? .silent : .standardError)
            var waiting: [String: (number: Int, pieces: Int)] = [:]
            for kind in kinds where waiting[kind] == nil {
                let pieces = evaluator.pieces * kinds.count { $0 == kind }
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

    /// Runs the checks of `evaluator` with a bar.
    private static func check(
        _ evaluator: PredictorEvaluator, _ evaluation: PredictorEvaluation, isSilent: Bool
    ) async throws -> HonestyReport {
        let checks = HonestyChecks(evaluator)
        return try await drawing { (finished: AsyncStream<Void>) in
            var bars = ProgressBars(on: isSilent ? .silent : .standardError)
            let bar = bars.add("check honesty", total: checks.pieces)
            for await _ in finished { bars.advance(bar) }
            bars.finish(bar)
        } during: { report in
            try await checks.run(against: evaluation.predictions) { report(()) }
        }
    }
}

extension EvaluationProtocol: ExpressibleByArgument {}
