import Workflows

/// Makes a predictor from executions: what `train` does, and every training side of an evaluation.
public protocol PredictorTrainer: Sendable {
    /// The kind of model, as in the catalog.
    var kind: String { get }

    /// A predictor that has learned from `executions`, in their order; a function of them and of `seed` alone.
    func train(on executions: [TaskExecution], seed: UInt64) throws -> any ResourcePredictor
}
