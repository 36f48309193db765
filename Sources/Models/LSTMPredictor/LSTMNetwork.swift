import Kernels
import Layers
import Tensors

/// The shape of an ``LSTMNetwork``, kept in the manifest of a version.
public struct LSTMArchitecture: Codable, Hashable, Sendable {
    /// Past executions that are read before the task itself, K.
    public var history: Int
    /// Numbers that describe one execution.
    public let inputs: Int
    /// Units of each layer.
    public var hidden: Int
    /// Layers.
    public var layers: Int
    /// Targets: CPU, memory and duration.
    public let outputs: Int

    /// The published shape: 8 executions, 16 inputs, 64 units, 2 layers, 3 outputs.
    public init(history: Int = 8, hidden: Int = 64, layers: Int = 2) {
        self.history = history
        self.inputs = SequenceEncoder.width
        self.hidden = hidden
        self.layers = layers
        self.outputs = 3
    }
}

/// An LSTM over the last executions of a task type and then the task itself, and a linear head on its last state.
struct LSTMNetwork: Module {
    var lstm: LSTM
    var head: Linear

    init(_ architecture: LSTMArchitecture, using generator: inout SeededGenerator) {
        lstm = LSTM(
            inputs: architecture.inputs, hidden: architecture.hidden, layers: architecture.layers, using: &generator)
        // A head of zeros: before training, the answer is that of the base.
        head = Linear(
            weight: .zeros([architecture.outputs, architecture.hidden]), bias: .zeros([architecture.outputs]))
    }

    /// Scaled residuals of shape [B, 3] for sequences [B, K + 1, 16] with the mask [B, K + 1].
    func callAsFunction(_ sequences: Sequences) -> Tensor {
        head(lstm(sequences.inputs, mask: sequences.mask))
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try lstm.forEachParameter(named: "lstm", body)
        try head.forEachParameter(named: "head", body)
    }
}

/// Encoded sequences of several tasks.
struct Sequences: Sendable {
    /// [B, K + 1, 16]
    var inputs: Tensor
    /// [B, K + 1]: 1 for an execution, 0 for padding.
    var mask: Tensor
}
