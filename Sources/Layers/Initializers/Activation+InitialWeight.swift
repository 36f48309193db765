import Kernels
import Tensors

extension Tensor.Activation {
    /// The first values of a weight [outputs, inputs] before this function: by Kaiming before a ReLU or a GELU, else by
    /// Xavier.
    func initialWeight(_ shape: Shape, using generator: inout SeededGenerator) -> Tensor {
        switch self {
        case .relu, .gelu: .kaiming(shape, using: &generator)
        case .identity, .tanh, .sigmoid: .xavier(shape, using: &generator)
        }
    }
}
