import Evaluation
import Files
import Foundation
import Models
import Registry
import Simulation
import Training

/// Searches for a rule for Spark streams, compares it with the others on streams that neither has seen, and publishes it.
struct SparkPublication: Sendable {
    let name: CheckedName
    let trainer: SparkScorerTrainer
    /// The version that the trainer starts from; nil where it starts from the rules.
    let from: Int?
    let seed: UInt64
    let registry: ModelRegistry

    /// Streams to compare on, and what their seeds begin at.
    private static let comparedOn = 40
    private static let comparisonSeed: UInt64 = 1 << 41

    func train(_ session: TrainingSession) throws -> SparkScorerTrainer.Outcome {
        var trainer = trainer
        trainer.session = session
        return try trainer.train(seed: seed)
    }

    func publish(_ outcome: SparkScorerTrainer.Outcome, at moment: Double) throws -> PublishedVersion {
        let champion = try CurrentChampion(of: name, in: registry, load: Catalog.loadSpark).unless(difference)
        let rules: [(name: String, rule: any SparkRule)] =
            SparkOrder.allCases.map { ($0.rawValue, $0) } + [(SparkScorer.kind, outcome.scorer)]
            + (champion.model.map { [(ModelRegistry.champion, $0)] } ?? [])
        let evaluation = SparkEvaluation(
            rules, of: trainer.jobs, count: trainer.count, meanGap: trainer.meanGap, executors: trainer.executors,
            seeds: (0..<UInt64(Self.comparedOn)).map { Self.comparisonSeed &+ seed &+ $0 })
        let manifest = ModelManifest(
            name: name, kind: SparkScorer.kind, architecture: outcome.scorer.architectureFields,
            hyperparameters: problem.merging([
                "generations": Double(trainer.generations), "population": Double(trainer.population),
                "streams": Double(trainer.streams), "chosenGeneration": Double(outcome.generation),
            ]) { own, _ in own }, seed: seed, features: SparkScorer.features,
            inputs: [.init(name: "features", type: "float64", shape: ["stages", "\(SparkFeatures.count)"])],
            outputs: [.init(name: "scores", type: "float64", shape: ["stages", "2"])],
            dataset: .init(rows: trainer.jobs.count, firstAt: nil, lastAt: nil, sha256: trainer.jobs.digest),
            metrics: [metric(evaluation, champion)],
            parentVersion: try from ?? registry.aliases(of: name)[ModelRegistry.champion],
            commit: ProcessInfo.processInfo.environment["TACTUS_COMMIT"], created: moment)
        return try PublishedVersion(
            publishing: manifest, weights: outcome.scorer.archive, golden: outcome.scorer.golden, report: evaluation,
            card: SparkCard.text(manifest, outcome, evaluation, notes: [champion.obstacle?.note].compactMap(\.self)),
            in: registry, notCompared: champion.obstacle?.cause)
    }

    /// What the streams are that a rule is for.
    private var problem: [String: Double] {
        ["executors": Double(trainer.executors), "jobs": Double(trainer.count), "gap": trainer.meanGap]
    }

    /// Why a version is for other streams, if it is.
    private func difference(_ manifest: ModelManifest) -> String? {
        for (name, value) in problem.sorted(by: { $0.key < $1.key }) {
            let other = manifest.hyperparameters[name]
            guard other != value else { continue }
            let known = other.map { JSONValue.text(of: $0) } ?? "unknown"
            return "it is for other streams, \(name) \(known) instead of \(JSONValue.text(of: value)); "
                + "another --name keeps both"
        }
        return manifest.dataset.sha256 == trainer.jobs.digest
            ? nil : "it is for streams of other jobs; another --name keeps both"
    }

    /// How much sooner jobs end than under the best rule, as a part: the scorer, and each of the rules, of which the best has 0.
    private func metric(
        _ evaluation: SparkEvaluation, _ champion: CurrentChampion<SparkScorer>
    ) -> ModelManifest.Metric {
        let rules = evaluation.entries.prefix(SparkOrder.allCases.count)
        let others = evaluation.entries.dropFirst(rules.count)
        guard let own = others.first, let best = rules.min(by: { $0.mean.value < $1.mean.value }) else {
            preconditionFailure("an evaluation without rules")
        }
        let gain = SparkEvaluation.gain(of: own, over: best)
        var metric = ModelManifest.Metric(
            target: "\(trainer.executors) executors, \(trainer.count) jobs", protocol: "streams",
            accuracy: gain.value, low: gain.low, high: gain.high,
            heuristics: Dictionary(
                uniqueKeysWithValues: rules.map { ($0.name, SparkEvaluation.gain(of: $0, over: best).value) }),
            verdict: PredictorReport.Verdict(gain).rawValue)
        if let other = others.dropFirst().first {
            metric.champion = champion.found(
                rows: evaluation.seeds.count, accuracy: SparkEvaluation.gain(of: other, over: best).value,
                SparkEvaluation.gain(of: own, over: other))
        }
        return metric
    }
}
