import Kernels

extension Tensor {
    /// The nearest numbers in `range`: min(max(x, lower), upper). Not a number stays one.
    ///
    /// The derivative is 1 in the range, its ends included, and 0 outside, as that of PyTorch's `clamp`.
    public func clipped(to range: ClosedRange<Float>) -> Tensor {
        let (lower, upper) = (range.lowerBound, range.upperBound)
        var values = [Float](repeating: 0, count: count)
        values.withMutableSpan { Elementwise.map(scalars.span, into: &$0) { clamped($0, from: lower, to: upper) } }
        return Tensor(values, shape: shape, of: self) { upstream, adjoints in
            var gradient = upstream
            gradient.withMutableSpan {
                Elementwise.update(&$0, with: scalars.span) { g, x in x < lower || x > upper ? 0 : g }
            }
            adjoints.add(gradient, to: self)
        }
    }
}
