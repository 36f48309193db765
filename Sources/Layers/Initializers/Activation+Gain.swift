import Tensors

extension Tensor.Activation {
    /// What a weight before this function is multiplied by, so that signals keep their size from layer to layer: 1 for
    /// none and the logistic function, 5/3 for tanh, √2 for a ReLU, as PyTorch's `calculate_gain` has them, and √2 for a GELU
    /// too, which it does not know.
    public var gain: Float {
        switch self {
        case .identity, .sigmoid: 1
        case .tanh: 5 / 3
        case .relu, .gelu: Float(2).squareRoot()
        }
    }
}
