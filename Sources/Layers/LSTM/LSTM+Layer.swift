import Kernels
import Tensors

extension LSTM {
    /// The weights of one layer.
    public struct Layer: Module {
        /// W, of shape [4 H, I]; PyTorch's `weight_ih`.
        public var inputWeight: Tensor {
            get { weights.input }
            _modify {
                // Even where the change ends with an error, of which an observer would not hear.
                defer { packed = PackedWeights() }
                yield &weights.input
            }
        }
        /// R, of shape [4 H, H]; PyTorch's `weight_hh`.
        public var recurrentWeight: Tensor {
            get { weights.recurrent }
            _modify {
                defer { packed = PackedWeights() }
                yield &weights.recurrent
            }
        }
        /// b, of shape [4 H]; the sum of PyTorch's `bias_ih` and `bias_hh`.
        public var bias: Tensor
        /// W and R.
        private var weights: (input: Tensor, recurrent: Tensor)
        /// Both weights as the forward products take them, once they have been needed.
        private(set) var packed = PackedWeights()

        /// The length of an input, I.
        public var inputs: Int { inputWeight.shape[1] }
        /// The length of a state, H.
        public var hidden: Int { recurrentWeight.shape[1] }

        /// Weights uniform in ±1/√H, biases 0 but for those of the forget gates, which are 1.
        public init(inputs: Int, hidden: Int, using generator: inout SeededGenerator) {
            precondition(inputs > 0 && hidden > 0, "an LSTM layer of \(inputs) inputs and \(hidden) units")
            let bound = 1 / Float(hidden).squareRoot()
            self.init(
                inputWeight: .uniform([4 * hidden, inputs], bound: bound, using: &generator),
                recurrentWeight: .uniform([4 * hidden, hidden], bound: bound, using: &generator),
                bias: Tensor((0..<4 * hidden).map { $0 / hidden == 1 ? 1 : 0 }, shape: [4 * hidden]))
        }

        /// Given weights.
        public init(inputWeight: Tensor, recurrentWeight: Tensor, bias: Tensor) {
            precondition(
                inputWeight.shape.rank == 2 && recurrentWeight.shape.rank == 2
                    && recurrentWeight.shape[0] == 4 * recurrentWeight.shape[1] && recurrentWeight.shape[1] > 0
                    && inputWeight.shape[0] == recurrentWeight.shape[0] && bias.shape == [recurrentWeight.shape[0]],
                "no LSTM layer of \(inputWeight.shape), \(recurrentWeight.shape) and \(bias.shape)")
            weights = (inputWeight, recurrentWeight)
            self.bias = bias
        }

        /// `inputWeight`, `recurrentWeight`, `bias`.
        public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
            try body("inputWeight", &inputWeight)
            try body("recurrentWeight", &recurrentWeight)
            try body("bias", &bias)
        }
    }
}
