import ArgumentParser
import Evaluation
import Files
import Foundation
import History
import Models
import Registry
import Training

struct TrainForecaster: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecaster",
        abstract: "Train a capacity forecaster, score it in a rolling backtest, and publish it as a version.",
        discussion: """
            The version is a candidate; --promote makes it the champion if its skill over the best reference, on average \
            over series and horizons, is above zero, if it beats that reference on a series, and if it beats the champion \
            so far on values new to both: better on a series and worse on none, by an interval that excludes zero. New are \
            those that came after the champion's data ended.

            A checkpoint is kept after each epoch. Ctrl-C and SIGTERM let the step under way end and keep one there; a \
            second time they stop at once. --resume goes on from the checkpoint and ends with the same weights as if \
            nothing had happened.

            EXAMPLE
              tactus train forecaster --history history.h5 --series usage.cpu --promote
            """)

    @Option(help: ArgumentHelp("The history with the series.", valueName: "h5"))
    var history: String

    @Option(
        help: ArgumentHelp(
            "A series to learn from; may be given several times. All of them where it is not.", valueName: "name"))
    var series: [String] = []

    @Option(
        help: """
            The kind of model: \(Catalog.forecasters.map(\.name).joined(separator: ", ")); without it \
            \(Catalog.forecasters[0].name).
            """)
    var model: String?

    @Option(help: "The name that the version is published under.")
    var name = "forecaster"

    @OptionGroup var training: TrainingOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let name = try CheckedName(name)
        let registry = try settings.registry()
        let kind = try Catalog.forecaster(model ?? Catalog.forecasters[0].name)
        let chosen = try HDF5ExecutionStore(path: history).content().series(named: series, in: history)
        let publication = ForecasterPublication(
            name: name, kind: kind, series: chosen, seed: seed.seed, registry: registry)
        try publication.check()
        publication.tellObstacle()
        let folder = try TrainingFolder(of: name, kind: kind.name, in: registry)
        let forecaster = try await InterruptibleTraining(
            kind: kind.name, identity: publication.identity, body: { try publication.train($0) }, folder: folder,
            resumes: training.resume, logs: training.logs, isSilent: output.json
        ).run()
        let evaluation = try await EvaluateForecaster.run(publication.evaluator(), isSilent: output.json)
        let published = try publication.publish(
            forecaster, evaluation: evaluation, curve: folder.checkpointFile.records(),
            at: Date().timeIntervalSince1970)
        try folder.remove()
        try published.finish(promotes: training.promote, json: output.json) { metric in
            "\(metric.target), \(Int(metric.horizonSeconds ?? 0)) s ahead: skill "
                + String(format: "%.3f", metric.accuracy) + " (\(metric.verdict))"
        }
    }
}
