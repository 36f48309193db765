import Foundation
import Kernels
import NumericalChecks
import Tensors
import Testing

/// A reduction of some numbers, and the same on tensors along axes.
private struct ReductionCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let onTensor: @Sendable (Tensor, [Int], Bool) -> Tensor
    let onNumbers: @Sendable ([Double]) -> Double

    static let all = [
        ReductionCase(
            testDescription: "sum", onTensor: { $0.sum(alongAxes: $1, keepingAxes: $2) }, onNumbers: sum),
        ReductionCase(
            testDescription: "mean", onTensor: { $0.mean(alongAxes: $1, keepingAxes: $2) }, onNumbers: mean),
        ReductionCase(
            testDescription: "max", onTensor: { $0.max(alongAxes: $1, keepingAxes: $2) },
            onNumbers: { $0.max() ?? .nan }),
        ReductionCase(
            testDescription: "min", onTensor: { $0.min(alongAxes: $1, keepingAxes: $2) },
            onNumbers: { $0.min() ?? .nan }),
        ReductionCase(
            testDescription: "variance", onTensor: { $0.variance(alongAxes: $1, correction: 0, keepingAxes: $2) },
            onNumbers: variance),
        ReductionCase(
            testDescription: "log-sum-exp", onTensor: { $0.logSumExp(alongAxes: $1, keepingAxes: $2) },
            onNumbers: { log(sum($0.map { exp($0) })) }),
    ]
}

private func sum(_ x: [Double]) -> Double { x.reduce(0, +) }
private func mean(_ x: [Double]) -> Double { sum(x) / Double(max(x.count, 1)) }
private func variance(_ x: [Double]) -> Double { mean(x.map { ($0 - mean(x)) * ($0 - mean(x)) }) }

@Test(arguments: ReductionCase.all, [[2, 3, 5, 2], [7], [1, 5], [3, 1, 2], []] as [Shape])
private func reductionsOverAnyAxesFollowTheNaiveReference(reduction: ReductionCase, shape: Shape) {
    var generator = SeededGenerator(seed: 3)
    let x = Tensor.normal(shape, using: &generator)
    for subset in 0..<1 << shape.rank {
        let axes = (0..<shape.rank).filter { subset >> $0 & 1 == 1 }
        // Named from the innermost, and out of order.
        let named = Array(axes.map { $0 - shape.rank }.reversed())
        let kept = Shape(shape.axes.enumerated().map { axes.contains($0) ? 1 : $1 })
        let rest = Shape(shape.axes.enumerated().filter { !axes.contains($0.offset) }.map(\.element))
        var groups: [[Int]: [Double]] = [:]
        for position in places(shape) {
            groups[place(in: kept, for: position), default: []].append(Double(element(x, at: position)))
        }
        let expected = places(kept).map { Float(reduction.onNumbers(groups[$0, default: []])) }
        let (shorter, longer) = (reduction.onTensor(x, named, false), reduction.onTensor(x, axes, true))
        #expect(shorter.shape == rest)
        #expect(longer.shape == kept)
        #expect(largestDifference(shorter.scalars, expected) < 1e-6, "\(axes)")
        #expect(shorter.scalars == longer.scalars)
    }
}

@Test func reductionsOfEverythingAreThoseAlongAllAxes() {
    var generator = SeededGenerator(seed: 4)
    let x = Tensor.normal([3, 5, 2], using: &generator)
    #expect(x.max().scalar == x.scalars.max())
    #expect(x.min().scalar == x.scalars.min())
    #expect(x.max().shape == [])
    #expect(abs(x.sum(alongAxes: [0, 1, 2]).scalar - x.sum().scalar) < 1e-6)
}

@Test func aVarianceNamesItsCorrection() {
    let x = Tensor([1, 2, 3, 4], shape: [4])
    #expect(x.variance(alongAxis: 0, correction: 0).scalar == 1.25)
    #expect(abs(x.variance(alongAxis: 0, correction: 1).scalar - 5 / 3) < 1e-6)
    // A large mean takes nothing from the digits.
    #expect((x + 4096).variance(alongAxis: 0, correction: 0).scalar == 1.25)
}

@Test func theFirstOfEqualElementsIsTheExtreme() {
    let x = Tensor([1, 3, 3, 0, 0, 2], shape: [2, 3])
    #expect(x.argmax(alongAxis: 1) == [1, 2])
    #expect(x.argmin(alongAxis: 1) == [0, 0])
    #expect(x.argmax(alongAxis: 0) == [0, 0, 0])
    #expect(x.argmin(alongAxis: 0) == [1, 1, 1])
    #expect(gradients(of: { $0[0].max(alongAxis: 1) }, at: [x], upstream: [1, 1]) == [[0, 1, 0, 0, 0, 1]])
    let broken = Tensor([1, .nan, 3, .nan], shape: [1, 4])
    #expect(broken.argmax(alongAxis: 1) == [1])
    #expect(broken.argmin(alongAxis: 1) == [1])
    #expect(broken.max().scalar.isNaN && broken.min().scalar.isNaN)
}

@Test(arguments: [0, 1, -1])
func softmaxSumsToOneAlongItsAxis(axis: Int) {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let x = Tensor.normal([11, 7, 13], standardDeviation: 30, using: &generator)
        let y = x.softmax(alongAxis: axis)
        #expect(y.sum(alongAxis: axis).scalars.allSatisfy { abs($0 - 1) < 1e-6 })
        #expect(y.scalars.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(largestDifference(x.logSoftmax(alongAxis: axis).exp().scalars, y.scalars) < 1e-5)
        let shifted = x - x.logSumExp(alongAxis: axis, keepingAxis: true)
        #expect(largestDifference(shifted.scalars, x.logSoftmax(alongAxis: axis).scalars) < 1e-6)
    }
}

@Test func largeAndInfiniteElementsDoNotOverflow() {
    let x = Tensor([1000, 1000, -1000, -.infinity, 0, -.infinity], shape: [2, 3])
    let sums = x.logSumExp(alongAxis: 1)
    #expect(abs(sums.scalars[0] - 1000.693) < 1e-3 && sums.scalars[1] == 0)
    #expect(x.softmax().scalars == [0.5, 0.5, 0, 0, 1, 0])
    #expect(Tensor(repeating: -.infinity, shape: [3]).logSumExp(alongAxis: 0).scalar == -.infinity)
    #expect(Tensor.zeros([2, 0]).logSumExp(alongAxis: 1).scalars == [-.infinity, -.infinity])
    let nothing = Tensor(repeating: -.infinity, shape: [3])
    #expect(gradients(of: { $0[0].logSumExp(alongAxis: 0) }, at: [nothing], upstream: [1]) == [[0, 0, 0]])
}
