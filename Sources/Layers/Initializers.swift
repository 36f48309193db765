import Kernels
import Tensors

// First values of weights, from an explicit generator. A weight is [outputs, inputs].

extension Tensor {
    /// Uniform with the variance 2 / (inputs + outputs) (Glorot and Bengio, 2010): before tanh or no function.
    public static func xavier(_ shape: Shape, using generator: inout SeededGenerator) -> Tensor {
        precondition(shape.rank == 2, "Xavier's bound is for a matrix, not \(shape)")
        return uniform(shape, bound: (6 / Float(shape[0] + shape[1])).squareRoot(), using: &generator)
    }

    /// Uniform with the variance 2 / inputs (He, Zhang, Ren and Sun, 2015): before a ReLU.
    public static func kaiming(_ shape: Shape, using generator: inout SeededGenerator) -> Tensor {
        precondition(shape.rank == 2, "Kaiming's bound is for a matrix, not \(shape)")
        return uniform(shape, bound: (6 / Float(shape[1])).squareRoot(), using: &generator)
    }

    /// Orthonormal rows or columns, whichever are fewer, uniformly from all such (Saxe, McClelland and Ganguli, 2014):
    /// the Q of a normal matrix, with the signs of R's diagonal taken out (Mezzadri, 2007).
    public static func orthogonal(_ shape: Shape, using generator: inout SeededGenerator) -> Tensor {
        precondition(shape.rank == 2 && shape.count > 0, "an orthogonal weight is a matrix, not \(shape)")
        let (long, short) = (max(shape[0], shape[1]), min(shape[0], shape[1]))
        let normal = Tensor.normal([long, short], using: &generator)
        // It has no element that is not finite, which is all that the factorisation could refuse.
        guard let factor = try? QRFactor(of: normal.scalars.map(Double.init), rows: long, columns: short)
        else { preconditionFailure("a normal matrix \(shape) is not finite") }
        let r = factor.r
        let signed = factor.q.enumerated().map { place, element in
            Float(r[place % short * (short + 1)] < 0 ? -element : element)
        }
        let q = Tensor(signed, shape: [long, short])
        return shape[0] == long ? q : q.transposed()
    }
}
