import Evaluation
import Files
import Foundation
import Models
import Registry
import Simulation

/// Trains an optimizer, compares one pass of it with the static key on lists of jobs that neither has seen, and publishes it with
/// what was found.
struct OptimizerPublication: Sendable {
    let name: CheckedName
    let trainer: PriorityTrainer
    /// Lists of each size to compare on.
    let lists: Int
    let seed: UInt64
    let registry: ModelRegistry

    func train(_ report: @escaping @Sendable (PriorityTrainer.Look) -> Void) async throws -> GCNOptimizer {
        // What no self-test can be made of is not trained for nothing.
        _ = try GoldenPriorities.questions(of: trainer.lists)
        var trainer = trainer
        trainer.progress = report
        return try await trainer.train(seed: seed)
    }

    func publish(_ optimizer: GCNOptimizer, at moment: Double) throws -> PublishedVersion {
        let champion = try CurrentChampion(of: name, in: registry, load: Catalog.loadOptimizer)
        let evaluation = try ListEvaluation(
            [optimizer] + [champion.model].compactMap(\.self), on: trainer.lists, sizes: trainer.settings.sizes,
            part: .promotion, count: lists)
        let manifest = ModelManifest(
            name: name, kind: GCNOptimizer.kind, architecture: optimizer.architecture.fields,
            hyperparameters: trainer.settings.hyperparameters, seed: seed, features: optimizer.features,
            inputs: GCNOptimizer.inputs, outputs: GCNOptimizer.outputs,
            dataset: .init(
                rows: trainer.lists.jobCount, firstAt: nil, lastAt: nil, sha256: trainer.lists.digest),
            metrics: evaluation.sizes.map { Self.metric($0, champion) },
            parentVersion: try registry.aliases(of: name)["champion"],
            commit: ProcessInfo.processInfo.environment["TACTUS_COMMIT"], created: moment)
        let weights = optimizer.archive()
        let golden = GoldenPriorities.archive(
            of: optimizer, questions: try GoldenPriorities.questions(of: trainer.lists))
        // What could not be loaded again is not published.
        try GoldenPriorities.check(
            GCNOptimizer(weights, architecture: GCNArchitecture(manifest.architecture)), against: golden)
        return try PublishedVersion(
            publishing: manifest, weights: weights, golden: golden, report: evaluation,
            card: OptimizerCard.text(
                manifest, summary: Catalog.optimizer(manifest.kind).summary, evaluation,
                notes: [champion.obstacle?.note].compactMap(\.self)),
            in: registry, notCompared: champion.obstacle?.cause)
    }

    /// Lower bound over makespan, 1 at the best, from the mean gap; the verdict is that of the paired gaps.
    private static func metric(
        _ size: ListEvaluation.Size, _ champion: CurrentChampion<GCNOptimizer>
    ) -> ModelManifest.Metric {
        func speed(_ gap: Double) -> Double { 1 / (1 + gap) }
        let own = size.learned[0]
        var metric = ModelManifest.Metric(
            target: "lists of \(size.jobs) jobs", protocol: "lists", accuracy: speed(own.gap.value),
            low: speed(own.gap.high), high: speed(own.gap.low),
            heuristics: ["static key": speed(size.staticKey.value)], verdict: own.verdict.rawValue)
        if size.learned.count > 1 {
            let other = size.learned[1]
            metric.champion = champion.found(
                rows: size.lists, accuracy: speed(other.gap.value), ListEvaluation.gain(of: own, over: other))
        }
        return metric
    }
}
