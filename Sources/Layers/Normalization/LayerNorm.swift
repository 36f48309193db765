import Kernels
import Tensors

/// Normalisation over the innermost axis: y = γ (x - μ) / √(σ² + ε) + β, from [..., D] to the same shape.
///
/// μ and σ² are the mean and the mean squared deviation (not the unbiased variance) of each row of D elements: Ba, Kiros
/// and Hinton, "Layer Normalization", 2016, with ε as in PyTorch. One primitive, with its own way back.
public struct LayerNorm: Layer {
    /// γ, of shape [D].
    public var weight: Tensor
    /// β, of shape [D].
    public var bias: Tensor
    /// ε
    public let epsilon: Float

    /// D
    public var width: Int { weight.shape[0] }

    /// γ = 1 and β = 0 over rows of `width` elements.
    public init(width: Int, epsilon: Float = 1e-5) {
        self.init(weight: .ones([width]), bias: .zeros([width]), epsilon: epsilon)
    }

    /// Given weights.
    public init(weight: Tensor, bias: Tensor, epsilon: Float = 1e-5) {
        precondition(
            weight.shape.rank == 1 && weight.count > 0 && weight.shape == bias.shape,
            "no layer normalisation by \(weight.shape) and \(bias.shape)")
        precondition(epsilon >= 0, "epsilon is not negative: \(epsilon)")
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }

    /// y for x of shape [..., D].
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(
            x.shape.rank > 0 && x.shape[-1] == width, "a layer normalisation of \(width) elements over \(x.shape)")
        return x.layerNormalized(weight: weight, bias: bias, epsilon: epsilon)
    }

    /// `weight`, `bias`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try body("weight", &weight)
        try body("bias", &bias)
    }
}

extension Tensor {
    /// γ x̂ + β for each row x of the innermost axis; shapes are the caller's.
    fileprivate func layerNormalized(weight: Tensor, bias: Tensor, epsilon: Float) -> Tensor {
        var normalized = [Float](repeating: 0, count: count)
        var inverseDeviations = [Float](repeating: 0, count: count / weight.count)
        do {
            var rows = normalized.mutableSpan
            var inverses = inverseDeviations.mutableSpan
            RowNormalization.normalize(scalars.span, epsilon: epsilon, into: &rows, inverseDeviations: &inverses)
        }
        guard isTracked || weight.isTracked || bias.isTracked else {
            normalized.withMutableSpan { RowNormalization.scale(&$0, by: weight.scalars.span, plus: bias.scalars.span) }
            return Tensor(normalized, shape: shape)
        }
        var result = normalized
        result.withMutableSpan { RowNormalization.scale(&$0, by: weight.scalars.span, plus: bias.scalars.span) }
        let (own, inverses) = (normalized, inverseDeviations)
        return Tensor(result, shape: shape, of: self, weight, bias) { upstream, adjoints in
            let g = upstream.span
            adjoints.accumulate(into: self) {
                RowNormalization.pullBack(
                    g, normalized: own.span, inverseDeviations: inverses.span, weight: weight.scalars.span, into: &$0)
            }
            adjoints.accumulate(into: weight) { RowNormalization.addProducts(g, own.span, into: &$0) }
            adjoints.accumulate(into: bias) { Rows.addSum(g, into: &$0) }
        }
    }
}
