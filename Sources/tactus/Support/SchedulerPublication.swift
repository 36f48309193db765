import Evaluation
import Files
import Foundation
import Models
import Registry
import Scheduling
import Simulation
import Training
import Workflows

/// Trains a scheduler in the twin, compares it with the rules that it starts from, and publishes it with what was found.
struct SchedulerPublication: Sendable {
    typealias Named = (name: String, source: WorkloadSource)

    let name: CheckedName
    let sources: [Named]
    let validation: [Named]
    let cluster: Cluster
    let streams: Int
    let rounds: Int
    let searchSteps: Int
    let searchPairs: Int
    let window: Int
    let hasPoolAgents: Bool
    /// What the search starts from; nil for the rule.
    let parent: Parent?
    /// What it is learned and compared by.
    let reward: SchedulingReward
    let seed: UInt64
    let registry: ModelRegistry

    /// A version that learns on.
    struct Parent: Sendable {
        let version: Int
        let weights: [Float]
        let window: Int
        let hasPoolAgents: Bool
        let sight: WindowFeatures.Sight
    }

    /// Streams of each workload by which the margin is chosen, and those on which it is then compared.
    private static let chosenBy = 5
    private static let comparedOn = 10
    /// What the seeds of streams begin at, beside the training's own, which begin at the seed.
    private static let validationSeed: UInt64 = 1 << 40
    private static let comparisonSeed: UInt64 = 1 << 41

    /// What a training is of: a checkpoint of another one is not its own.
    var identity: JSONObject {
        get throws {
            var fields = JSONObject([
                ("model", .string(name.description)), ("kind", .string(DQNScheduler.kind)),
                ("streams", .integer(streams)), ("rounds", .integer(rounds)),
                ("searchSteps", .integer(searchSteps)), ("searchPairs", .integer(searchPairs)),
                ("workloads", .string(try digest())), ("seed", .string("\(seed)")),
                ("window", .integer(window)), ("poolAgents", .bool(hasPoolAgents)),
                ("from", parent.map { .integer($0.version) } ?? .null),
            ])
            if reward != .init() { fields["reward"] = .string("\(reward)") }
            return fields
        }
    }

    /// How what a version was rewarded for differs from what this one is; nil where it does not. One that states nothing was for
    /// mean completion.
    func difference(_ manifest: ModelManifest) -> String? {
        let stated = manifest.hyperparameters.filter { $0.key.hasPrefix("reward") }
        let other = stated.isEmpty ? SchedulingReward().hyperparameters : stated
        return other == reward.hyperparameters
            ? nil : "it was rewarded for something else than \(reward); another --name keeps both"
    }

    /// The digest of what is learned from: the first stream of each workload.
    private func digest() throws -> String {
        try sources.flatMap { try $0.source.arrivals(seed: seed, on: cluster) }.digest
    }

    private var trainer: DQNSchedulerTrainer {
        var trainer = DQNSchedulerTrainer()
        (trainer.streams, trainer.rounds) = (streams, rounds)
        (trainer.search.steps, trainer.search.pairs) = (searchSteps, searchPairs)
        (trainer.window, trainer.hasPoolAgents) = (window, hasPoolAgents)
        trainer.reward = reward
        let sight = sources.reduce(parent?.sight ?? .init()) { $0.union($1.source.sight) }
        trainer.sight = sight
        trainer.start = parent.map { sight.weights($0.weights, of: $0.sight) }
        return trainer
    }

    /// Trains on streams of the workloads in turn, from the seed on.
    func train(_ session: TrainingSession) throws -> DQNSchedulerTrainer.Outcome {
        var trainer = trainer
        trainer.session = session
        let held = try validation.flatMap { source in
            try (0..<UInt64(Self.chosenBy)).map {
                try source.source.arrivals(seed: Self.validationSeed &+ seed &+ $0, on: cluster)
            }
        }
        return try trainer.train(
            on: { try sources[Int($0 % UInt64(sources.count))].source.arrivals(seed: $0, on: cluster) },
            validation: held, seed: seed)
    }

    /// The scheduler beside the rules, and the `champion` if there is one, on each workload with the failures that it states:
    /// srpt is the baseline.
    func evaluations(of scheduler: DQNScheduler, beside champion: CurrentChampion<DQNScheduler>) async throws
        -> [SchedulerEvaluation]
    {
        var variants = [StreamVariant(.srpt, on: cluster), StreamVariant(.srptPath, on: cluster)]
        var learned = [(DQNScheduler.kind, scheduler)]
        if let champion = champion.model { learned.append((ModelRegistry.champion, champion)) }
        for (name, scheduler) in learned {
            variants.append(StreamVariant(StreamPolicy(name, rule: scheduler.rule), on: cluster))
        }
        let seeds = (0..<UInt64(Self.comparedOn)).map { Self.comparisonSeed &+ seed &+ $0 }
        var evaluations: [SchedulerEvaluation] = []
        for (_, source) in validation {
            for place in variants.indices {
                variants[place].settings = try source.trouble(on: cluster)
                variants[place].forecast = source.forecast
            }
            var evaluator = SchedulerEvaluator(variants, seeds: seeds) { try source.stream(seed: $0, on: $1) }
            evaluator.reward = reward
            evaluations.append(try await evaluator.run())
        }
        return evaluations
    }

