import Training

/// The kind `lstm`: what the base leaves, by an LSTM.
public typealias LSTMPredictor = ResidualPredictor<LSTMNetwork>

/// Trains an ``LSTMPredictor``.
public typealias LSTMPredictorTrainer = ResidualPredictorTrainer<LSTMNetwork>

extension ResidualPredictorTrainer<LSTMNetwork> {
    /// The trainer of the kind `lstm`.
    public init(session: TrainingSession = TrainingSession()) {
        self.init(
            architecture: LSTMArchitecture(),
            loop: TrainingLoop(
                AdamW(learningRate: 0.002, weightDecay: 1e-4), epochs: 20, batchSize: 64, patience: 4),
            session: session)
    }
}
