import Kernels
import NumericalChecks
import Tensors
import Testing

// Operations that move elements: by definition, and there and back.

/// All orders of some numbers.
private func orders(_ numbers: [Int]) -> [[Int]] {
    if numbers.isEmpty { return [[]] }
    return numbers.flatMap { first in orders(numbers.filter { $0 != first }).map { [first] + $0 } }
}

@Test(arguments: [[2, 3, 1, 5], [2, 17, 3, 19], [4, 1], [0, 3, 2], []] as [Shape])
func everyOrderOfAxesFollowsTheDefinition(shape: Shape) {
    var generator = SeededGenerator(seed: 1)
    let x = Tensor.normal(shape, using: &generator)
    for axes in orders(Array(0..<shape.rank)) {
        let found = x.permuted(axes)
        let expected = tensor(Shape(axes.map { shape[$0] })) { position in
            var source = position
            for (place, axis) in axes.enumerated() { source[axis] = position[place] }
            return element(x, at: source)
        }
        #expect(found == expected, "\(axes)")
        #expect(found.permuted(axes.indices.sorted { axes[$0] < axes[$1] }) == x)
    }
}

@Test func slicesJoinToTheWhole() {
    var generator = SeededGenerator(seed: 1)
    let x = Tensor.normal([3, 5, 2], using: &generator)
    for axis in -3..<3 {
        let parts = (0..<x.shape[axis]).map { x.slice($0..<$0 + 1, alongAxis: axis) }
        #expect(Tensor.concatenated(parts, alongAxis: axis) == x)
        #expect(Tensor.stacked(x.unstacked(alongAxis: axis), alongAxis: axis) == x)
    }
}

@Test func slicesFollowTheDefinition() {
    let x = Tensor.range(to: 7)
    #expect(x.slice(1..<7, by: 3, alongAxis: 0).scalars == [1, 4])
    #expect(x.slice(...2, alongAxis: 0).scalars == [0, 1, 2])
    #expect(x.slice(5..., alongAxis: 0).scalars == [5, 6])
    #expect(x.slice(7..., by: 2, alongAxis: 0).shape == [0])
    #expect(x.slice(3, alongAxis: 0) == Tensor(3))
    #expect(x.slice(-7, alongAxis: -1) == Tensor(0))
}

@Test(arguments: 1...5 as ClosedRange<UInt64>, [0, 1, 2, -1])
func takingAndScatteringAreAdjoint(seed: UInt64, axis: Int) {
    var generator = SeededGenerator(seed: seed)
    let x = Tensor.normal([5, 3, 7], using: &generator)
    let chosen = (0..<4).map { _ in Int(generator.next() % UInt64(x.shape[axis])) }
    let taken = x.take(chosen, alongAxis: axis)
    let parts = chosen.map { x.slice($0..<$0 + 1, alongAxis: axis) }
    #expect(taken == .concatenated(parts, alongAxis: axis))
    let y = Tensor.normal(taken.shape, using: &generator)
    let back = Tensor.zeros(x.shape).scatterAdding(y, at: chosen, alongAxis: axis)
    #expect(abs(innerProduct(taken.scalars, y.scalars) - innerProduct(x.scalars, back.scalars)) < 1e-5)
    // It adds to what is there.
    #expect(largestDifference(x.scatterAdding(y, at: chosen, alongAxis: axis).scalars, (x + back).scalars) < 1e-6)
}

@Test(arguments: 1...5 as ClosedRange<UInt64>, [0, 1, 2, -1])
func gatheringAndScatteringAreAdjoint(seed: UInt64, axis: Int) {
    var generator = SeededGenerator(seed: seed)
    let x = Tensor.normal([5, 3, 7], using: &generator)
    let length = x.shape[axis]
    let chosen = (0..<x.count / length).map { _ in Int(generator.next() % UInt64(length)) }
    let gathered = x.gather(chosen, alongAxis: axis)
    // By definition: a product with ones at the places.
    let y = Tensor.normal(gathered.shape, using: &generator)
    let back = y.scattered(to: chosen, alongAxis: axis, count: length)
    #expect(back.shape == x.shape)
    #expect(abs(innerProduct(gathered.scalars, y.scalars) - innerProduct(x.scalars, back.scalars)) < 1e-5)
    #expect(back.gather(chosen, alongAxis: axis) == y)
    #expect(back.scalars.count { $0 != 0 } == y.count)
    let ones = Tensor.ones(gathered.shape).scattered(to: chosen, alongAxis: axis, count: length)
    #expect((x * ones).sum(alongAxis: axis) == gathered)
}

@Test func axesOfLengthOneComeAndGo() {
    let x = Tensor.range(to: 6).reshaped([2, 3])
    #expect(x.insertingAxis(at: 0).shape == [1, 2, 3])
    #expect(x.insertingAxis(at: -1).shape == [2, 3, 1])
    #expect(x.insertingAxis(at: 2).removingAxis(2) == x)
    #expect(x.broadcast(to: [4, 2, 3]).slice(3, alongAxis: 0) == x)
}

@Test func placesAreAnyCollection() {
    let x = Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2])
    #expect(x.take(1..<3, alongAxis: 0) == x.take([1, 2], alongAxis: 0))
    #expect(x.take([9, 2, 0, 9][1..<3], alongAxis: 0) == x.take([2, 0], alongAxis: 0))
}
