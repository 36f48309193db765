import Kernels
import Tensors

/// Sets elements to 0 at random while a model is trained, so that no unit relies on another one alone.
///
/// y = x m / (1 - p), where each element of m is 0 with the probability p and else 1: Srivastava, Hinton, Krizhevsky,
/// Sutskever and Salakhutdinov (2014), with the scale moved to training. A call without a generator answers, y = x.
public struct Dropout: Layer {
    /// p, in [0, 1).
    public let rate: Float

    /// Sets elements to 0 with the probability `rate`.
    public init(rate: Float) {
        precondition(rate >= 0 && rate < 1, "a rate of dropout lies in [0, 1), not at \(rate)")
        self.rate = rate
    }

    /// x itself.
    public func callAsFunction(_ x: Tensor) -> Tensor { x }

    /// y, of the shape of x.
    public func callAsFunction(_ x: Tensor, using generator: inout SeededGenerator) -> Tensor {
        x.dropout(rate: rate, using: &generator)
    }

    /// None.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {}
}
