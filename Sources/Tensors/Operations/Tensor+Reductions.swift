import Kernels

// Sums, means and variances, along one axis, along several, or over all elements. A reduced axis disappears or, where it
// is kept, stays with the length 1, so that the result broadcasts against the tensor that it came from.

extension Tensor {
    /// The sum of all elements, of shape [].
    public func sum() -> Tensor {
        Tensor([Reduction.sum(scalars.span)], shape: [], of: self) { upstream, adjoints in
            adjoints.add([Float](repeating: upstream[0], count: count), to: self)
        }
    }

    /// The sums along `axis`, which disappears or, with `keepingAxis`, stays with the length 1; a negative axis counts
    /// from the innermost.
    ///
    /// ```swift
    /// x.sum(alongAxis: 0)                             // [m, n] to [n]
    /// x / x.sum(alongAxis: -1, keepingAxis: true)     // [m, n] by [m, 1]: rows that sum to 1
    /// ```
    public func sum(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
        sum(alongAxes: [axis], keepingAxes: keepingAxis)
    }

    /// The sums along all `axes` together, which disappear or, with `keepingAxes`, stay with the length 1: [B, T, H] along
    /// 0 and 1 becomes [H]. Each axis is named once.
    public func sum(alongAxes axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let reduced = AxisSet(axes, of: shape)
        let kept = shape.reducing(reduced, keepingAxes: true)
        let sums = Broadcast.reduced(scalars, from: shape, to: kept)
        let result = keepingAxes ? kept : shape.reducing(reduced, keepingAxes: false)
        return Tensor(sums, shape: result, of: self) { upstream, adjoints in
            adjoints.add(Broadcast.repeated(upstream, from: kept, to: shape), to: self)
        }
    }

    /// The mean of all elements, of shape []; 0 if there are none.
    public func mean() -> Tensor {
        sum() / Float(Swift.max(count, 1))
    }

    /// The means along `axis`, which disappears or, with `keepingAxis`, stays with the length 1; 0 along an axis without
    /// elements.
    public func mean(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
        mean(alongAxes: [axis], keepingAxes: keepingAxis)
    }

    /// The means along all `axes` together, which disappear or, with `keepingAxes`, stay with the length 1; 0 where there
    /// are no elements.
    public func mean(alongAxes axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let length = axes.reduce(1) { $0 * shape[$1] }
        return sum(alongAxes: axes, keepingAxes: keepingAxes) / Float(Swift.max(length, 1))
    }
}

extension Tensor {
    /// The variances along `axis`: Σ (x - x̄)² / (n - c), with the mean x̄ of the n elements and the `correction` c.
    ///
    /// - Parameter correction: 0 for the variance of these n elements, as in layer norm and in NumPy; 1 for an unbiased
    ///   estimate of what they were drawn from (Bessel's correction), as in PyTorch's `var`. There must be more elements.
    public func variance(alongAxis axis: Int, correction: Int, keepingAxis: Bool = false) -> Tensor {
        variance(alongAxes: [axis], correction: correction, keepingAxes: keepingAxis)
    }

    /// The variances along all `axes` together: Σ (x - x̄)² / (n - c), with the mean x̄ of the n elements and the
    /// `correction` c, as in ``variance(alongAxis:correction:keepingAxis:)``.
    public func variance(alongAxes axes: [Int], correction: Int, keepingAxes: Bool = false) -> Tensor {
        reducedRows(alongAxes: axes, keepingAxes: keepingAxes) { rows in
            precondition(
                correction >= 0 && rows.shape[1] > correction,
                "no variance along \(axes) of \(shape) with the correction \(correction)")
            return rows.varianceOfRows(correction: correction)
        }
    }

    /// From [m, n] to [m].
    private func varianceOfRows(correction: Int) -> Tensor {
        let (height, width) = (shape[0], shape[1])
        let scale = 1 / Float(width - correction)
        let moments = (0..<height).map { Reduction.moments(scalars.span.extracting($0 * width..<($0 + 1) * width)) }
        return Tensor(moments.map { $0.squares * scale }, shape: [height], of: self) { upstream, adjoints in
            // δxᵢ = 2 g (xᵢ - x̄) / (n - c)
            adjoints.accumulate(into: self) { total in
                for row in 0..<height {
                    let x = scalars.span.extracting(row * width..<(row + 1) * width)
                    let (mean, factor) = (moments[row].mean, 2 * scale * upstream[row])
                    var own = total._mutatingExtracting(row * width..<(row + 1) * width)
                    Elementwise.update(&own, with: x) { $0 + factor * ($1 - mean) }
                }
            }
        }
    }
}

extension Tensor {
    /// A reduction of rows, applied along `axes` together.
    ///
    /// - Parameter reduce: from [m, n] to [m], where n is the product of the lengths of `axes`.
    func reducedRows(alongAxes axes: [Int], keepingAxes: Bool, _ reduce: (Tensor) -> Tensor) -> Tensor {
        let reduced = AxisSet(axes, of: shape)
        return reduce(rows(along: reduced)).reshaped(shape.reducing(reduced, keepingAxes: keepingAxes))
    }

    /// [m, n] with the given axes together as rows of n elements.
    func rows(along reduced: AxisSet) -> Tensor {
        var (order, place) = (FourLengths(repeating: 0), 0)
        for isInner in [false, true] {
            for axis in 0..<shape.rank where reduced.contains(axis) == isInner {
                order[place] = axis
                place += 1
            }
        }
        let height = shape.reducing(reduced, keepingAxes: false).count
        let width = (0..<shape.rank).reduce(1) { reduced.contains($1) ? $0 * shape[$1] : $0 }
        return permuted(order).reshaped([height, width])
    }
}
