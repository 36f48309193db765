import Prediction
import Registry
import Workflows

extension ResidualPredictorTrainer: PublishableTrainer {
    /// The network's shape.
    public var architectureFields: [String: Int] { architecture.fields }

    /// Settings of the training.
    public var hyperparameters: [String: Double] {
        var settings = [
            "epochs": Double(loop.epochs), "batchSize": Double(loop.batchSize), "patience": Double(loop.patience),
            "learningRate": Double(loop.optimizer.learningRate), "weightDecay": Double(loop.optimizer.weightDecay),
        ]
        if case .norm(let bound) = loop.clipping { settings["maximumGradientNorm"] = Double(bound) }
        return settings
    }

    /// What the base reads, and the 16 numbers of a step.
    public var features: [ModelManifest.Feature] {
        base.features + [
            .init(
                name: "residual (3)", unit: "1",
                normalisation: "ln(actual / base) over the type's spread, within 5; of the task: width of the base's "
                    + "interval over the spread, / 4, up to 5"),
            .init(
                name: "measured (3)", unit: "1",
                normalisation: "0 or 1; of the task: ln(1 + executions of the type) / 5, ln of cores, attempt - 1"),
            .init(name: "task", unit: "1", normalisation: "1 for the task itself, 0 for a past execution"),
            .init(name: "base (3)", unit: "1", normalisation: "ln, standardised by type, within 5"),
            .init(name: "input", unit: "bytes", normalisation: "ln(1 + x), standardised by type, within 5"),
            .init(
                name: "rank", unit: "1",
                normalisation: "1 / place from the newest, of its own type or of the others; of the task: whether the "
                    + "input is known"),
            .init(name: "age", unit: "seconds", normalisation: "ln(1 + x) / 10"),
            .init(
                name: "same run, same node, same type", unit: "1",
                normalisation: "0 or 1; of the task: whether run and node are known, and 1"),
        ]
    }

    /// Sequences with their mask.
    public var inputs: [ModelManifest.Signature] {
        let length = "\(architecture.length)"
        return [
            .init(name: "sequences", type: "F32", shape: ["N", length, "\(SequenceEncoder.width)"]),
            .init(name: "mask", type: "F32", shape: ["N", length]),
        ]
    }

    /// Quantiles of scaled residuals.
    public var outputs: [ModelManifest.Signature] {
        [.init(name: "residuals", type: "F32", shape: ["N", "3", "\(BaseForecast.levels)"])]
    }

    /// Trains a predictor that can be archived.
    public func trainPublishable(on executions: [TaskExecution], seed: UInt64) throws -> any PublishablePredictor {
        try trainResidual(on: executions, seed: seed)
    }
}
