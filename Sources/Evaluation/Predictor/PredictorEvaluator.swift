import Files
import Kernels
import Prediction
import Workflows

/// Scores a kind of predictor beside the simple baselines, on the same rows.
public struct PredictorEvaluator: Sendable {
    /// The executions of the history, in its order.
    public var executions: [TaskExecution]
    /// How they are divided.
    public var division: EvaluationProtocol
    /// What is evaluated.
    public var trainer: any PredictorTrainer
    /// Decides everything random.
    public var seed: UInt64
    /// What is learned from in place of `executions`, with the protocol `fixed`.
    public var trainingHistory: [TaskExecution]?
    /// Whether labels are shuffled within each type on the training side: then nothing can be learned but the type's
    /// distribution.
    public var shufflesLabels = false

    /// The baselines that stand beside everything.
    public static let baselines = [StatisticsTrainer.median, .last, .linear]

    /// An evaluator of `trainer`.
    public init(
        _ executions: [TaskExecution], by division: EvaluationProtocol, of trainer: any PredictorTrainer, seed: UInt64
    ) {
        self.executions = executions
        self.division = division
        self.trainer = trainer
        self.seed = seed
    }

    /// Answers by each kind: ours first, then the baselines; for each tested row of each fold.
    private typealias Answers = [[(fold: Int, place: Int, prediction: ResourcePrediction)]]

    /// Trains and tests.
    ///
    /// - Parameter progress: told of the kind of each finished piece of work: one for each kind and fold.
    public func run(progress: @escaping @Sendable (_ kind: String) -> Void = { _ in }) async throws
        -> PredictorEvaluation
    {
        let folds = try division.folds(of: executions, seed: seed)
        let kinds: [any PredictorTrainer] = [trainer] + Self.baselines
        let answers: Answers
        switch division {
        case .online:
            let learned = learnedExecutions(executions)
            answers = try kinds.map { kind in
                let replay = OnlineReplay(executions: executions, trainer: kind, seed: seed, learned: learned)
                let found = try replay.run { _ in }
                progress(kind.kind)
                return found.sorted { $0.key < $1.key }.map { (0, $0.key, $0.value) }
            }
        case .fixed:
            guard let trainingHistory else {
                throw InputError("protocol fixed needs a history to train on (--train-on)")
            }
            let tested = executions.indices.filter { executions[$0].isUsable }
            answers = try kinds.map { kind in
                let predictor = try kind.train(on: learnedExecutions(trainingHistory), seed: seed)
                progress(kind.kind)
                return zip(tested, try predictor.predict(tested.map { executions[$0].task })).map { (0, $0, $1) }
            }
        case .groups, .time, .random:
            answers = try await self.answers(of: kinds, over: folds, progress: progress)
        }
        return evaluation(answers, folds: folds)
    }

    /// Every kind on every fold, side by side.
    private func answers(
        of kinds: [any PredictorTrainer], over folds: [Fold], progress: @escaping @Sendable (String) -> Void
    ) async throws -> Answers {
        try await withThrowingTaskGroup(of: (kind: Int, fold: Int, predictions: [ResourcePrediction]).self) { group in
            for (foldPlace, fold) in folds.enumerated() {
                for (kindPlace, kind) in kinds.enumerated() {
                    group.addTask {
                        let training = learnedExecutions(fold.training.map { executions[$0] })
                        let predictor = try kind.train(on: training, seed: seed)
                        let predictions = try predictor.predict(fold.tested.map { executions[$0].task })
                        progress(kind.kind)
                        return (kindPlace, foldPlace, predictions)
                    }
                }
            }
            var found = [[[ResourcePrediction]]](
                repeating: [[ResourcePrediction]](repeating: [], count: folds.count), count: kinds.count)
            for try await result in group { found[result.kind][result.fold] = result.predictions }
            return found.map { byFold in
                byFold.enumerated().flatMap { fold, predictions in
                    zip(folds[fold].tested, predictions).map { (fold, $0, $1) }
                }
            }
        }
    }

    /// `training` as it is, or with the outcomes of each type dealt out anew.
    private func learnedExecutions(_ training: [TaskExecution]) -> [TaskExecution] {
        guard shufflesLabels else { return training }
        var generator = SeededGenerator(seed: seed ^ 0x5FFF)
        var types: [String: [Int]] = [:]
        for (place, execution) in training.enumerated() where execution.isUsable {
            types[execution.task.taskType, default: []].append(place)
        }
        var shuffled = training
        for (_, places) in types.sorted(by: { $0.key < $1.key }) {
            for (place, source) in zip(places, places.shuffled(using: &generator)) {
                shuffled[place].cpu = training[source].cpu
                shuffled[place].memory = training[source].memory
                shuffled[place].duration = training[source].duration
            }
        }
        return shuffled
    }

    private func evaluation(_ answers: Answers, folds: [Fold]) -> PredictorEvaluation {
        let rows = answers.map { kind in kind.flatMap { self.rows($0.prediction, of: $0.place, fold: $0.fold) } }
        let targets = ResourceTarget.allCases.compactMap { target in
            TargetComparison(target, rows.map { $0.filter { $0.target == target } }, seed: seed).report(
                names: Self.baselines.map(\.kind))
        }
        let sizing = SizingComparison(self, rows[0], folds: folds)
        return PredictorEvaluation(
            report: PredictorReport(
                kind: trainer.kind, protocol: division, seed: seed, folds: max(folds.count, 1), rows: executions.count,
                usableRows: executions.count(where: \.isUsable), shuffledLabels: shufflesLabels, targets: targets,
                sizing: sizing.ours, requestSizing: sizing.request, sizingBaselines: sizing.baselines),
            predictions: rows[0], folds: folds)
    }

    /// One row for each target that was measured.
    private func rows(_ prediction: ResourcePrediction, of place: Int, fold: Int) -> [PredictionRow] {
        let execution = executions[place]
        return ResourceTarget.allCases.compactMap { target in
            guard let actual = execution[target] else { return nil }
            let quantity = prediction[target]
            return PredictionRow(
                row: place, fold: fold, workflow: execution.task.workflow ?? "", run: execution.task.run ?? "",
                taskID: execution.taskID, taskType: execution.task.taskType, target: target, actual: actual,
                p05: quantity.p05, p50: quantity.p50, p95: quantity.p95, allocation: quantity.allocation,
                cold: prediction.cold, source: quantity.source)
        }
    }
}
