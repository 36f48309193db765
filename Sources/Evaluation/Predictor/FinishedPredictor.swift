import Prediction
import Workflows

/// A predictor as it is, in the place of a trainer: whatever there is to learn from, nothing is trained.
public struct FinishedPredictor: PredictorTrainer {
    /// What it is called.
    public let kind: String
    /// The predictor.
    public let predictor: any ResourcePredictor

    /// `predictor`, called `kind`.
    public init(_ predictor: any ResourcePredictor, kind: String) {
        self.predictor = predictor
        self.kind = kind
    }

    /// The predictor.
    public func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor { predictor }
}
