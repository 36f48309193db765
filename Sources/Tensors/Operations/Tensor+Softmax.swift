import Kernels

extension Tensor {
    /// yᵢ = e^xᵢ / Σⱼ e^xⱼ along `axis`, by default the innermost: what lies along it sums to 1, and large elements do not
    /// overflow. Where all are minus infinity the result is not a number.
    public func softmax(alongAxis axis: Int = -1) -> Tensor {
        alongInnermost(axis) { $0.softmaxOfRows() }
    }

    /// yᵢ = xᵢ - ln Σⱼ e^xⱼ along `axis`, by default the innermost: the logarithm of ``softmax(alongAxis:)``, without
    /// forming small probabilities.
    public func logSoftmax(alongAxis axis: Int = -1) -> Tensor {
        alongInnermost(axis) { $0.logSoftmaxOfRows() }
    }

    /// ln Σⱼ e^xⱼ along `axis`, which disappears or, with `keepingAxis`, stays with the length 1; large elements do not
    /// overflow, and of none it is minus infinity.
    public func logSumExp(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
        logSumExp(alongAxes: [axis], keepingAxes: keepingAxis)
    }

    /// ln Σⱼ e^xⱼ along all `axes` together, which disappear or, with `keepingAxes`, stay with the length 1; large elements
    /// do not overflow, and of none it is minus infinity.
    public func logSumExp(alongAxes axes: [Int], keepingAxes: Bool = false) -> Tensor {
        reducedRows(alongAxes: axes, keepingAxes: keepingAxes) { $0.logSumExpOfRows() }
    }

    /// An operation on rows, along any axis: it is moved to the innermost place and back, unless it is there.
    private func alongInnermost(_ axis: Int, _ operation: (Tensor) -> Tensor) -> Tensor {
        let place = shape.place(of: axis)
        if place == shape.rank - 1 { return operation(self) }
        return operation(transposed(place, -1)).transposed(place, -1)
    }
}

extension Tensor {
    private func softmaxOfRows() -> Tensor {
        let width = shape[-1]
        var values = scalars
        values.withMutableSpan { Rows.softmax(&$0, width: width) }
        let result = values
        return Tensor(result, shape: shape, of: self) { upstream, adjoints in
            var gradient = upstream
            gradient.withMutableSpan { Rows.pullBackSoftmax(&$0, result: result.span, width: width) }
            adjoints.add(gradient, to: self)
        }
    }

    private func logSoftmaxOfRows() -> Tensor {
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

    /// From [m, n] to [m].
    private func logSumExpOfRows() -> Tensor {
        let width = shape[1]
        let result = Rows.logSumExp(scalars.span, width: width, count: shape[0])
        return Tensor(result, shape: [result.count], of: self) { upstream, adjoints in
            // δxᵢ = g e^(xᵢ - y); where all are minus infinity no element can raise the sum.
            adjoints.accumulate(into: self) { total in
                for row in result.indices where result[row] != -.infinity {
                    let x = scalars.span.extracting(row * width..<(row + 1) * width)
                    var own = total._mutatingExtracting(row * width..<(row + 1) * width)
                    let (g, y) = (upstream[row], result[row])
                    Elementwise.update(&own, with: x) { $0 + g * exponential($1 - y) }
                }
            }
        }
    }
}
