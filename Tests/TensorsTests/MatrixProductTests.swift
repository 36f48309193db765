import Kernels
import NumericalChecks
import Tensors
import Testing

/// Batches of both operands, and what they broadcast to.
private let batches: [([Int], [Int])] = [
    ([], []), ([3], [3]), ([3], []), ([], [3]), ([3], [1]), ([1], [3]), ([2, 3], [2, 3]), ([2, 1], [3]),
    ([2, 1], [1, 3]), ([2, 3], []), ([], [2, 3]), ([0], [0]), ([0, 2], [1]), ([1, 1], [1, 1]),
]

@Test(arguments: batches, [false, true])
func batchesOfProductsFollowTheDefinition(batch: ([Int], [Int]), transposingSelf: Bool) throws {
    for (transposed, size) in [(false, (3, 5, 2)), (true, (3, 5, 2)), (false, (1, 7, 3)), (true, (2, 1, 1))] {
        let (m, k, n) = size
        var generator = SeededGenerator(seed: 7)
        let a = Tensor.normal(Shape(batch.0 + (transposingSelf ? [k, m] : [m, k])), using: &generator)
        let b = Tensor.normal(Shape(batch.1 + (transposed ? [n, k] : [k, n])), using: &generator)
        let common = try #require(Shape(batch.0).broadcast(with: Shape(batch.1)))
        let expected = tensor(Shape(common.axes + [m, n])) { position in
            let (row, column) = (position[position.count - 2], position[position.count - 1])
            let outer = position.dropLast(2)
            return (0..<k).reduce(0) { sum, inner in
                sum + element(a, at: outer + (transposingSelf ? [inner, row] : [row, inner]))
                    * element(b, at: outer + (transposed ? [column, inner] : [inner, column]))
            }
        }
        let found = a.matmul(b, transposed: transposed, transposingSelf: transposingSelf)
        #expect(found.shape == expected.shape)
        #expect(largestDifference(found.scalars, expected.scalars) < 1e-5, "\(a.shape) \(b.shape)")
    }
}

@Test(arguments: batches)
func theTransposeOfAProductIsTheProductOfTransposes(batch: ([Int], [Int])) {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let a = Tensor.normal(Shape(batch.0 + [5, 7]), using: &generator)
        let b = Tensor.normal(Shape(batch.1 + [7, 3]), using: &generator)
        let reversed = b.transposed().matmul(a.transposed())
        #expect(a.matmul(b).transposed().shape == reversed.shape)
        #expect(largestDifference(a.matmul(b).transposed().scalars, reversed.scalars) < 1e-6)
        let withoutCopies = b.matmul(a, transposed: true, transposingSelf: true)
        #expect(largestDifference(reversed.scalars, withoutCopies.scalars) < 1e-6)
    }
}

@Test(arguments: batches)
func gradientsOfBatchesAreThoseOfDifferenceQuotients(batch: ([Int], [Int])) {
    for seed in 1...5 as ClosedRange<UInt64> {
        for (transposed, transposingSelf) in [(false, false), (true, false), (false, true), (true, true)] {
            var generator = SeededGenerator(seed: seed)
            let a = Tensor.normal(Shape(batch.0 + (transposingSelf ? [2, 3] : [3, 2])), using: &generator)
            let b = Tensor.normal(Shape(batch.1 + (transposed ? [5, 2] : [2, 5])), using: &generator)
            let error = directionalGradientError(
                of: { $0[0].matmul($0[1], transposed: transposed, transposingSelf: transposingSelf) }, at: [a, b],
                seed: seed &+ 100)
            #expect(error < 2e-3, "\(transposed) \(transposingSelf) seed \(seed)")
        }
    }
}
