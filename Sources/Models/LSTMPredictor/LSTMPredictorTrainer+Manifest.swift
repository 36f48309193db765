import Files
import Registry
import Workflows

extension LSTMArchitecture {
    /// The shape as a manifest states it.
    /// - Throws: `InputError` that names a field that is missing or out of bounds: a hostile manifest asks for no more
    ///   memory than a large model.
    public init(_ fields: [String: Int]) throws {
        func field(_ name: String, _ range: ClosedRange<Int>) throws -> Int {
            guard let value = fields[name] else { throw InputError("is missing", field: "architecture.\(name)") }
            guard range.contains(value) else {
                throw InputError(
                    "is \(value), not \(range.lowerBound) to \(range.upperBound)", field: "architecture.\(name)")
            }
            return value
        }
        self.init(
            history: try field("history", 1...256), hidden: try field("hidden", 1...1024),
            layers: try field("layers", 1...8))
        let width = try field("inputs", 1...1024)
        guard width == inputs else { throw InputError("is \(width), not \(inputs)", field: "architecture.inputs") }
    }
}

extension LSTMPredictorTrainer: PublishableTrainer {
    /// The network's shape.
    public var architectureFields: [String: Int] {
        [
            "history": architecture.history, "inputs": architecture.inputs, "hidden": architecture.hidden,
            "layers": architecture.layers, "outputs": architecture.outputs,
        ]
    }

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
            .init(name: "residual (3)", unit: "1", normalisation: "ln(actual / base) over the type's spread, within 5"),
            .init(name: "measured (3)", unit: "1", normalisation: "0 or 1"),
            .init(name: "question", unit: "1", normalisation: "0 or 1"),
            .init(name: "base (3)", unit: "1", normalisation: "ln, standardised by type, within 5"),
            .init(name: "input", unit: "bytes", normalisation: "ln(1 + x), standardised by type, within 5"),
            .init(name: "input known", unit: "1", normalisation: "0 or 1"),
            .init(name: "age", unit: "seconds", normalisation: "ln(1 + x) / 10"),
            .init(name: "same run, same node", unit: "1", normalisation: "0 or 1"),
            .init(name: "attempt", unit: "1", normalisation: "x - 1, at most 5"),
        ]
    }

    /// Sequences with their mask.
    public var inputs: [ModelManifest.Signature] {
        [
            .init(
                name: "sequences", type: "F32", shape: ["N", "\(architecture.history + 1)", "\(architecture.inputs)"]),
            .init(name: "mask", type: "F32", shape: ["N", "\(architecture.history + 1)"]),
        ]
    }

    /// Scaled residuals.
    public var outputs: [ModelManifest.Signature] { [.init(name: "residuals", type: "F32", shape: ["N", "3"])] }

    /// Trains a predictor that can be archived.
    public func trainPublishable(on executions: [TaskExecution], seed: UInt64) throws -> any PublishablePredictor {
        try trainLSTM(on: executions, seed: seed)
    }
}
