import Training

/// The kind `transformer`: what the base leaves, by a Transformer's encoder.
public typealias TransformerPredictor = ResidualPredictor<TransformerNetwork>

/// Trains a ``TransformerPredictor``.
public typealias TransformerPredictorTrainer = ResidualPredictorTrainer<TransformerNetwork>

extension ResidualPredictorTrainer<TransformerNetwork> {
    /// The trainer of the kind `transformer`.
    public init(session: TrainingSession = TrainingSession()) {
        self.init(
            architecture: TransformerArchitecture(),
            loop: TrainingLoop(
                AdamW(learningRate: 0.001, weightDecay: 1e-4), schedule: .warmUp(over: .updates(50)), epochs: 20,
                batchSize: 64, patience: 4),
            session: session)
    }
}
