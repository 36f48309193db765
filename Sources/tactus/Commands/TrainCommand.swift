import ArgumentParser
import Evaluation
import Files
import Foundation
import History
import Models
import Registry

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

    @Option(help: "The kind of model: \(Catalog.predictors.map(\.name).joined(separator: ", ")).")
    var model = Catalog.predictors[0].name

    @Option(help: "The name that the version is published under.")
    var name = "predictor"

    @Flag(help: "Make the version the champion if it passes.")
    var promote = false

    @OptionGroup var registry: RegistryOptions
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
        let kind = try Catalog.predictor(model)
        let content = try HDF5ExecutionStore(path: history).content()
        let publication = PredictorPublication(
            name: name, kind: kind, executions: content.executions, seed: seed.seed,
            registry: ModelRegistry(path: registry.path))
        let progress = SharedProgress("train \(model)", total: publication.epochs, isSilent: output.json)
        let predictor = try publication.train { record in
            let loss = String(format: "validation loss %.4f", record.validationLoss)
            Task { await progress.advance(note: loss) }
        }
        await progress.finish()
        let evaluation = try await EvaluatePredictor.run(publication.evaluator(), isSilent: output.json)
        let (version, metrics) = try publication.publish(
            predictor, evaluation: evaluation, at: Date().timeIntervalSince1970)
        let refusal = promote ? PredictorPublication.refusal(metrics) : nil
        let isPromoted = promote && refusal == nil
        if isPromoted {
            _ = try ModelRegistry(path: registry.path).promote(
                name, to: version, alias: CheckedName("champion"), at: Date().timeIntervalSince1970,
                who: "tactus train",
                why: "not worse than the best baseline on any target")
        }
        if output.json {
            try printJSON(
                Answer(
                    name: name.description, version: version, kind: model, promoted: isPromoted, reason: refusal,
                    metrics: metrics))
        } else {
            print("\(name) \(version) published in \(registry.path), of the kind \(model)")
            for metric in metrics {
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

    private func rounded(_ value: Double) -> String { String(format: "%.3f", value) }
}
