import Kernels

extension Tensor {
    /// The function applied by a fused ``linear(weight:bias:activation:)``.
    public enum Activation: String, Sendable, CaseIterable {
        /// None: y = x.
        case identity
        /// max(x, 0)
        case relu
        /// tanh x
        case tanh
        /// The logistic function 1 / (1 + e^-x).
        case sigmoid
        /// x Φ(x), with the normal distribution Φ: ``Tensor/gelu()``.
        case gelu
    }

    /// Y = activation(X Wᵀ + b) as one primitive: X, this, [m, k]; `weight` W [n, k]; `bias` b [n]; Y [m, n].
    public func linear(weight: Tensor, bias: Tensor, activation: Activation = .identity) -> Tensor {
        precondition(
            shape.rank == 2 && weight.shape.rank == 2 && shape[1] == weight.shape[1] && bias.shape == [weight.shape[0]],
            "no linear map of \(shape) with the weight \(weight.shape) and the bias \(bias.shape)")
        let x = MatrixLayout(rows: shape[0], columns: shape[1])
        let w = MatrixLayout(rows: weight.shape[0], columns: weight.shape[1])
        let y = MatrixLayout(rows: shape[0], columns: weight.shape[0])
        var values = Rows.repeated(bias.scalars, count: y.rows)
        values.withMutableSpan { values in
            BLAS.addProduct(scalars.span, x, weight.scalars.span, w.transposed, into: &values, y)
        }
        let sums = activation == .gelu ? values : []
        values.withMutableSpan { activation.apply(to: &$0) }
        let result = values
        let resultShape: Shape = [y.rows, y.columns]
        // An answer by itself costs nothing but its array.
        guard isTracked || weight.isTracked || bias.isTracked else { return Tensor(result, shape: resultShape) }
        return Tensor(result, shape: resultShape, of: self, weight, bias) { upstream, adjoints in
            var gradient = upstream
            gradient.withMutableSpan { activation.pullBack(&$0, result: result.span, sums: sums.span) }
            let g = gradient.span
            adjoints.accumulate(into: self) { BLAS.addProduct(g, y, weight.scalars.span, w, into: &$0, x) }
            adjoints.accumulate(into: weight) { BLAS.addProduct(g, y.transposed, scalars.span, x, into: &$0, w) }
            adjoints.accumulate(into: bias) { Rows.addSum(g, into: &$0) }
        }
    }
}

extension Tensor.Activation {
    /// Replaces each sum by the function of it.
    package func apply(to y: inout MutableSpan<Float>) {
        switch self {
        case .identity: break
        case .relu: Elementwise.update(&y, Rectifier.value)
        case .tanh: Elementwise.update(&y, HyperbolicTangent.value)
        case .sigmoid: Elementwise.update(&y, Logistic.value)
        case .gelu: Elementwise.update(&y, GaussianRectifier.value)
        }
    }

    /// From the gradient by the result y to that by the sum x. Only the derivative of a GELU does not follow from y alone;
    /// x is empty for the others.
    package func pullBack(_ gradient: inout MutableSpan<Float>, result y: Span<Float>, sums x: Span<Float>) {
        switch self {
        case .identity: break
        case .relu: Elementwise.update(&gradient, with: y) { $0 * Rectifier.derivative($1, $1) }
        case .tanh: Elementwise.update(&gradient, with: y) { $0 * HyperbolicTangent.derivative($1, $1) }
        case .sigmoid: Elementwise.update(&gradient, with: y) { $0 * Logistic.derivative($1, $1) }
        case .gelu: Elementwise.update(&gradient, with: x) { $0 * GaussianRectifier.derivative($1, $1) }
        }
    }
}
