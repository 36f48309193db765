import Kernels

extension Tensor {
    /// The matrix product of this [m, k] with `other` [k, n]: [m, n].
    ///
    /// `transposed` says that `other` lies as [n, k], as weights do.
    public func matmul(_ other: Tensor, transposed: Bool = false) -> Tensor {
        precondition(
            shape.rank == 2 && other.shape.rank == 2 && shape[1] == other.shape[transposed ? 1 : 0],
            "matrix product of \(shape) and \(other.shape)\(transposed ? " transposed" : "")")
        let (m, k, n) = (shape[0], shape[1], other.shape[transposed ? 0 : 1])
        let (a, b) = (scalars, other.scalars)
        var result = [Float](repeating: 0, count: m * n)
        result.withMutableSpan { c in
            BLAS.multiply(a.span, b.span, transposeB: transposed, m: m, n: n, k: k, into: &c)
        }
        let (needsFirst, needsSecond) = (node != nil, other.node != nil)
        return Tensor(result, shape: [m, n], inputs: [self, other]) { upstream in
            var first: [Float]?
            if needsFirst {
                // dA = G Bᵀ
                first = [Float](repeating: 0, count: m * k)
                first?.withMutableSpan { c in
                    BLAS.multiply(upstream.span, b.span, transposeB: !transposed, m: m, n: k, k: n, into: &c)
                }
            }
            var second: [Float]?
            if needsSecond {
                // dB = Aᵀ G, or Gᵀ A where B lies transposed
                second = [Float](repeating: 0, count: b.count)
                second?.withMutableSpan { c in
                    if transposed {
                        BLAS.multiply(upstream.span, transposeA: true, a.span, m: n, n: k, k: m, into: &c)
                    } else {
                        BLAS.multiply(a.span, transposeA: true, upstream.span, m: k, n: n, k: m, into: &c)
                    }
                }
            }
            return [first, second]
        }
    }

    /// The function applied by a fused ``linear(weight:bias:activation:)``.
    public enum Activation: String, Sendable, CaseIterable {
        /// None: y = x.
        case identity
        /// max(x, 0)
        case relu
        /// tanh x
        case tanh
    }

    /// activation(X Wᵀ + b) as one primitive: this [m, k], `weight` [n, k], `bias` [n]; result [m, n].
    public func linear(weight: Tensor, bias: Tensor, activation: Activation = .identity) -> Tensor {
        precondition(
            shape.rank == 2 && weight.shape.rank == 2 && shape[1] == weight.shape[1] && bias.shape == [weight.shape[0]],
            "linear layer of \(shape) with weights \(weight.shape) and bias \(bias.shape)")
        let (m, k, n) = (shape[0], shape[1], weight.shape[0])
        let (x, w) = (scalars, weight.scalars)
        var y: [Float] = []
        y.reserveCapacity(m * n)
        for _ in 0..<m { y.append(contentsOf: bias.scalars) }
        y.withMutableSpan { c in
            BLAS.multiply(x.span, w.span, transposeB: true, m: m, n: n, k: k, beta: 1, into: &c)
            Self.apply(activation, to: &c)
        }
        let result = y
        let needsInput = node != nil
        return Tensor(result, shape: [m, n], inputs: [self, weight, bias]) { upstream in
            var g = upstream
            g.withMutableSpan { Self.pullBack(activation, result: result.span, gradient: &$0) }
            var byInput: [Float]?
            if needsInput {
                byInput = [Float](repeating: 0, count: m * k)
                byInput?.withMutableSpan { BLAS.multiply(g.span, w.span, m: m, n: k, k: n, into: &$0) }
            }
            var byWeight = [Float](repeating: 0, count: n * k)
            byWeight.withMutableSpan { BLAS.multiply(g.span, transposeA: true, x.span, m: n, n: k, k: m, into: &$0) }
            var byBias = [Float](repeating: 0, count: n)
            byBias.withMutableSpan { accumulateRows(g.span, m: m, n: n, into: &$0) }
            return [byInput, byWeight, byBias]
        }
    }

    private static func apply(_ activation: Activation, to y: inout MutableSpan<Float>) {
        switch activation {
        case .identity: break
        case .relu: for index in 0..<y.count { y[index] = max(y[index], 0) }
        case .tanh: for index in 0..<y.count { y[index] = hyperbolicTangent(y[index]) }
        }
    }

    private static func pullBack(_ activation: Activation, result y: Span<Float>, gradient: inout MutableSpan<Float>) {
        switch activation {
        case .identity: break
        case .relu: for index in 0..<gradient.count where y[index] <= 0 { gradient[index] = 0 }
        case .tanh: for index in 0..<gradient.count { gradient[index] *= 1 - y[index] * y[index] }
        }
    }
}
