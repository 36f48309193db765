import Kernels
import NumericalChecks
import Tensors
import Testing

@Test func rangesCountFromTheirStart() {
    #expect(Tensor.range(to: 4).scalars == [0, 1, 2, 3])
    #expect(Tensor.range(from: 1, to: 2, by: 0.25).scalars == [1, 1.25, 1.5, 1.75])
    #expect(Tensor.range(from: 3, to: 0, by: -1).scalars == [3, 2, 1])
    #expect(Tensor.range(from: 3, to: 0).shape == [0])
    // As torch.arange(0, 1, 0.1): each element is computed from the start.
    #expect(largestDifference(Tensor.range(to: 1, by: 0.1).scalars, (0..<10).map { Float($0) / 10 }) < 1e-7)
}

@Test func rangesWithoutAnEndAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.range(to: .infinity) }
    await #expect(processExitsWith: .failure) { _ = Tensor.range(to: 1, by: 0) }
    await #expect(processExitsWith: .failure) { _ = Tensor.range(to: 1, by: .nan) }
}

@Test func linearSpacesMeetBothEnds() {
    #expect(Tensor.linearSpace(from: -1, through: 1, count: 5).scalars == [-1, -0.5, 0, 0.5, 1])
    #expect(Tensor.linearSpace(from: 3, through: 7, count: 1).scalars == [3])
    // Nine steps of a ninth of 0.7, added up or not, do not make 0.7.
    let fine = Tensor.linearSpace(from: 0, through: 0.7, count: 10)
    #expect(fine.scalars.first == 0 && fine.scalars.last == 0.7)
    #expect(largestDifference(fine.scalars, (0..<10).map { 0.7 * Float($0) / 9 }) < 1e-7)
}

@Test func onesStandAtTheirPlaces() {
    #expect(Tensor.oneHot([2, 0], classes: 3) == Tensor([0, 0, 1, 1, 0, 0], shape: [2, 3]))
    #expect(Tensor.oneHot([], classes: 3).shape == [0, 3])
    #expect(Tensor.identity(2) == Tensor([1, 0, 0, 1], shape: [2, 2]))
    var generator = SeededGenerator(seed: 1)
    let x = Tensor.normal([5, 5], using: &generator)
    #expect(Tensor.identity(5).matmul(x) == x)
    #expect(Tensor.oneHot([4, 4, 1], classes: 5).matmul(x) == x.take([4, 4, 1], alongAxis: 0))
}

@Test func dropoutIsAMaskOfTheGenerator() {
    var generator = SeededGenerator(seed: 2)
    let x = Tensor.normal([7, 11], using: &generator)
    func dropped(_ x: Tensor) -> Tensor {
        var own = SeededGenerator(seed: 3)
        return x.dropout(rate: 0.4, using: &own)
    }
    let y = dropped(x)
    #expect(zip(x.scalars, y.scalars).allSatisfy { $1 == 0 || abs($1 - $0 / 0.6) < 1e-6 })
    #expect(y.scalars.contains(0) && y.scalars.contains { $0 != 0 })
    for seed in 1...5 as ClosedRange<UInt64> {
        #expect(directionalGradientError(of: { dropped($0[0]) }, at: [x], seed: seed) < 2e-3)
    }
    // Nothing is drawn where nothing is dropped.
    let before = generator
    #expect(x.dropout(rate: 0, using: &generator) == x)
    #expect(generator == before)
}
