import Foundation
import Kernels
import NumericalChecks
import Tensors
import Testing

/// An operation on two elements, and the same on tensors.
private struct BinaryCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let onTensors: @Sendable (Tensor, Tensor) -> Tensor
    let onNumbers: @Sendable (Double, Double) -> Double
    /// The derivatives by both; nil where no gradient flows.
    let derivatives: (@Sendable (Double, Double) -> (Double, Double))?

    init(
        _ name: String, _ onTensors: @escaping @Sendable (Tensor, Tensor) -> Tensor,
        _ onNumbers: @escaping @Sendable (Double, Double) -> Double,
        _ derivatives: (@Sendable (Double, Double) -> (Double, Double))? = nil
    ) {
        testDescription = name
        self.onTensors = onTensors
        self.onNumbers = onNumbers
        self.derivatives = derivatives
    }

    static let all = [
        BinaryCase("+", +, +) { _, _ in (1, 1) },
        BinaryCase("-", -, -) { _, _ in (1, -1) },
        BinaryCase("*", *, *) { ($1, $0) },
        BinaryCase("/", /, /) { (1 / $1, -$0 / ($1 * $1)) },
        BinaryCase("maximum", Tensor.maximum, { max($0, $1) }) {
            $0 == $1 ? (0.5, 0.5) : $0 > $1 ? (1, 0) : (0, 1)
        },
        BinaryCase("minimum", Tensor.minimum, { min($0, $1) }) {
            $0 == $1 ? (0.5, 0.5) : $0 < $1 ? (1, 0) : (0, 1)
        },
        BinaryCase("power", { $0.raised(to: $1) }, pow) { ($1 * pow($0, $1 - 1), pow($0, $1) * Foundation.log($0)) },
        BinaryCase("<", { $0 .< $1 }, { $0 < $1 ? 1 : 0 }),
        BinaryCase("<=", { $0 .<= $1 }, { $0 <= $1 ? 1 : 0 }),
        BinaryCase(">", { $0 .> $1 }, { $0 > $1 ? 1 : 0 }),
        BinaryCase(">=", { $0 .>= $1 }, { $0 >= $1 ? 1 : 0 }),
        BinaryCase("=", { $0 .== $1 }, { $0 == $1 ? 1 : 0 }),
        BinaryCase("≠", { $0 .!= $1 }, { $0 != $1 ? 1 : 0 }),
    ]
}

/// Positive numbers out of a few, so that some are equal.
private func fewNumbers(_ shape: Shape, using generator: inout SeededGenerator) -> Tensor {
    tensor(shape) { _ in [0.5, 1, 1.5, 2][Int(generator.next() % 4)] }
}

@Test(arguments: BinaryCase.all)
private func operationsBroadcastAsTheNaiveReferenceDoes(operation: BinaryCase) throws {
    for seed in 1...60 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let shapes = broadcastableShapes(2, using: &generator)
        let x = fewNumbers(shapes[0], using: &generator)
        let y = fewNumbers(shapes[1], using: &generator)
        let shape = try #require(x.shape.broadcast(with: y.shape))
        let expected = tensor(shape) {
            Float(operation.onNumbers(Double(element(x, at: $0)), Double(element(y, at: $0))))
        }
        let found = operation.onTensors(x, y)
        #expect(found.shape == shape)
        #expect(largestDifference(found.scalars, expected.scalars) < 1e-6, "seed \(seed): \(x.shape), \(y.shape)")
        expectGradients(of: operation, at: x, y, in: shape, using: &generator)
    }
}

