import Kernels
import Tensors

/// Two linear layers with a function in between, for each element of a sequence: y = f(x W₁ᵀ + b₁) W₂ᵀ + b₂, from
/// [..., D] to the same shape (Vaswani et al., 2017, equation 2).
public struct FeedForward: Layer {
    /// W₁ [F, D], b₁ and f.
    public var hidden: Linear
    /// W₂ [D, F] and b₂.
    public var output: Linear

    /// `hidden` units between `width` inputs and outputs.
    public init(
        width: Int, hidden: Int, activation: Tensor.Activation = .relu, using generator: inout SeededGenerator
    ) {
        self.init(
            hidden: Linear(inputs: width, outputs: hidden, activation: activation, using: &generator),
            output: Linear(inputs: hidden, outputs: width, using: &generator))
    }

    /// Given layers.
    public init(hidden: Linear, output: Linear) {
        precondition(
            hidden.outputs == output.inputs && hidden.inputs == output.outputs,
            "no feed-forward layer of \(hidden.weight.shape) and \(output.weight.shape)")
        (self.hidden, self.output) = (hidden, output)
    }

    /// y for x of shape [..., D].
    public func callAsFunction(_ x: Tensor) -> Tensor { output(hidden(x)) }

    /// `hidden.weight`, `hidden.bias`, `output.weight`, `output.bias`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try hidden.forEachParameter(named: "hidden", body)
        try output.forEachParameter(named: "output", body)
    }
}
