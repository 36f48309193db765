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

    /// Lists of the self-test, and jobs in each.
    private static let golden = (lists: 3, jobs: 10)

    func train(_ report: @escaping @Sendable (PriorityTrainer.Look) -> Void) async throws -> GCNOptimizer {
        var trainer = trainer
        trainer.progress = report
        return try await trainer.train(seed: seed)
    }

    func publish(_ optimizer: GCNOptimizer, at moment: Double) throws -> (version: Int, manifest: ModelManifest) {
        let champion = try champion()
        let evaluation = try ListEvaluation(
            [optimizer] + (champion.map { [$0.optimizer] } ?? []), on: trainer.lists, sizes: trainer.settings.sizes,
            part: .test, count: lists)
        let manifest = ModelManifest(
            name: name, kind: GCNOptimizer.kind, architecture: optimizer.architecture.fields,
            hyperparameters: trainer.settings.hyperparameters, seed: seed, features: optimizer.features,
            inputs: GCNOptimizer.inputs, outputs: GCNOptimizer.outputs,
            dataset: .init(
                rows: trainer.lists.jobCount, firstAt: nil, lastAt: nil, sha256: trainer.lists.digest),
            metrics: evaluation.sizes.map { Self.metric($0, champion) },
            parentVersion: try registry.aliases(of: name)["champion"],
            commit: ProcessInfo.processInfo.environment["TACTUS_COMMIT"], created: moment)
        let questions = try (0..<Self.golden.lists).map {
            try trainer.lists.list(Self.golden.jobs, .training, $0)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let version = try registry.publish(
            manifest, weights: optimizer.archive(),
            golden: GoldenPriorities.archive(of: optimizer, questions: questions),
            metrics: String(decoding: try encoder.encode(evaluation), as: UTF8.self) + "\n",
            card: OptimizerCard.text(manifest, summary: Catalog.optimizer(manifest.kind).summary, evaluation))
        return (version, manifest)
    }

    /// The champion so far.
    private struct Champion {
        var optimizer: GCNOptimizer
        var version: Int
        var digest: String
    }

    /// Nil where there is none, or where it cannot be asked; then it cannot be compared, and the gate says so.
    private func champion() throws -> Champion? {
        guard let version = try registry.aliases(of: name)["champion"] else { return nil }
        do {
            let loaded = try registry.load(name, version)
            return Champion(optimizer: try Catalog.loadOptimizer(loaded), version: version, digest: loaded.digest)
        } catch let error as InputError {
            note("warning: \(name) \(version), the champion, is not compared: \(error)")
            return nil
        }
    }

    /// Lower bound over makespan, 1 at the best, from the mean gap; the verdict is that of the paired gaps.
    private static func metric(_ size: ListEvaluation.Size, _ champion: Champion?) -> ModelManifest.Metric {
        func speed(_ gap: Double) -> Double { 1 / (1 + gap) }
        let own = size.learned[0]
        var metric = ModelManifest.Metric(
            target: "lists of \(size.jobs) jobs", protocol: "lists", accuracy: speed(own.gap.value),
            low: speed(own.gap.high), high: speed(own.gap.low),
            heuristics: ["static key": speed(size.staticKey.value)], verdict: own.verdict.rawValue)
        if let champion {
            let other = size.learned[1]
            let gain = ListEvaluation.gain(of: own, over: other)
            metric.champion = .init(
                version: champion.version, digest: champion.digest, rows: size.lists, accuracy: speed(other.gap.value),
                difference: gain.value, low: gain.low, high: gain.high)
        }
        return metric
    }
}