/// The way back adds up what each element was used for.
private func expectGradients(
    of operation: BinaryCase, at x: Tensor, _ y: Tensor, in shape: Shape, using generator: inout SeededGenerator
) {
    let upstream = Tensor.normal(shape, using: &generator)
    var (byFirst, bySecond) = ([[Int]: Double](), [[Int]: Double]())
    for position in places(shape) {
        let (a, b) = (Double(element(x, at: position)), Double(element(y, at: position)))
        let (first, second) = operation.derivatives?(a, b) ?? (0, 0)
        byFirst[place(in: x.shape, for: position), default: 0] += first * Double(element(upstream, at: position))
        bySecond[place(in: y.shape, for: position), default: 0] += second * Double(element(upstream, at: position))
    }
    let found = gradients(of: { operation.onTensors($0[0], $0[1]) }, at: [x, y], upstream: upstream.scalars)
    let expected = [
        places(x.shape).map { Float(byFirst[$0, default: 0]) }, places(y.shape).map { Float(bySecond[$0, default: 0]) },
    ]
    for (one, other) in zip(found, expected) { #expect(largestDifference(one, other) < 1e-5) }
}

@Test(arguments: 1...60 as ClosedRange<UInt64>)
func selectionBroadcastsAsTheNaiveReferenceDoes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shapes = broadcastableShapes(3, using: &generator)
    let (x, y) = (Tensor.normal(shapes[0], using: &generator), Tensor.normal(shapes[1], using: &generator))
    let mask = Tensor.normal(shapes[2], using: &generator) .> 0
    let shape = try #require(x.shape.broadcast(with: y.shape)?.broadcast(with: mask.shape))
    let expected = tensor(shape) { element(mask, at: $0) != 0 ? element(y, at: $0) : element(x, at: $0) }
    #expect(x.replacing(with: y, where: mask) == expected)

    let upstream = Tensor.normal(shape, using: &generator)
    let found = gradients(
        of: { $0[0].replacing(with: $0[1], where: mask) }, at: [x, y], upstream: upstream.scalars)
    var sums = [[[Int]: Float]](repeating: [:], count: 2)
    for position in places(shape) {
        let chosen = element(mask, at: position) != 0 ? 1 : 0
        sums[chosen][place(in: shapes[chosen], for: position), default: 0] += element(upstream, at: position)
    }
    for which in 0...1 {
        let expected = places(shapes[which]).map { sums[which][$0, default: 0] }
        #expect(largestDifference(found[which], expected) < 1e-5)
    }
}

@Test(arguments: 1...60 as ClosedRange<UInt64>)
func repeatingFollowsTheNaiveReference(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shapes = broadcastableShapes(2, using: &generator)
    let target = try #require(shapes[0].broadcast(with: shapes[1]))
    let x = Tensor.normal(shapes[0], using: &generator)
    #expect(x.broadcast(to: target) == tensor(target) { element(x, at: $0) })
}

@Test func whatIsNotSelectedIsHidden() {
    let x = Tensor([1, .nan, 3], shape: [3])
    let mask = Tensor([0, 1, 0], shape: [3])
    #expect(x.replacing(with: 0, where: mask).scalars == [1, 0, 3])
    #expect(Tensor.zeros([3]).replacing(with: x, where: 1 - mask).scalars == [1, 0, 3])
    // The logarithm has the derivative infinity at 0, which is not let through.
    let found = gradients(
        of: { $0[0].log().replacing(with: 0, where: $0[0] .== 0) }, at: [Tensor([0, 2], shape: [2])], upstream: [1, 1])
    #expect(found[0][1] == 0.5)
    #expect(!found[0][0].isInfinite)
}

@Test func comparisonsWithWhatIsNotANumberAreFalse() {
    let x = Tensor([1, .nan], shape: [2])
    #expect((x .< 2).scalars == [1, 0])
    #expect((x .<= 1).scalars == [1, 0])
    #expect((x .> 0).scalars == [1, 0])
    #expect((x .>= 1).scalars == [1, 0])
    #expect((x .== x).scalars == [1, 0])
    #expect((x .!= x).scalars == [0, 1])
    #expect((x .== 1).scalars == [1, 0])
    #expect((x .!= 1).scalars == [0, 1])
}

@Test func whatIsNotANumberIsAnExtreme() {
    let (x, y) = (Tensor([1, .nan, 3], shape: [3]), Tensor([.nan, 2, 1], shape: [3]))
    for result in [Tensor.maximum(x, y), .minimum(x, y)] {
        #expect(result.scalars.map(\.isNaN) == [true, true, false])
    }
}

@Test func masksAreConstants() {
    let (_, found) = valueAndGradient(of: Inputs([Tensor(2)])) { model in
        let mask = model.tensors[0] .> 1
        #expect(!mask.isTracked)
        return model.tensors[0] * mask
    }
    #expect(found.parameters == [[1]])
}
