import ArgumentParser
import Evaluation
import Files
import History
import Models
import Prediction
import Reports
import Training
import Workflows

struct EvaluateForecaster: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecaster",
        abstract: "Score a forecaster of series beside simple references, in one rolling backtest.",
        discussion: """
            The first three quarters of each series are learned from; then every moment is an origin, from which each \
            horizon is forecast with what was known there. --export-windows and --predictions let other programs run on the \
            same windows.

            EXAMPLE
              tactus evaluate forecaster --history history.h5 --series usage.cpu --horizon 300 --horizon 3600
            """)

    private static let kinds = (CapacityHeuristics.trainers.map(\.kind) + Catalog.forecasters.map(\.name))
        .joined(separator: ", ")

    @Option(help: ArgumentHelp("The history with the series.", valueName: "h5"))
    var history: String

    @Option(help: ArgumentHelp("A series; may be given several times. All of them where it is not.", valueName: "name"))
    var series: [String] = []

    @Option(
        help: ArgumentHelp(
            "Seconds ahead; may be given several times. 300, 3600 and 86400 where it is not.", valueName: "seconds"))
    var horizon: [Double] = []

    @Option(
        help: ArgumentHelp(
            "The kind that is scored: \(kinds).", valueName: "kind"))
    var model: String?

    @Option(help: ArgumentHelp("The share of each series that is learned from.", valueName: "share"))
    var trainingShare = 0.75

    @Option(help: ArgumentHelp("Take the first share of each series for all there is.", valueName: "share"))
    var upTo = 1.0

    @Option(help: ArgumentHelp("Write one line for each tested forecast.", valueName: "csv"))
    var predictions: String?

    @Option(help: ArgumentHelp("Write the values and their division, for other programs.", valueName: "csv"))
    var exportWindows: String?

    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard trainingShare > 0, trainingShare < 1 else {
            throw ValidationError("--training-share is \(trainingShare), not between 0 and 1")
        }
        guard upTo > 0, upTo <= 1 else { throw ValidationError("--up-to is \(upTo), not above 0 and at most 1") }
        if let bad = horizon.first(where: { !($0 > 0 && $0 <= 86_400 * 7) }) {
            throw ValidationError("--horizon is \(bad), not above 0 and at most a week of seconds")
        }
        guard Set(horizon).count == horizon.count else { throw ValidationError("a --horizon stands twice") }
    }

    func run() async throws {
        let content = try HDF5ExecutionStore(path: history).content()
        let chosen = try content.series(named: series, in: history).map {
            $0.prefix(Int((Double($0.values.count) * upTo).rounded()))
        }
        let trainer = try trainer()
        var evaluator = ForecasterEvaluator(chosen, of: trainer, seed: seed.seed)
        if !horizon.isEmpty { evaluator.horizons = horizon }
        evaluator.trainingShare = trainingShare
        let evaluation = try await Self.run(evaluator, isSilent: output.json)
        if let predictions { try writeAtomically(evaluation.predictionsCSV, to: predictions) }
        if let exportWindows { try writeAtomically(evaluation.windowsCSV, to: exportWindows) }
        if output.json { return try printJSON(evaluation.report) }
        say(evaluation.report.terminalText)
        for path in [predictions, exportWindows].compactMap({ $0 }) { note("wrote \(path)") }
    }

    /// The kind that is asked for: a rule, or one that is learned.
    private func trainer() throws -> any ForecasterTrainer {
        guard let model else { return CapacityHeuristics.trainers[0] }
        if let rule = CapacityHeuristics.trainers.first(where: { $0.kind == model }) { return rule }
        if let learned = try? Catalog.forecaster(model) { return learned.trainer() }
        throw InputError("\"\(model)\" is no kind of forecaster; there are \(Self.kinds)", field: "model")
    }

    /// Runs `evaluator` with a bar that moves with every series that a kind has forecast.
    static func run(_ evaluator: ForecasterEvaluator, isSilent: Bool) async throws -> ForecasterEvaluation {
        try await drawing { (finished: AsyncStream<String>) in
            var bars = ProgressBars(on: isSilent ? .silent : .standardError)
            let bar = bars.add("backtest", total: evaluator.kinds.count * evaluator.series.count)
            for await _ in finished { bars.advance(bar) }
            bars.finish(bar)
        } during: { report in
            try await evaluator.run(progress: report)
        }
    }
}

extension HistoryContent {
    /// The series called `names`; all of them where there are none.
    /// - Throws: `InputError` where one is not there, or there is none at all.
    func series(named names: [String], in path: String) throws -> [MetricSeries] {
        guard !series.isEmpty else {
            throw InputError("holds no series; tactus import --format series adds some", file: path)
        }
        guard !names.isEmpty else { return series }
        return try names.map { name in
            guard let found = series.first(where: { $0.name == name }) else {
                let known = series.prefix(20).map(\.name).joined(separator: ", ")
                throw InputError("there is no series \"\(name)\"; there are \(known)", file: path, field: "series")
            }
            return found
        }
    }
}
