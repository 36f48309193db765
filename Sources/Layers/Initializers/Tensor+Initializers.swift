import Kernels
import Tensors

// First values of weights, from an explicit generator. A weight is [outputs, inputs], as in PyTorch; of one with more axes,
// such as a convolution's, the axes behind these two multiply both fans.

/// How the first values of a weight are distributed.
public enum InitialDistribution: Sendable, CaseIterable {
    /// Uniform in [-√3 s, √3 s), which has the standard deviation s.
    case uniform
    /// Normal with the standard deviation s.
    case normal
}

extension Tensor {
    /// Independent elements with mean 0 and the variance gain² · 2 / (inputs + outputs): before tanh, or no function.
    ///
    /// Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks", 2010.
    ///
    /// - Parameter gain: the `gain` of the activation behind the weight, if the weight is to make up for it.
    public static func xavier(
        _ shape: Shape, _ distribution: InitialDistribution = .uniform, gain: Float = 1,
        using generator: inout SeededGenerator
    ) -> Tensor {
        let fans = shape.fans
        let deviation = gain * (2 / Float(Swift.max(fans.inputs + fans.outputs, 1))).squareRoot()
        return distributed(shape, distribution, standardDeviation: deviation, using: &generator)
    }

    /// Independent elements with mean 0 and the variance gain² / fan: with the default gain √2, before a ReLU.
    ///
    /// He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", 2015.
    ///
    /// - Parameter fan: whether the variance is kept on the way forward (`inputs`) or back (`outputs`).
    public static func kaiming(
        _ shape: Shape, _ distribution: InitialDistribution = .uniform, fan: Fan = .inputs,
        gain: Float = Activation.relu.gain, using generator: inout SeededGenerator
    ) -> Tensor {
        let fans = shape.fans
        let deviation = gain / Float(Swift.max(fan == .inputs ? fans.inputs : fans.outputs, 1)).squareRoot()
        return distributed(shape, distribution, standardDeviation: deviation, using: &generator)
    }

    private static func distributed(
        _ shape: Shape, _ distribution: InitialDistribution, standardDeviation: Float,
        using generator: inout SeededGenerator
    ) -> Tensor {
        switch distribution {
        case .uniform: uniform(shape, bound: Float(3).squareRoot() * standardDeviation, using: &generator)
        case .normal: normal(shape, standardDeviation: standardDeviation, using: &generator)
        }
    }

    /// Orthonormal rows or columns, whichever are fewer, times the gain: uniformly from all such matrices.
    ///
    /// The Q of a normal matrix, with the signs of R's diagonal taken out (Mezzadri, "How to Generate Random Matrices from
    /// the Classical Compact Groups", 2007), as first weights by Saxe, McClelland and Ganguli (2014). A shape of more than
    /// two axes is one matrix with a row for each place of the first.
    public static func orthogonal(
        _ shape: Shape, gain: Float = 1, using generator: inout SeededGenerator
    ) -> Tensor {
        precondition(shape.rank >= 2 && shape.count > 0, "an orthogonal weight is a matrix, not \(shape)")
        let (rows, columns) = (shape[0], shape.count / shape[0])
        let (long, short) = (Swift.max(rows, columns), Swift.min(rows, columns))
        let normal = Tensor.normal([long, short], using: &generator)
        // It has no element that is not finite, which is all that the factorisation could refuse.
        guard let factor = try? QRFactor(of: normal.scalars.map(Double.init), rows: long, columns: short)
        else { preconditionFailure("a normal matrix \(shape) is not finite") }
        let r = factor.r
        let signed = factor.q.enumerated().map { place, element in
            gain * Float(r[place % short * (short + 1)] < 0 ? -element : element)
        }
        let q = Tensor(signed, shape: [long, short])
        return (rows == long ? q : q.transposed()).reshaped(shape)
    }
}
