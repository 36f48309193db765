import Kernels
import Tensors

/// Predicts several quantiles that never cross: from [..., inputs] to [..., Q], each row from low to high.
///
/// With a = x Wᵀ + b, the lowest quantile is a₀, and each further one lies ln(1 + e^a_j) above the one before:
///
///     y₀ = a₀     y_j = y_{j-1} + softplus(a_j)
///
/// The incremental quantile function of Park et al., "Learning Quantile Functions without Quantile Crossing for
/// Distribution-free Time Series Forecasting", 2022 (arXiv:2111.06581), with softplus for its increments.
///
/// ```swift
/// let head = QuantileHead(inputs: 64, quantiles: [0.05, 0.5, 0.95], using: &generator)
/// let loss = pinballLoss(head(x), y, quantiles: head.quantiles)
/// ```
public struct QuantileHead: Layer {
    /// W [Q, inputs] and b.
    public var linear: Linear
    /// The Q quantiles, from low to high.
    public let quantiles: [Float]

    /// Fresh weights for `quantiles`, which rise from over 0 to under 1.
    public init(inputs: Int, quantiles: [Float], using generator: inout SeededGenerator) {
        self.init(
            linear: Linear(inputs: inputs, outputs: quantiles.count, using: &generator), quantiles: quantiles)
    }

    /// A given linear layer.
    public init(linear: Linear, quantiles: [Float]) {
        precondition(
            linear.outputs == quantiles.count, "\(linear.outputs) outputs for \(quantiles.count) quantiles")
        precondition(
            !quantiles.isEmpty && quantiles.allSatisfy { $0 > 0 && $0 < 1 }
                && zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 < $1 },
            "quantiles rise from over 0 to under 1, unlike \(quantiles)")
        (self.linear, self.quantiles) = (linear, quantiles)
    }

    /// The quantiles y of shape [..., Q] for x of shape [..., inputs].
    public func callAsFunction(_ x: Tensor) -> Tensor { linear(x).cumulativeSoftplus() }

    /// `linear.weight`, `linear.bias`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try linear.forEachParameter(named: "linear", body)
    }
}

extension Tensor {
    /// The first element of each row of the innermost axis, then sums of softplus of the others.
    fileprivate func cumulativeSoftplus() -> Tensor {
        let width = shape[-1]
        var result = scalars
        result.withMutableSpan { CumulativeSoftplus.apply(&$0, width: width) }
        return Tensor(result, shape: shape, of: self) { upstream, adjoints in
            var gradient = upstream
            gradient.withMutableSpan { CumulativeSoftplus.pullBack(&$0, inputs: scalars.span, width: width) }
            adjoints.add(gradient, to: self)
        }
    }
}
