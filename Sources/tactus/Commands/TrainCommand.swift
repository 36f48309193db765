import ArgumentParser
import Evaluation
import Files
import Foundation
import History
import Models
import Registry
import Settings
import Training

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model from a history and publish it as a version.",
        discussion: """
            EXAMPLE
              tactus train predictor --history history.h5 --models own-models --promote
            """,
        subcommands: [
            TrainPredictor.self, TrainScheduler.self, TrainOptimizer.self, TrainForecaster.self, TrainSpark.self,
        ])
}

struct TrainPredictor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predictor",
        abstract: "Train a resource predictor, score it on held-out executions, and publish it as a version.",
        discussion: """
            The version is a candidate; --promote makes it the champion if it beats the best baseline, and the champion so \
            far on executions new to both: better at a target and worse at none, by an interval that excludes zero. New are \
            those that were submitted after the champion's data ended; where the history has none, as for what the \
            champion that is shipped with tactus has learned from, a folder of models of its own (--models) holds no \
            champion that it would have to beat.

            A model that is trained by epochs keeps a checkpoint after each of them. Ctrl-C and SIGTERM let the step under \
            way end and keep one there; a second time they stop at once. --resume goes on from the checkpoint and ends with \
            the same weights as if nothing had happened.

            EXAMPLE
              tactus train predictor --history history.h5 --models own-models --promote
              tactus train predictor --history history.h5 --log-dir runs/first
            """)

    @Option(help: ArgumentHelp("The history to learn from.", valueName: "h5"))
    var history: String

    @Option(
        help: """
            The kind of model: \(Catalog.predictors.map(\.name).joined(separator: ", ")), or a plugin's name; without \
            it what the settings say, else \(Catalog.predictors[0].name).
            """)
    var model: String?

    @Option(help: "The name that the version is published under.")
    var name = "predictor"

    @OptionGroup var training: TrainingOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let name = try CheckedName(name)
        let registry = try settings.registry()
        let stated = try settings.readTellingWarnings()
        let catalog = stated.catalog()
        let kind = try kind(stated, catalog)
        let content = try HDF5ExecutionStore(path: history).content()
        let publication = PredictorPublication(
            name: name, kind: kind, executions: content.executions, benchmarks: content.benchmarks,
            seed: seed.seed, registry: registry, catalog: catalog)
        publication.tellObstacle()
        let folder = publication.hasEpochs ? try TrainingFolder(of: name, kind: kind.name, in: registry) : nil
        let predictor = try await train(publication, in: folder)
        let evaluation = try await EvaluatePredictor.run(publication.evaluator(), isSilent: output.json)
        let published = try publication.publish(
            predictor, evaluation: evaluation, curve: folder?.checkpointFile.records() ?? [],
            at: Date().timeIntervalSince1970)
        try folder?.remove()
        try published.finish(promotes: training.promote, json: output.json) { metric in
            let heuristics = metric.heuristics.sorted { $0.key < $1.key }.map { "\($0.key) \(rounded($0.value))" }
            return "\(metric.target): accuracy \(rounded(metric.accuracy)) (\(heuristics.joined(separator: ", ")))"
        }
    }

    private func train(
        _ publication: PredictorPublication, in folder: TrainingFolder?
    ) async throws -> any PublishablePredictor {
        guard let folder else {
            if training.resume || training.logging.logDir != nil {
                throw InputError(
                    "the kind \(publication.kind.name) is not trained by epochs: there is nothing to resume or to log",
                    field: training.resume ? "resume" : "log-dir")
            }
            try publication.registry.prepare(for: publication.name)
            return try await offload { try publication.train(TrainingSession()) }
        }
        return try await InterruptibleTraining(
            kind: publication.kind.name, identity: publication.identity, body: { try publication.train($0) },
            folder: folder, resumes: training.resume, logs: training.logs, isSilent: output.json
        ).run()
    }

    private func kind(_ settings: Settings, _ catalog: Catalog) throws -> PredictorKind {
        if let model { return try catalog.predictor(model) }
        guard let stated = settings.modelType else { return Catalog.predictors[0] }
        do {
            return try catalog.predictor(stated.value)
        } catch let error as InputError {
            throw stated.failure(error.problem)
        }
    }

    private func rounded(_ value: Double) -> String { String(format: "%.3f", value) }
}
