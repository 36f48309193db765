import Kernels
import Tensors

/// A fully connected layer: y = activation(x Wᵀ + b), from [m, inputs] to [m, outputs].
public struct Linear: Module {
    /// W, of shape [outputs, inputs].
    public var weight: Tensor
    /// b, of shape [outputs].
    public var bias: Tensor
    /// The function applied to the result.
    public let activation: Tensor.Activation

    /// Weights by Xavier (by Kaiming before a ReLU), biases 0.
    public init(
        inputs: Int, outputs: Int, activation: Tensor.Activation = .identity, using generator: inout SeededGenerator
    ) {
        let shape: Shape = [outputs, inputs]
        weight = activation == .relu ? .kaiming(shape, using: &generator) : .xavier(shape, using: &generator)
        bias = .zeros([outputs])
        self.activation = activation
    }

    /// Given weights.
    public init(weight: Tensor, bias: Tensor, activation: Tensor.Activation = .identity) {
        self.weight = weight
        self.bias = bias
        self.activation = activation
    }

    /// y of shape [m, outputs] for x of shape [m, inputs].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        x.linear(weight: weight, bias: bias, activation: activation)
    }

    /// `weight`, `bias`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try body("weight", &weight)
        try body("bias", &bias)
    }
}
