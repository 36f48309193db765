import Kernels

extension Tensor {
    /// A single number, of shape [].
    public init(_ scalar: Float) {
        self.init([scalar], shape: [])
    }

    /// All elements `value`.
    public init(repeating value: Float, shape: Shape) {
        self.init([Float](repeating: value, count: shape.count), shape: shape)
    }

    /// All elements 0.
    public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }

    /// All elements 1.
    public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }

    /// Independent elements, uniform in [-bound, bound).
    public static func uniform(_ shape: Shape, bound: Float, using generator: inout SeededGenerator) -> Tensor {
        var result = Tensor.zeros(shape)
        result.update { Elementwise.update(&$0) { _ in (2 * generator.uniform() - 1) * bound } }
        return result
    }

    /// Independent elements, normal with mean 0.
    public static func normal(
        _ shape: Shape, standardDeviation: Float = 1, using generator: inout SeededGenerator
    ) -> Tensor {
        var result = Tensor.zeros(shape)
        result.update { Elementwise.update(&$0) { _ in generator.normal() * standardDeviation } }
        return result
    }
}