    /// Publishes what a training came to.
    ///
    /// Its manifest tells of what was chosen: its rows are choices where a network was fitted to rollouts, streams where it
    /// was searched for, and none where it is the rule; `curve`, the epochs of the fit, is kept of the former alone.
    func publish(
        _ outcome: DQNSchedulerTrainer.Outcome, evaluations: [SchedulerEvaluation],
        beside champion: CurrentChampion<DQNScheduler>, curve: [EpochRecord], at moment: Double
    ) throws -> PublishedVersion {
        let scheduler = outcome.scheduler
        var hyperparameters = [
            "streams": Double(streams), "rounds": Double(rounds), "searchSteps": Double(searchSteps),
            "searchPairs": Double(searchPairs), "window": Double(window),
        ]
        hyperparameters.merge(reward.hyperparameters) { $1 }
        if hasPoolAgents { hyperparameters["poolAgents"] = 1 }
        if sources.contains(where: { $0.source.forecast != nil }) { hyperparameters["predictedDurations"] = 1 }
        if let parent { hyperparameters["from"] = Double(parent.version) }
        var rows = 0
        switch outcome.chosen {
        case .rule: break
        case .search(let step):
            hyperparameters["chosenSearchStep"] = Double(step)
            rows = step * searchPairs
        case .rollouts(let margin):
            hyperparameters["margin"] = Double(margin)
            hyperparameters["beginnings"] = trainer.beginnings
            hyperparameters["epochs"] = Double(trainer.loop.epochs)
            hyperparameters["learningRate"] = Double(trainer.loop.optimizer.learningRate)
            rows = outcome.sampleCount
        }
        var manifest = ModelManifest(
            name: name, kind: DQNScheduler.kind, architecture: scheduler.architectureFields,
            hyperparameters: hyperparameters, seed: seed, features: scheduler.features,
            inputs: [
                .init(name: "state", type: "float32", shape: ["1", "\(scheduler.network.stateCount)"]),
                .init(name: "actions", type: "float32", shape: ["tasks", "\(scheduler.network.featureCount)"]),
            ],
            outputs: [.init(name: "values", type: "float32", shape: ["tasks"])],
            dataset: .init(rows: rows, firstAt: nil, lastAt: nil, sha256: try digest()),
            metrics: zip(validation, evaluations).map { metric($0.name, $1.report, champion) },
            parentVersion: try parent?.version ?? registry.aliases(of: name)[ModelRegistry.champion],
            commit: ProcessInfo.processInfo.environment["TACTUS_COMMIT"], created: moment)
        if outcome.chosen.isFitted { manifest.keep(curve) }
        return try PublishedVersion(
            publishing: manifest, weights: scheduler.archive, golden: scheduler.golden,
            report: evaluations.map(\.report),
            card: SchedulerCard.text(
                manifest, outcome: outcome, evaluations.map(\.report), reward,
                notes: [champion.obstacle?.note].compactMap(\.self)),
            in: registry, notCompared: champion.obstacle?.cause)
    }

    /// A metric in words.
    func words(_ metric: ModelManifest.Metric) -> String {
        let found = String(
            format: "(%.2f to %.2f)", 100 * metric.low, 100 * metric.high)
        let size = String(format: "%.2f %%", 100 * metric.accuracy)
        return reward == .init()
            ? "\(metric.target): completes workflows \(size) sooner than the best rule \(found)"
            : "\(metric.target): comes to \(size) less of \(reward) than the best rule \(found)"
    }

    /// How much sooner workflows complete than under the better rule, as a part, paired over streams: the scheduler, and each
    /// of the rules, of which the better one has 0. Another reward is compared likewise.
    private func metric(
        _ workload: String, _ report: SchedulerReport, _ champion: CurrentChampion<DQNScheduler>
    ) -> ModelManifest.Metric {
        let (srpt, byPath, own) = (report.variants[0], report.variants[1], report.variants[2])
        func gain(_ own: SchedulerReport.Entry, _ other: SchedulerReport.Entry) -> Estimate {
            SchedulerReport.gain(own, over: other, by: reward)
        }
        let best = byPath.difference.value < 0 ? byPath : srpt
        let found = gain(own, best)
        var metric = ModelManifest.Metric(
            target: lastComponent(of: workload), protocol: "streams", accuracy: found.value,
            low: found.low, high: found.high,
            heuristics: [srpt.name: gain(srpt, best).value, byPath.name: gain(byPath, best).value],
            verdict: PredictorReport.Verdict(found).rawValue)
        if report.variants.count > 3 {
            let other = report.variants[3]
            metric.champion = champion.found(
                rows: report.seeds.count, accuracy: gain(other, best).value, gain(own, other))
        }
        return metric
    }
}
