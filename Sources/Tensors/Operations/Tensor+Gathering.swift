import Kernels

// Elements by their places, and the ways back. Each pair is adjoint: ⟨take(x), y⟩ = ⟨x, scatterAdding(y)⟩ on zeros, and
// ⟨gather(x), y⟩ = ⟨x, scattered(y)⟩.

extension Tensor {
    /// Whole slices by their places along `axis`, in the given order; a place may come more than once.
    ///
    /// The axis then has the length of `places`. PyTorch's `index_select`, and for a matrix of vectors its `embedding`.
    ///
    /// ```swift
    /// let vectors = table.take([4, 0, 4], alongAxis: 0)       // [V, D] to [3, D]
    /// ```
    public func take(_ places: some Collection<Int>, alongAxis axis: Int) -> Tensor {
        let slices = AxisSlices(Array(places), shape, axis: axis)
        return Tensor(
            slices.taken(from: scalars), shape: shape.replacing(axis: axis, with: places.count), of: self
        ) { upstream, adjoints in
            adjoints.accumulate(into: self) { slices.add(upstream.span, into: &$0) }
        }
    }

    /// With the slices of `source` added to those at `places` along `axis`; what goes to one place more than once adds up
    /// in order. PyTorch's `index_add`.
    ///
    /// `source` has the shape of this but for `axis`, along which it has the length of `places`.
    ///
    /// ```swift
    /// let sums = Tensor.zeros([nodes, H]).scatterAdding(messages, at: targets, alongAxis: 0)     // of [edges, H]
    /// ```
    public func scatterAdding(_ source: Tensor, at places: [Int], alongAxis axis: Int) -> Tensor {
        precondition(
            source.shape == shape.replacing(axis: axis, with: places.count),
            "a source \(source.shape) for \(places.count) places along axis \(axis) of \(shape)")
        let slices = AxisSlices(places, shape, axis: axis)
        var result = scalars
        result.withMutableSpan { slices.add(source.scalars.span, into: &$0) }
        return Tensor(result, shape: shape, of: self, source) { upstream, adjoints in
            adjoints.add(upstream, to: self)
            if source.isTracked { adjoints.add(slices.taken(from: upstream), to: source) }
        }
    }
}

extension Tensor {
    /// One element along `axis` for each place of the other axes: y[a, c] = x[a, places[a, c], c], where a and c stand for
    /// the axes before and behind.
    ///
    /// The axis disappears or, with `keepingAxis`, stays with the length 1. PyTorch's
    /// `x.gather(axis, places.unsqueeze(axis)).squeeze(axis)`.
    ///
    /// ```swift
    /// let ofLabels = logits.logSoftmax().gather(labels, alongAxis: -1)       // [B, C] to [B]
    /// ```
    /// - Parameter places: one for each element of the result, row-major.
    public func gather(_ places: [Int], alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
        let picks = AxisPicks(places, shape, axis: axis)
        let result = keepingAxis ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis)
        return Tensor(picks.picked(from: scalars), shape: result, of: self) { upstream, adjoints in
            adjoints.accumulate(into: self) { picks.add(upstream.span, into: &$0) }
        }
    }

    /// Each element at its own place along a new axis of length `count`, between zeros: y[a, places[a, c], c] = x[a, c].
    ///
    /// `axis` is the place of the new axis in the result; -1 makes it the innermost. PyTorch's
    /// `zeros.scatter(axis, places.unsqueeze(axis), x.unsqueeze(axis))`.
    ///
    /// ```swift
    /// Tensor([5, 7], shape: [2]).scattered(to: [2, 0], alongAxis: -1, count: 3)      // [[0, 0, 5], [7, 0, 0]]
    /// ```
    /// - Parameter places: one for each element of this, row-major.
    public func scattered(to places: [Int], alongAxis axis: Int, count: Int) -> Tensor {
        let result = shape.inserting(axis: axis, length: count)
        let picks = AxisPicks(places, result, axis: axis)
        var elements = [Float](repeating: 0, count: result.count)
        elements.withMutableSpan { picks.add(scalars.span, into: &$0) }
        return Tensor(elements, shape: result, of: self) { upstream, adjoints in
            adjoints.add(picks.picked(from: upstream), to: self)
        }
    }
}
