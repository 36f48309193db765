import Evaluation
import Files
import Foundation
import Models
import Registry
import Scheduling
import Simulation

/// Trains an optimizer, compares one pass of it with the static key on lists of jobs that neither has seen, what it says of
/// bottlenecks with runs and the critical path, and of changes with the order in which they are proposed, and publishes it with
/// what was found.
struct OptimizerPublication: Sendable {
    let name: CheckedName
    let trainer: PriorityTrainer
    /// Trains what says which tasks hold a workflow back; nil leaves that out.
    let bottleneckTrainer: BottleneckTrainer?
    /// Trains what says which changes gain much; nil leaves that out.
    let gainTrainer: GainTrainer?
    /// Lists of each size to compare on, and workflows to look for bottlenecks in and to change.
    let lists: Int
    let seed: UInt64
    let registry: ModelRegistry

    /// What is told while it trains.
    enum Progress: Sendable {
        /// A look at the priorities.
        case look(PriorityTrainer.Look)
        /// Steps of the training for bottlenecks, and the mean loss of the last hundred.
        case bottlenecks(step: Int, loss: Float)
        /// The same of the training for gains of changes.
        case gains(step: Int, loss: Float)
    }

    /// What was trained, and all that was told meanwhile.
    func train(
        _ report: @escaping @Sendable (Progress) -> Void
    ) async throws -> (optimizer: GCNOptimizer, curve: [Progress]) {
        // What no self-test can be made of is not trained for nothing.
        _ = try GoldenWorkflows.questions(of: trainer.lists)
        let (told, teller) = AsyncStream.makeStream(of: Progress.self)
        @Sendable func tell(_ progress: Progress) {
            teller.yield(progress)
            report(progress)
        }
        var trainer = trainer
        trainer.progress = { tell(.look($0)) }
        var optimizer = try await trainer.train(seed: seed)
        optimizer.bottlenecks = try bottleneckTrainer?.train(seed: seed) { tell(.bottlenecks(step: $0, loss: $1)) }
        optimizer.gains = try gainTrainer?.train(seed: seed) { tell(.gains(step: $0, loss: $1)) }
        teller.finish()
        return (optimizer, await told.reduce(into: []) { $0.append($1) })
    }

    /// Publishes `optimizer`.
    ///
    /// - Parameter curve: what was told while it was trained.
    func publish(_ optimizer: GCNOptimizer, curve: [Progress], at moment: Double) throws -> PublishedVersion {
        let champion = try CurrentChampion(of: name, in: registry, load: Catalog.loadOptimizer)
        let evaluation = OptimizerVersionReport(
            try ListEvaluation(
                [optimizer] + [champion.model].compactMap(\.self), on: trainer.lists, sizes: trainer.settings.sizes,
                part: .promotion, count: lists, serialFrom: trainer.settings.serialFrom),
            bottlenecks: try optimizer.bottlenecks.map { try evaluate($0, champion) },
            gains: try optimizer.gains.map { try evaluate($0, champion) })
        let manifest = ModelManifest(
            name: name, kind: GCNOptimizer.kind, architecture: optimizer.architectureFields,
            hyperparameters: [
                trainer.settings.hyperparameters, bottleneckTrainer?.settings.hyperparameters ?? [:],
                gainTrainer?.settings.hyperparameters ?? [:],
            ].reduce(into: [:]) { $0.merge($1) { own, _ in own } }, seed: seed,
            features: optimizer.features, inputs: optimizer.inputs, outputs: optimizer.outputs,
            dataset: .init(
                rows: trainer.lists.jobCount, firstAt: nil, lastAt: nil, sha256: trainer.lists.digest),
            metrics: evaluation.lists.sizes.map { Self.metric($0, champion) }
                + (evaluation.bottlenecks.map { Self.metrics($0, champion) } ?? [])
                + (evaluation.gains.map { [Self.metric($0, champion)] } ?? []),
            parentVersion: try registry.aliases(of: name)["champion"],
            commit: ProcessInfo.processInfo.environment["TACTUS_COMMIT"], created: moment)
        let weights = optimizer.archive()
        let golden = try GoldenWorkflows.archive(
            of: optimizer, questions: try GoldenWorkflows.questions(of: trainer.lists))
        // What could not be loaded again is not published.
        try GoldenWorkflows.check(GCNOptimizer(weights, fields: manifest.architecture), against: golden)
        return try PublishedVersion(
            publishing: manifest, weights: weights, golden: golden, report: evaluation,
            card: OptimizerCard.text(
                manifest, summary: Catalog.optimizer(manifest.kind).summary, evaluation, curve: curve,
                notes: [champion.obstacle?.note].compactMap(\.self)),
            in: registry, notCompared: champion.obstacle?.cause)
    }

    /// Lower bound over makespan, 1 at the best, from the mean gap; the verdict is that of the paired gaps beside the better of
    /// both rules.
    private static func metric(
        _ size: ListEvaluation.Size, _ champion: CurrentChampion<GCNOptimizer>
    ) -> ModelManifest.Metric {
        func speed(_ gap: Double) -> Double { 1 / (1 + gap) }
        let own = size.learned[0]
        let gain = size.keyOfSamePass.value < size.staticKey.value ? own.gainOverKeyOfSamePass : own.gain
        var metric = ModelManifest.Metric(
            target: "lists of \(size.jobs) jobs", protocol: "lists", accuracy: speed(own.gap.value),
            low: speed(own.gap.high), high: speed(own.gap.low),
            heuristics: [
                "static key": speed(size.staticKey.value), "static key, same pass": speed(size.keyOfSamePass.value),
            ], verdict: PredictorReport.Verdict(gain).rawValue)
        if size.learned.count > 1 {
            let other = size.learned[1]
            metric.champion = champion.found(
                rows: size.lists, accuracy: speed(other.gap.value), ListEvaluation.gain(of: own, over: other))
        }
        return metric
    }
}

