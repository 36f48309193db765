import Kernels

extension Tensor {
    /// Elements set to 0 with the probability `rate`, the others divided by 1 - `rate`, so that the mean stays: for
    /// training, so that no unit relies on another one alone (Srivastava and others, 2014).
    public func dropout(rate: Float, using generator: inout SeededGenerator) -> Tensor {
        precondition(rate >= 0 && rate < 1, "a rate of dropout lies in [0, 1), not at \(rate)")
        guard rate > 0 else { return self }
        var factors = Tensor.zeros(shape)
        factors.update { Elementwise.update(&$0) { _ in generator.uniform() < rate ? 0 : 1 / (1 - rate) } }
        return self * factors
    }
}
