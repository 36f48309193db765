import Kernels

// The largest and the smallest elements. What is not a number is larger and smaller than all else: it is found and not
// hidden. Among equal elements the first counts, and it alone gets the gradient, as in PyTorch's `max` along an axis.

extension Tensor {
    /// The largest of all elements, of shape []; there must be one.
    public func max() -> Tensor { max(alongAxes: Array(0..<shape.rank)) }

    /// The largest elements along `axis`, which disappears or, with `keepingAxis`, stays with the length 1.
    public func max(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
        max(alongAxes: [axis], keepingAxes: keepingAxis)
    }

    /// The largest elements along all `axes` together, which disappear or, with `keepingAxes`, stay with the length 1.
    public func max(alongAxes axes: [Int], keepingAxes: Bool = false) -> Tensor {
        reducedRows(alongAxes: axes, keepingAxes: keepingAxes) { rows in
            rows.gather(rows.placesInRows(Reduction.indexOfMaximum, of: "largest", in: shape), alongAxis: 1)
        }
    }

    /// The smallest of all elements, of shape []; there must be one.
    public func min() -> Tensor { min(alongAxes: Array(0..<shape.rank)) }

    /// The smallest elements along `axis`, which disappears or, with `keepingAxis`, stays with the length 1.
    public func min(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
        min(alongAxes: [axis], keepingAxes: keepingAxis)
    }

    /// The smallest elements along all `axes` together, which disappear or, with `keepingAxes`, stay with the length 1.
    public func min(alongAxes axes: [Int], keepingAxes: Bool = false) -> Tensor {
        reducedRows(alongAxes: axes, keepingAxes: keepingAxes) { rows in
            rows.gather(rows.placesInRows(Reduction.indexOfMinimum, of: "smallest", in: shape), alongAxis: 1)
        }
    }

    /// The place along `axis` of the largest element, for each place of the other axes, row-major.
    ///
    /// ```swift
    /// let classes = logits.argmax(alongAxis: -1)      // [B, C] to B numbers
    /// ```
    public func argmax(alongAxis axis: Int) -> [Int] {
        detached().rows(along: AxisSet([axis], of: shape))
            .placesInRows(Reduction.indexOfMaximum, of: "largest", in: shape)
    }

    /// The place along `axis` of the smallest element, for each place of the other axes, row-major.
    public func argmin(alongAxis axis: Int) -> [Int] {
        detached().rows(along: AxisSet([axis], of: shape))
            .placesInRows(Reduction.indexOfMinimum, of: "smallest", in: shape)
    }

    /// For each row of this matrix [m, n] the place that `find` finds.
    private func placesInRows(_ find: (Span<Float>) -> Int?, of kind: String, in whole: Shape) -> [Int] {
        let width = shape[1]
        return (0..<shape[0]).map { row in
            guard let place = find(scalars.span.extracting(row * width..<(row + 1) * width)) else {
                preconditionFailure("no \(kind) element along an axis of length 0 of \(whole)")
            }
            return place
        }
    }
}
