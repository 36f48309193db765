import ArgumentParser
import Evaluation
import Files
import Foundation
import History
import Models
import Registry
import Settings

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model from a history and publish it as a version.",
        discussion: """
            EXAMPLE
              tactus train predictor --history history.h5 --promote
            """,
        subcommands: [TrainPredictor.self])
}

struct TrainPredictor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predictor",
        abstract: "Train a resource predictor, score it on held-out executions, and publish it as a version.",
        discussion: """
            The version is a candidate; --promote makes it the champion if it is not worse than the best baseline on any
            target.

            EXAMPLE
              tactus train predictor --history history.h5 --models models --promote
            """)

    @Option(help: ArgumentHelp("The history to learn from.", valueName: "h5"))
    var history: String

    @Option(
        help: """
            The kind of model: \(Catalog.predictors.map(\.name).joined(separator: ", ")); without it what the settings \
            say, else \(Catalog.predictors[0].name).
            """)
    var model: String?

    @Option(help: "The name that the version is published under.")
    var name = "predictor"

    @Flag(help: "Make the version the champion if it passes.")
    var promote = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    struct Answer: Encodable {
        var name: String
        var version: Int
        var kind: String
        var promoted: Bool
        var reason: String?
        var metrics: [ModelManifest.Metric]
    }

    func run() async throws {
        let name = try CheckedName(name)
        let registry = try settings.registry()
        let kind = try kind(settings.readTellingWarnings())
        let content = try HDF5ExecutionStore(path: history).content()
        let publication = PredictorPublication(
            name: name, kind: kind, executions: content.executions, seed: seed.seed,
            registry: registry)
        let progress = SharedProgress(
            "train \(kind.name)", total: publication.epochs, isSilent: output.json || publication.epochs == 1)
        let predictor = try publication.train { record in
            let loss = String(format: "validation loss %.4f", record.validationLoss)
            Task { await progress.advance(note: loss) }
        }
        await progress.finish()
        let evaluation = try await EvaluatePredictor.run(publication.evaluator(), isSilent: output.json)
        let (version, manifest) = try publication.publish(
            predictor, evaluation: evaluation, at: Date().timeIntervalSince1970)
        let refusal = promote ? manifest.promotionRefusal : nil
        let isPromoted = promote && refusal == nil
        if isPromoted {
            _ = try registry.promote(
                name, to: version, alias: CheckedName("champion"), force: nil, at: Date().timeIntervalSince1970,
                who: "tactus train")
        }
        if output.json {
            try printJSON(
                Answer(
                    name: name.description, version: version, kind: kind.name, promoted: isPromoted, reason: refusal,
                    metrics: manifest.metrics))
        } else {
            print("\(name) \(version) published in \(registry.path), of the kind \(kind.name)")
            for metric in manifest.metrics {
                let heuristics = metric.heuristics.sorted { $0.key < $1.key }.map { "\($0.key) \(rounded($0.value))" }
                print(
                    "  \(metric.target): accuracy \(rounded(metric.accuracy)) (\(heuristics.joined(separator: ", ")))")
            }
            if isPromoted { print("\(name) \(version) is the champion") }
        }
        if let refusal {
            throw InputError(
                "\(name) \(version) was not promoted: \(refusal); tactus models promote \(name) \(version) --force REASON does it all the same"
            )
        }
    }

    private func kind(_ settings: Settings) throws -> PredictorKind {
        if let model { return try Catalog.predictor(model) }
        guard let stated = settings.modelType else { return Catalog.predictors[0] }
        do {
            return try Catalog.predictor(stated.value)
        } catch let error as InputError {
            throw stated.failure(error.problem)
        }
    }

    private func rounded(_ value: Double) -> String { String(format: "%.3f", value) }
}
