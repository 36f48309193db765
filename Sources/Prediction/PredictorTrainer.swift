import Workflows

/// Makes a predictor from executions: what `train` does, and every training side of an evaluation.
public protocol PredictorTrainer: Sendable {
    /// The kind of model, as in the catalog.
    var kind: String { get }

    /// A predictor that has learned from `executions`, in their order; a function of them and of `seed` alone.
    func train(on executions: [TaskExecution], seed: UInt64) throws -> any ResourcePredictor
}

/// Makes a ``StatisticsPredictor`` of certain rules.
public struct StatisticsTrainer: PredictorTrainer {
    /// The kind of model.
    public let kind: String
    /// The rules that may answer.
    public let rules: [ForecastRule]

    /// The kind `statistics`: for each type, target and kind of question a mean of those rules that held-out executions
    /// speak for.
    public static let gated = StatisticsTrainer(
        kind: "statistics",
        rules: [
            .median, .recent, .last, .linear, .trees, .smoothTrees, .timedTrees, .smoothTimedTrees,
        ])
    /// The kind `linear`: a line for each type, its median where there is no line.
    public static let linear = StatisticsTrainer(kind: "linear", rules: [.linear])
    /// The baseline `median`.
    public static let median = StatisticsTrainer(kind: "median", rules: [.median])
    /// The baseline `last`.
    public static let last = StatisticsTrainer(kind: "last", rules: [.last])

    /// A predictor that has learned from `executions`.
    public func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor {
        StatisticsPredictor(rules: rules, executions: executions)
    }
}
