import Kernels
import Tensors

/// A fully connected layer: y = activation(x Wᵀ + b), from [..., inputs] to [..., outputs].
public struct Linear: Layer {
    /// W, of shape [outputs, inputs].
    public var weight: Tensor
    /// b, of shape [outputs].
    public var bias: Tensor
    /// The function applied to the result.
    public let activation: Tensor.Activation

    /// The length of an input.
    public var inputs: Int { weight.shape[1] }
    /// The length of an output.
    public var outputs: Int { weight.shape[0] }

    /// Weights by Xavier (by Kaiming before a ReLU or a GELU), biases 0.
    public init(
        inputs: Int, outputs: Int, activation: Tensor.Activation = .identity, using generator: inout SeededGenerator
    ) {
        weight = activation.initialWeight([outputs, inputs], using: &generator)
        bias = .zeros([outputs])
        self.activation = activation
    }

    /// Given weights.
    public init(weight: Tensor, bias: Tensor, activation: Tensor.Activation = .identity) {
        precondition(
            weight.shape.rank == 2 && bias.shape == [weight.shape[0]],
            "no linear layer of the weight \(weight.shape) and the bias \(bias.shape)")
        self.weight = weight
        self.bias = bias
        self.activation = activation
    }

    /// y of shape [..., outputs] for x of shape [..., inputs]: a matrix, or the rows of more axes.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        guard x.shape.rank != 2 else { return x.linear(weight: weight, bias: bias, activation: activation) }
        precondition(
            x.shape.rank > 0 && x.shape[-1] == inputs, "a linear layer of \(inputs) inputs over \(x.shape)")
        return x.reshaped([x.shape.removing(axis: -1).count, inputs])
            .linear(weight: weight, bias: bias, activation: activation)
            .reshaped(x.shape.replacing(axis: -1, with: outputs))
    }

    /// `weight`, `bias`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try body("weight", &weight)
        try body("bias", &bias)
    }
}
