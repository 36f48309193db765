import Kernels
import Tensors

/// Some tensors as the parameters of a model.
public struct Inputs: Parameterized {
    /// The tensors.
    public var tensors: [Tensor]

    /// The parameters `tensors`.
    public init(_ tensors: [Tensor]) {
        self.tensors = tensors
    }

    /// `0`, `1`, and so on.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        for index in tensors.indices { try body("\(index)", &tensors[index]) }
    }
}

/// The gradients of Σ upstream · output by the inputs of `operation`.
public func gradients(
    of operation: ([Tensor]) -> Tensor, at inputs: [Tensor], upstream: [Float]
) -> [[Float]] {
    valueAndGradient(of: Inputs(inputs)) { inputs in
        let output = operation(inputs.tensors)
        return (output * Tensor(upstream, shape: output.shape)).sum()
    }.gradients.parameters
}

/// How far the gradient of `operation` is from a difference quotient along one random direction.
///
/// The outputs are weighted at random and added up in double precision; the step is 1e-3, and the distance is relative to
/// the derivative where that is over 1.
public func directionalGradientError(
    of operation: ([Tensor]) -> Tensor, at inputs: [Tensor], seed: UInt64
) -> Double {
    var generator = SeededGenerator(seed: seed)
    let weights = operation(inputs).scalars.map { _ in generator.normal() }
    let directions = inputs.map { $0.scalars.map { _ in 2 * generator.uniform() - 1 } }
    func weighted(step: Float) -> Double {
        let moved = zip(inputs, directions).map { input, direction in
            Tensor(zip(input.scalars, direction).map { $0 + step * $1 }, shape: input.shape)
        }
        return zip(operation(moved).scalars, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let numerical = (weighted(step: 1e-3) - weighted(step: -1e-3)) / 2e-3
    let found = gradients(of: operation, at: inputs, upstream: weights)
    let analytical = zip(found, directions).reduce(0.0) { sum, pair in
        sum + zip(pair.0, pair.1).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return abs(analytical - numerical) / max(1, abs(numerical))
}

/// The largest difference of two arrays, relative to the largest element where that is over 1; infinite for different
/// lengths and for what is not a number.
public func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    let scale = b.reduce(1) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { largest, pair in
        let difference = abs(pair.0 - pair.1) / scale
        return difference.isNaN ? .infinity : max(largest, difference)
    }
}
