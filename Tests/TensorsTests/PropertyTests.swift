import Kernels
import NumericalChecks
import Tensors
import Testing

/// The element of `tensor` that a place in a broadcast result reads, by NumPy's rules, from the innermost axis on.
private func element(_ tensor: Tensor, at place: [Int]) -> Float {
    let axes = tensor.shape.axes
    var (index, step) = (0, 1)
    for (length, position) in zip(axes.reversed(), place.reversed()) {
        index += (length == 1 ? 0 : position) * step
        step *= length
    }
    return tensor.scalars[index]
}

/// All places of a shape, in row-major order.
private func places(_ shape: Shape) -> [[Int]] {
    shape.axes.reduce([[]]) { places, length in places.flatMap { place in (0..<length).map { place + [$0] } } }
}

@Test(arguments: 1...60 as ClosedRange<UInt64>)
func broadcastingFollowsTheNaiveReference(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let lengths = [0, 1, 1, 2, 3]
    let result = (0..<Int(generator.next() % 5)).map { _ in lengths[Int(generator.next() % 5)] }
    func operand() -> Tensor {
        let kept = result.suffix(Int(generator.next() % UInt64(result.count + 1)))
        return .normal(Shape(kept.map { generator.next() % 3 == 0 ? 1 : $0 }), using: &generator)
    }
    let (x, y) = (operand(), operand())
    let shape = try #require(x.shape.broadcast(with: y.shape))
    let expected = places(shape).map { element(x, at: $0) - element(y, at: $0) }
    #expect((x - y) == Tensor(expected, shape: shape))

    // The way back adds up what each element was used for.
    let upstream = Tensor.normal(shape, using: &generator)
    let found = gradients(of: { $0[0] - $0[1] }, at: [x, y], upstream: upstream.scalars)
    var byFirst = [[Int]: Float]()
    for place in places(shape) {
        let own = zip(x.shape.axes, place.suffix(x.shape.rank)).map { $0 == 1 ? 0 : $1 }
        byFirst[own, default: 0] += element(upstream, at: place)
    }
    #expect(largestDifference(found[0], places(x.shape).map { byFirst[$0, default: 0] }) < 1e-5)
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func theTransposeOfAProductIsTheProductOfTransposes(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (a, b) = (Tensor.normal([5, 7], using: &generator), Tensor.normal([7, 3], using: &generator))
    let product = a.matmul(b)
    let reversed = b.transposed().matmul(a.transposed())
    #expect(largestDifference(product.transposed().scalars, reversed.scalars) < 1e-6)
    let withoutCopies = b.matmul(a, transposed: true, transposingSelf: true)
    #expect(largestDifference(reversed.scalars, withoutCopies.scalars) < 1e-6)
}

@Test func softmaxRowsSumToOne() {
    var generator = SeededGenerator(seed: 1)
    let x = Tensor.normal([11, 13], standardDeviation: 30, using: &generator)
    #expect(x.softmax().sum(alongAxis: -1).scalars.allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(largestDifference(x.logSoftmax().exp().scalars, x.softmax().scalars) < 1e-5)
}

@Test func slicesJoinToTheWhole() {
    var generator = SeededGenerator(seed: 1)
    let x = Tensor.normal([3, 5, 2], using: &generator)
    for axis in 0..<3 {
        let parts = (0..<x.shape[axis]).map { x.slice($0..<$0 + 1, alongAxis: axis) }
        #expect(Tensor.concatenated(parts, alongAxis: axis) == x)
    }
    #expect(x.transposed(0, 2).transposed(2, 0) == x)
}

@Test func nothingIsAllowed() {
    let empty = Tensor.zeros([0, 3])
    #expect((empty + Tensor.ones([3])).shape == [0, 3])
    #expect(empty.sum().scalar == 0)
    #expect(empty.mean().scalar == 0)
    #expect(empty.sum(alongAxis: 0) == .zeros([3]))
    #expect(empty.matmul(.ones([3, 2])).shape == [0, 2])
    #expect(Tensor.zeros([2, 0]).matmul(.zeros([0, 3])) == .zeros([2, 3]))
    #expect(empty.softmax().shape == [0, 3])
    #expect(Tensor.zeros([2, 0]).softmax().shape == [2, 0])
    #expect(empty.linear(weight: .ones([2, 3]), bias: .ones([2])).shape == [0, 2])
    #expect(gradients(of: { $0[0] * $0[1] }, at: [empty, .ones([3])], upstream: []) == [[], [0, 0, 0]])
}
