import Workflows

/// Makes a predictor from executions: what `train` does, and every training side of an evaluation.
public protocol PredictorTrainer: Sendable {
    /// The kind of model, as in the catalog.
    var kind: String { get }

    /// The same trainer, for predictors that know of machines what `benchmarks` say; itself where it has no use for
    /// them.
    func knowing(_ benchmarks: [MachineBenchmark]) -> Self

    /// A predictor that has learned from `executions`, in their order; a function of them and of `seed` alone.
    func train(on executions: [TaskExecution], seed: UInt64) throws -> any ResourcePredictor
}

extension PredictorTrainer {
    /// Itself.
    public func knowing(_ benchmarks: [MachineBenchmark]) -> Self { self }
}

/// Makes a ``StatisticsPredictor`` of certain rules.
public struct StatisticsTrainer: PredictorTrainer {
    /// The kind of model.
    public let kind: String
    /// The rules that may answer.
    public let rules: [ForecastRule]
    /// What is known of machines.
    public var benchmarks: [MachineBenchmark] = []

    /// The kind `statistics`: for each type, target and kind of question a mean of those rules that held-out executions
    /// speak for.
    public static let gated = StatisticsTrainer(
        kind: "statistics",
        rules: [
            .median, .recent, .last, .sizeLine, .linear, .trees, .smoothTrees, .timedTrees, .smoothTimedTrees,
        ])
    /// The kind `linear`: a line for each type, its median where there is no line.
    public static let linear = StatisticsTrainer(kind: "linear", rules: [.linear])
    /// The baseline `median`.
    public static let median = StatisticsTrainer(kind: "median", rules: [.median])
    /// The baseline `last`.
    public static let last = StatisticsTrainer(kind: "last", rules: [.last])

    /// The same trainer, with what is known of machines.
    public func knowing(_ benchmarks: [MachineBenchmark]) -> StatisticsTrainer {
        var trainer = self
        trainer.benchmarks = benchmarks
        return trainer
    }

    /// A predictor that has learned from `executions`.
    public func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor {
        StatisticsPredictor(rules: rules, executions: executions, benchmarks: benchmarks)
    }
}
