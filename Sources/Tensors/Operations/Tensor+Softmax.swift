import Kernels

extension Tensor {
    /// yᵢ = e^xᵢ / Σⱼ e^xⱼ along the innermost axis: rows sum to 1, and large elements do not overflow.
    public func softmax() -> Tensor {
        let width = shape[-1]
        var values = scalars
        values.withMutableSpan { Rows.softmax(&$0, width: width) }
        let result = values
        return Tensor(result, shape: shape, of: self) { upstream, adjoints in
            // δxᵢ = yᵢ (gᵢ - Σⱼ gⱼ yⱼ)
            var gradient = upstream
            var row = 0
            gradient.withMutableSpan { gradient in
                Rows.forEach(&gradient, width: width) { g in
                    let y = result.span.extracting(row * width..<(row + 1) * width)
                    let shared = BLAS.dot(g.span, y)
                    Elementwise.update(&g, with: y) { $1 * ($0 - shared) }
                    row += 1
                }
            }
            adjoints.add(gradient, to: self)
        }
    }

    /// yᵢ = xᵢ - ln Σⱼ e^xⱼ along the innermost axis: the logarithm of ``softmax()``, without forming small
    /// probabilities.
    public func logSoftmax() -> Tensor {
        let width = shape[-1]
        var values = scalars
        values.withMutableSpan { Rows.logSoftmax(&$0, width: width) }
        let result = values
        return Tensor(result, shape: shape, of: self) { upstream, adjoints in
            // δxᵢ = gᵢ - e^yᵢ Σⱼ gⱼ
            var gradient = upstream
            var row = 0
            gradient.withMutableSpan { gradient in
                Rows.forEach(&gradient, width: width) { g in
                    let y = result.span.extracting(row * width..<(row + 1) * width)
                    let total = Reduction.sum(g.span)
                    Elementwise.update(&g, with: y) { $0 - exponential($1) * total }
                    row += 1
                }
            }
            adjoints.add(gradient, to: self)
        }
    }
}
