import Kernels

extension Tensor {
    /// The sum of all elements, of shape [].
    public func sum() -> Tensor {
        Tensor([Reduction.sum(scalars.span)], shape: [], of: self) { upstream, adjoints in
            adjoints.add([Float](repeating: upstream[0], count: count), to: self)
        }
    }

    /// The mean of all elements, of shape []; 0 if there are none.
    public func mean() -> Tensor {
        sum() / Float(max(count, 1))
    }

    /// The sums along `axis`, which disappears or, with `keepingAxis`, stays with the length 1; a negative axis counts
    /// from the innermost.
    public func sum(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
        let split = AxisSplit(shape, axis: axis)
        var sums = [Float](repeating: 0, count: split.outer * split.inner)
        sums.withMutableSpan { sums in
            let x = scalars.span
            for outer in 0..<split.outer {
                let block = x.extracting(outer * split.block..<(outer + 1) * split.block)
                if split.inner == 1 {
                    sums[outer] = Reduction.sum(block)
                } else {
                    var row = sums._mutatingExtracting(outer * split.inner..<(outer + 1) * split.inner)
                    Rows.addSum(block, into: &row)
                }
            }
        }
        let rest = keepingAxis ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis)
        return Tensor(sums, shape: rest, of: self) { upstream, adjoints in
            var gradient: [Float] = []
            gradient.reserveCapacity(count)
            for outer in 0..<split.outer {
                let row = upstream[outer * split.inner..<(outer + 1) * split.inner]
                for _ in 0..<split.length { gradient.append(contentsOf: row) }
            }
            adjoints.add(gradient, to: self)
        }
    }

    /// The means along `axis`, which disappears or, with `keepingAxis`, stays with the length 1; 0 along an axis without
    /// elements.
    public func mean(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
        sum(alongAxis: axis, keepingAxis: keepingAxis) / Float(max(shape[axis], 1))
    }
}
