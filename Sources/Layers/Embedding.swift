import Kernels
import Tensors

/// A table of vectors to learn: y = W[index], from indices to [..., D].
///
/// ```swift
/// let words = Embedding(count: 1000, width: 64, using: &generator)
/// let x = words([[4, 17, 0], [9, 9, 2]])       // [2, 3, 64]
/// ```
/// The gradient by a row is the sum of those by its uses. With the places of a sequence as indices it is a positional
/// encoding that is learned.
public struct Embedding: Module {
    /// W, of shape [N, D].
    public var weight: Tensor

    /// N, the number of rows.
    public var count: Int { weight.shape[0] }
    /// D
    public var width: Int { weight.shape[1] }

    /// `count` rows of `width` elements, independent and normal with mean 0 and variance 1, as in PyTorch.
    public init(count: Int, width: Int, using generator: inout SeededGenerator) {
        self.init(weight: .normal([count, width], using: &generator))
    }

    /// Given rows.
    public init(weight: Tensor) {
        precondition(weight.shape.rank == 2, "a table of rows is a matrix, not \(weight.shape)")
        self.weight = weight
    }

    /// The rows of `indices`, in their order: [M, D] for M indices, each from 0 to N - 1.
    public func callAsFunction(_ indices: [Int]) -> Tensor { weight.take(indices, alongAxis: 0) }

    /// The rows of B sequences of T indices each: [B, T, D].
    public func callAsFunction(_ sequences: [[Int]]) -> Tensor {
        let steps = sequences.first?.count ?? 0
        for sequence in sequences {
            precondition(sequence.count == steps, "sequences of \(steps) and of \(sequence.count) indices: pad them")
        }
        return self(sequences.flatMap(\.self)).reshaped([sequences.count, steps, width])
    }

    /// `weight`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try body("weight", &weight)
    }
}
