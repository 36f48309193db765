import Kernels
import Layers
import Tensors

/// The shape of an ``LSTMNetwork``.
public struct LSTMArchitecture: ResidualArchitecture {
    /// Past executions of the type, K.
    public var history: Int
    /// Past executions of the run, M.
    public var context: Int
    /// Units of each layer.
    public var hidden: Int
    /// Layers.
    public var layers: Int

    /// The published shape: 8 executions of the type, 4 of the run, 64 units, 2 layers.
    public init(history: Int = 8, context: Int = 4, hidden: Int = 64, layers: Int = 2) {
        self.history = history
        self.context = context
        self.hidden = hidden
        self.layers = layers
    }

    /// As a manifest states it, with the 16 inputs and the 3 heads.
    public var fields: [String: Int] {
        [
            "history": history, "context": context, "inputs": SequenceEncoder.width, "hidden": hidden,
            "layers": layers, "outputs": 3, "quantiles": QuantileHeads.levels.count,
        ]
    }

    /// The shape as a manifest states it.
    public init(_ fields: [String: Int]) throws {
        try Self.checkEnds(of: fields)
        self.init(
            history: try Self.field("history", of: fields, 1...256),
            context: try Self.field("context", of: fields, 0...256),
            hidden: try Self.field("hidden", of: fields, 1...1024),
            layers: try Self.field("layers", of: fields, 1...8))
    }
}

/// An LSTM over the past executions and then the task itself, and three heads of quantiles on its last state.
public struct LSTMNetwork: ResidualNetwork {
    /// `lstm`
    public static let kind = "lstm"
    /// In a reason.
    public static let words = "the LSTM"

    var lstm: LSTM
    var heads: QuantileHeads

    /// Fresh weights.
    public init(_ architecture: LSTMArchitecture, using generator: inout SeededGenerator) {
        lstm = LSTM(
            inputs: SequenceEncoder.width, hidden: architecture.hidden, layers: architecture.layers, using: &generator)
        heads = QuantileHeads(inputs: architecture.hidden)
    }

    /// Scaled residuals [B, 3, Q].
    public func callAsFunction(_ sequences: Sequences) -> Tensor {
        heads(lstm(sequences.inputs, mask: sequences.mask))
    }

    /// The same in ONNX's operators.
    public func export(_ sequences: ONNXValue, mask: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let state = graph.scope("lstm") { lstm.export(sequences, mask: mask, to: &$0) }
        return graph.scope("heads") { heads.export(state, to: &$0) }
    }

    /// `lstm` and `heads`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try lstm.forEachParameter(named: "lstm", body)
        try heads.forEachParameter(named: "heads", body)
    }
}
