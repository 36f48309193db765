import Workflows

extension LearnedForecasterTrainer: PublishableForecasterTrainer {
    /// Settings of the training.
    public var hyperparameters: [String: Double] {
        var settings = [
            "epochs": Double(loop.epochs), "batchSize": Double(loop.batchSize), "patience": Double(loop.patience),
            "learningRate": Double(loop.optimizer.learningRate), "weightDecay": Double(loop.optimizer.weightDecay),
            "stride": Double(stride), "learningShare": Self.learningShare,
        ]
        if case .norm(let bound) = loop.clipping { settings["maximumGradientNorm"] = Double(bound) }
        return settings
    }

    /// Trains a forecaster that can be archived.
    public func trainPublishable(on series: [MetricSeries], seed: UInt64) throws -> any PublishableForecaster {
        try trainForecaster(on: series, seed: seed)
    }
}
