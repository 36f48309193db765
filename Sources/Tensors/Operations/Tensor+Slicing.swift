import Kernels

extension Tensor {
    /// The elements whose place along `axis` is in `range`; a negative axis counts from the innermost.
    ///
    /// ```swift
    /// let x = Tensor.zeros([5, 7])
    /// x.slice(1..<4, alongAxis: 0)            // [3, 7]
    /// x.slice(2..., by: 2, alongAxis: 1)      // [5, 3]: the places 2, 4 and 6
    /// ```
    /// - Parameter step: from one place that is taken to the next.
    public func slice(_ range: some RangeExpression<Int>, by step: Int = 1, alongAxis axis: Int) -> Tensor {
        let range = range.relative(to: 0..<shape[axis])
        precondition(
            range.lowerBound >= 0 && range.upperBound <= shape[axis], "slice \(range) of axis \(axis) of \(shape)")
        precondition(step > 0, "a slice by steps of \(step)")
        if step > 1 {
            return take(Array(stride(from: range.lowerBound, to: range.upperBound, by: step)), alongAxis: axis)
        }
        return slice(range, alongAxis: axis, shape: shape.replacing(axis: axis, with: range.count))
    }

    /// The elements at the place `index` along `axis`, without that axis; -1 is the last place.
    ///
    /// ```swift
    /// states.slice(-1, alongAxis: 1)          // [B, T, H] to [B, H]: the last step
    /// ```
    public func slice(_ index: Int, alongAxis axis: Int) -> Tensor {
        let place = index < 0 ? index + shape[axis] : index
        precondition(place >= 0 && place < shape[axis], "index \(index) along axis \(axis) of \(shape)")
        return slice(place..<place + 1, alongAxis: axis, shape: shape.removing(axis: axis))
    }

    /// The elements in `range` as an array of the shape `result`.
    private func slice(_ range: Range<Int>, alongAxis axis: Int, shape result: Shape) -> Tensor {
        let split = AxisSplit(shape, axis: axis)
        let (first, width) = (range.lowerBound * split.inner, range.count * split.inner)
        var elements: [Float] = []
        elements.reserveCapacity(split.outer * width)
        for outer in 0..<split.outer {
            let start = outer * split.block + first
            elements.append(contentsOf: scalars[start..<start + width])
        }
        return Tensor(elements, shape: result, of: self) { upstream, adjoints in
            // In place: a sequence that is cut into its steps then costs as much as the steps, not their square.
            adjoints.accumulate(into: self) { total in
                for outer in 0..<split.outer {
                    let start = outer * split.block + first
                    let part = upstream.span.extracting(outer * width..<(outer + 1) * width)
                    Elementwise.add(part, into: &total, range: start..<start + width)
                }
            }
        }
    }
}