// What says which tasks hold a workflow back.

extension OptimizerPublication {
    private static let comparisonSeed: UInt64 = 23

    /// The network, the rules that it stands beside, and the champion: its network, or, where it has none, the one run that
    /// then has to do.
    private func evaluate(
        _ bottlenecks: GCNBottlenecks, _ champion: CurrentChampion<GCNOptimizer>
    ) throws -> BottleneckEvaluation {
        let seed = Self.comparisonSeed
        let oneRun = BottleneckEvaluation.Method.runs(1, name: "one run", seed: seed)
        var methods: [BottleneckEvaluation.Method] = [.asking(bottlenecks, name: "network"), .criticalPath, oneRun]
        if let model = champion.model {
            methods.append(
                model.bottlenecks.map { .asking($0, name: ModelRegistry.champion) }
                    ?? .runs(1, name: ModelRegistry.champion, seed: seed))
        }
        return BottleneckEvaluation(methods, on: try BottleneckTrainer.unseen(lists).map { [$0] }, seed: seed)
    }

    /// 1 - the Brier score and the mean absolute error of delays, each beside the better of both rules.
    private static func metrics(
        _ evaluation: BottleneckEvaluation, _ champion: CurrentChampion<GCNOptimizer>
    ) -> [ModelManifest.Metric] {
        func metric(
            _ target: String, _ error: (BottleneckEvaluation.Entry) -> Estimate,
            _ gain: (BottleneckEvaluation.Entry) -> Estimate
        ) -> ModelManifest.Metric {
            let (own, rules) = (error(evaluation.entries[0]), evaluation.entries[1...2])
            let best = rules.min { error($0).value < error($1).value } ?? evaluation.entries[1]
            var metric = ModelManifest.Metric(
                target: target, protocol: "drawn", accuracy: 1 - own.value, low: 1 - own.high, high: 1 - own.low,
                heuristics: Dictionary(uniqueKeysWithValues: rules.map { ($0.name, 1 - error($0).value) }),
                verdict: BottleneckEvaluation.verdict(gain(best)).rawValue)
            if evaluation.entries.count > 3 {
                let other = evaluation.entries[3]
                metric.champion = champion.found(
                    rows: evaluation.workflows, accuracy: 1 - error(other).value, gain(other))
            }
            return metric
        }
        return [
            metric("bottlenecks", \.brierScore, \.brierGain), metric("expected delays", \.delayError, \.delayGain),
        ]
    }
}

// What says which changes gain much.

extension OptimizerPublication {
    /// Gains from which a workflow counts: what can hardly be improved says nothing of an order.
    private static let leastGain = 0.01

    /// The order by the network, that in which changes are proposed, and the champion's: by its network, or, where it has none, as
    /// they are proposed.
    private func evaluate(
        _ gains: GCNGains, _ champion: CurrentChampion<GCNOptimizer>
    ) throws -> GainEvaluation {
        let workflows = try GainTrainer.unseen(lists).filter { $0.bestGain(ofFirst: .max) >= Self.leastGain }
        func found(_ name: String, by model: GCNGains?) -> (name: String, found: [Double]) {
            let parts = workflows.map { workflow in
                let expected = model.map {
                    $0.gains(of: workflow.changes, after: workflow.timetable, of: workflow.instance)
                }
                return workflow.bestGain(ofFirst: GainEvaluation.first, byExpected: expected)
                    / workflow.bestGain(ofFirst: .max)
            }
            return (name, parts)
        }
        return GainEvaluation(
            [found("network", by: gains), found("as proposed", by: nil)]
                + (champion.model.map { [found(ModelRegistry.champion, by: $0.gains)] } ?? []))
    }

    /// The part of the largest gain that is found, beside the order in which changes are proposed.
    private static func metric(
        _ evaluation: GainEvaluation, _ champion: CurrentChampion<GCNOptimizer>
    ) -> ModelManifest.Metric {
        let (own, rule) = (evaluation.entries[0], evaluation.entries[1])
        var metric = ModelManifest.Metric(
            target: GainEvaluation.target, protocol: "drawn", accuracy: own.found.value, low: own.found.low,
            high: own.found.high, heuristics: [rule.name: rule.found.value],
            verdict: GainEvaluation.verdict(rule.gain).rawValue)
        if evaluation.entries.count > 2 {
            let other = evaluation.entries[2]
            metric.champion = champion.found(
                rows: evaluation.workflows, accuracy: other.found.value, other.gain)
        }
        return metric
    }
}

/// What a version of an optimizer was found to come to, as `metrics.json`: the members of all evaluations in one object.
struct OptimizerVersionReport: Encodable {
    let lists: ListEvaluation
    let bottlenecks: BottleneckEvaluation?
    let gains: GainEvaluation?

    init(_ lists: ListEvaluation, bottlenecks: BottleneckEvaluation?, gains: GainEvaluation?) {
        (self.lists, self.bottlenecks, self.gains) = (lists, bottlenecks, gains)
    }

    private enum Key: CodingKey { case bottlenecks, gains }

    func encode(to encoder: any Encoder) throws {
        try lists.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(bottlenecks, forKey: .bottlenecks)
        try container.encodeIfPresent(gains, forKey: .gains)
    }
}
