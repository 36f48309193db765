// Operations that move elements and compute nothing.

extension Tensor {
    /// The same elements, in the same order, as an array of `newShape`.
    public func reshaped(_ newShape: Shape) -> Tensor {
        precondition(newShape.count == count, "\(shape) does not become \(newShape)")
        if newShape == shape { return self }
        return Tensor(scalars, shape: newShape, of: self) { upstream, adjoints in adjoints.add(upstream, to: self) }
    }

    /// With one more axis, of length 1, whose place in the result is `axis`: [m, n] becomes [m, 1, n] at 1 and [m, n, 1]
    /// at -1. PyTorch's `unsqueeze`.
    public func insertingAxis(at axis: Int) -> Tensor {
        reshaped(shape.inserting(axis: axis, length: 1))
    }

    /// Without the axis `axis`, whose length must be 1. PyTorch's `squeeze` of one axis.
    public func removingAxis(_ axis: Int) -> Tensor {
        precondition(shape[axis] == 1, "axis \(axis) of the shape \(shape) is not of length 1")
        return reshaped(shape.removing(axis: axis))
    }

    /// Repeated along axes of length 1, and along new ones in front, to `newShape`, by NumPy's rules.
    public func broadcast(to newShape: Shape) -> Tensor {
        precondition(shape.broadcast(with: newShape) == newShape, "\(shape) does not broadcast to \(newShape)")
        if newShape == shape { return self }
        return Tensor(
            Broadcast.repeated(scalars, from: shape, to: newShape), shape: newShape, of: self
        ) { upstream, adjoints in
            adjoints.add(Broadcast.reduced(upstream, from: newShape, to: shape), to: self)
        }
    }
}

extension Tensor {
    /// Two axes exchanged, by default the two innermost: [..., m, n] becomes [..., n, m].
    public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
        let (i, j) = (shape.place(of: first), shape.place(of: second))
        var order = FourLengths(repeating: 0)
        for place in 0..<shape.rank { order[place] = place == i ? j : place == j ? i : place }
        return permuted(order)
    }

    /// The axes in another order: the axis of the result at place i is the axis `axes[i]` of this.
    ///
    /// ```swift
    /// let heads = x.reshaped([batch, steps, 4, 16]).permuted([0, 2, 1, 3])    // [B, T, 4, 16] to [B, 4, T, 16]
    /// ```
    public func permuted(_ axes: [Int]) -> Tensor {
        precondition(axes.count == shape.rank, "\(axes) is no order of the axes of the shape \(shape)")
        var (order, seen) = (FourLengths(repeating: 0), AxisSet())
        for (place, axis) in axes.enumerated() {
            order[place] = shape.place(of: axis)
            precondition(seen.insert(order[place]), "\(axes) is no order of the axes of the shape \(shape)")
        }
        return permuted(order)
    }

    /// The axes in another order: the axis of the result at place i is the axis `order[i]` of this.
    func permuted(_ order: FourLengths) -> Tensor {
        let permutation = AxisPermutation(shape, order: order)
        if permutation.keepsOrder { return reshaped(permutation.result) }
        return Tensor(
            permutation.applied(to: scalars), shape: permutation.result, of: self
        ) { upstream, adjoints in
            var reversed = FourLengths(repeating: 0)
            for place in 0..<shape.rank { reversed[order[place]] = place }
            adjoints.add(AxisPermutation(permutation.result, order: reversed).applied(to: upstream), to: self)
        }
    }
}
