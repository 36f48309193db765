import Kernels
import Tensors

/// A long short-term memory over whole sequences, of one or more layers, as one primitive operation.
///
/// For each step t and layer, with x the layer's input and ⊙ the elementwise product:
///
///     [i f g o] = [σ σ tanh σ](W x_t + R h_{t-1} + b)
///     c_t = f ⊙ c_{t-1} + i ⊙ g
///     h_t = o ⊙ tanh(c_t)
///
/// Hochreiter and Schmidhuber, 1997, with the forget gate of Gers, Schmidhuber and Cummins, 2000. The gates lie in the
/// order i, f, g, o, as in PyTorch, whose two biases are one here: their sum.
public struct LSTM: Module {
    /// The weights of one layer.
    public struct Layer: Module {
        /// W, of shape [4 H, inputs].
        public var inputWeight: Tensor
        /// R, of shape [4 H, H].
        public var recurrentWeight: Tensor
        /// b, of shape [4 H].
        public var bias: Tensor

        /// Given weights.
        public init(inputWeight: Tensor, recurrentWeight: Tensor, bias: Tensor) {
            self.inputWeight = inputWeight
            self.recurrentWeight = recurrentWeight
            self.bias = bias
        }

        /// `inputWeight`, `recurrentWeight`, `bias`.
        public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
            try body("inputWeight", &inputWeight)
            try body("recurrentWeight", &recurrentWeight)
            try body("bias", &bias)
        }
    }

    /// The layers, the first one next to the input.
    public var layers: [Layer]
    /// The length of an input, I.
    public let inputs: Int
    /// The length of a state, H.
    public let hidden: Int

    /// `layers` layers of `hidden` units: weights uniform in ±1/√H, biases 0 but for those of the forget gates, which
    /// are 1 (Jozefowicz, Zaremba, Sutskever, 2015).
    public init(inputs: Int, hidden: Int, layers: Int = 1, using generator: inout SeededGenerator) {
        precondition(inputs > 0 && hidden > 0 && layers > 0, "an LSTM of \(inputs), \(hidden), \(layers)")
        let bound = 1 / Float(hidden).squareRoot()
        let forgetting = (0..<4 * hidden).map { $0 / hidden == 1 ? Float(1) : 0 }
        self.init(
            layers: (0..<layers).map { layer in
                Layer(
                    inputWeight: .uniform([4 * hidden, layer == 0 ? inputs : hidden], bound: bound, using: &generator),
                    recurrentWeight: .uniform([4 * hidden, hidden], bound: bound, using: &generator),
                    bias: Tensor(forgetting, shape: [4 * hidden]))
            })
    }

    /// Given layers, whose shapes fit on each other.
    public init(layers: [Layer]) {
        precondition(!layers.isEmpty, "an LSTM has at least one layer")
        hidden = layers[0].recurrentWeight.shape[1]
        inputs = layers[0].inputWeight.shape[1]
        for (place, layer) in layers.enumerated() {
            precondition(
                layer.inputWeight.shape == [4 * hidden, place == 0 ? inputs : hidden]
                    && layer.recurrentWeight.shape == [4 * hidden, hidden] && layer.bias.shape == [4 * hidden],
                "layer \(place) of an LSTM has \(layer.inputWeight.shape), \(layer.recurrentWeight.shape), \(layer.bias.shape)"
            )
        }
        self.layers = layers
    }

    /// The last layer's state after the last step, h_T of shape [B, H], for sequences x of shape [B, T, I].
    ///
    /// - Parameter mask: of shape [B, T], 1 for a step and 0 for padding, which leaves the state as it was; absent, all
    ///   are steps. The initial state is zero.
    public func callAsFunction(_ x: Tensor, mask: Tensor? = nil) -> Tensor {
        run(x, mask: mask, returns: .last)
    }

    /// The last layer's state after each step, of shape [B, T, H], for sequences x of shape [B, T, I].
    public func states(_ x: Tensor, mask: Tensor? = nil) -> Tensor {
        run(x, mask: mask, returns: .all)
    }

    /// `layer0.inputWeight`, and so on.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        for index in layers.indices { try forEachParameter(of: &layers[index], named: "layer\(index)", body) }
    }
}
