import Kernels
import Tensors

// First values of weights, from an explicit generator.

extension Tensor {
    /// Uniform in [-bound, bound).
    public static func uniform(_ shape: Shape, bound: Float, using generator: inout SeededGenerator) -> Tensor {
        Tensor((0..<shape.count).map { _ in (2 * generator.uniform() - 1) * bound }, shape: shape)
    }

    /// Uniform with the variance 2 / (fan-in + fan-out), for a weight [out, in] (Glorot and Bengio, 2010).
    public static func xavier(_ shape: Shape, using generator: inout SeededGenerator) -> Tensor {
        precondition(shape.rank == 2, "Xavier's bound is for a matrix, not \(shape)")
        return uniform(shape, bound: (6 / Float(shape[0] + shape[1])).squareRoot(), using: &generator)
    }

    /// Uniform with the variance 2 / fan-in, for a weight [out, in] before a ReLU (He, Zhang, Ren, Sun, 2015).
    public static func kaiming(_ shape: Shape, using generator: inout SeededGenerator) -> Tensor {
        precondition(shape.rank == 2, "Kaiming's bound is for a matrix, not \(shape)")
        return uniform(shape, bound: (6 / Float(shape[1])).squareRoot(), using: &generator)
    }
}
