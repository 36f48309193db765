import History
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
    /// The feature whose values are left out, with the protocol `leave-out`.
    public var feature: String?
    /// Whether labels are shuffled within each type on the training side: then nothing can be learned but the type's
    /// distribution.
    public var shufflesLabels = false
    /// Which shuffle it is.
    var shuffle = 1
    /// Kinds that run on the same rows; the best of them is what the evaluated one is judged by.
    public var baselines: [any PredictorTrainer] = PredictorEvaluator.simpleBaselines
    /// Further kinds that run on the same rows, each compared with the evaluated one: the ablation.
    public var comparisons: [any PredictorTrainer] = []

    /// The baselines that stand beside everything.
    public static let simpleBaselines: [any PredictorTrainer] = [
        StatisticsTrainer.median, StatisticsTrainer.last, StatisticsTrainer.linear,
    ]

    /// An evaluator of `trainer`.
    public init(
        _ executions: [TaskExecution], by division: EvaluationProtocol, of trainer: any PredictorTrainer, seed: UInt64
    ) {
        self.executions = executions
        self.division = division
        self.trainer = trainer
        self.seed = seed
    }

    /// All that run: the evaluated kind first, then the baselines, then what it is compared with.
    public var kinds: [any PredictorTrainer] { [trainer] + baselines + comparisons }

    /// How often each kind is trained and asked; 1 where the executions cannot be divided.
    public var pieces: Int {
        max((try? folds().count) ?? 1, 1)
    }

    /// How the executions are divided.
    func folds() throws -> [Fold] { try division.folds(of: executions, seed: seed, feature: feature) }

    /// Trains and tests.
    ///
    /// - Parameter progress: told of the kind of each finished piece of work: one for each kind and fold.
    public func run(progress: @escaping @Sendable (_ kind: String) -> Void = { _ in }) async throws
        -> PredictorEvaluation
    {
        let folds = try folds()
        let rows = try await rows(folds: folds, progress: progress)
        let names = kinds.map(\.kind)
        let targets = ResourceTarget.allCases.compactMap { target in
            TargetComparison(
                target, rows.map { $0.filter { $0.target == target } }, names: names, baselines: baselines.count,
                seed: seed
            ).report()
        }
        let sizing = SizingComparison(self, rows[0], folds: folds)
        return PredictorEvaluation(
            report: PredictorReport(
                kind: trainer.kind, protocol: division, seed: seed, folds: max(folds.count, 1), rows: executions.count,
                usableRows: executions.count(where: \.isUsable), shuffledLabels: shufflesLabels, targets: targets,
                sizing: sizing.ours, requestSizing: sizing.request, sizingBaselines: sizing.baselines,
                worstCases: targets.flatMap { target in worstCases(rows[0].filter { $0.target == target.target }) },
                dataset: DatasetDigest(executions), trainingDataset: trainingHistory.map { DatasetDigest($0) }),
            predictions: rows[0], folds: folds)
    }

    /// The rows of each of ``kinds``, in one order.
    func rows(
        folds: [Fold], progress: @escaping @Sendable (_ kind: String) -> Void = { _ in }
    ) async throws -> [[PredictionRow]] {
        let known = KnownExecutions(of: self, folds: folds)
        return try await answers(of: kinds, folds: folds, progress: progress).map { kind in
            kind.flatMap { answer in rows(answer, known: known) }
        }
    }

    /// One row for each target that was measured.
    private func rows(_ answer: Answer, known: KnownExecutions) -> [PredictionRow] {
        let execution = executions[answer.place]
        return ResourceTarget.allCases.compactMap { target in
            guard let actual = execution[target] else { return nil }
            let quantity = answer.prediction[target]
            return PredictionRow(
                row: answer.place, fold: answer.fold, workflow: execution.task.workflow ?? "",
                run: execution.task.run ?? "", taskID: execution.taskID, taskType: execution.task.taskType,
                submittedAt: execution.task.submittedAt, target: target, actual: actual, p05: quantity.p05,
                p50: quantity.p50, p95: quantity.p95, quantiles: quantity.quantiles, allocation: quantity.allocation,
                known: known[answer.place, fold: answer.fold], cold: answer.prediction.cold, reason: quantity.reason,
                source: quantity.source)
        }
    }
}
