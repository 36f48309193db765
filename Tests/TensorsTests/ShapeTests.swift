import Tensors
import Testing

@Test func aShapeKnowsItsLengths() {
    let shape: Shape = [2, 3, 5]
    #expect(shape.rank == 3)
    #expect(shape.count == 30)
    #expect(shape[0] == 2)
    #expect(shape[-1] == 5)
    #expect(shape.axes == [2, 3, 5])
    #expect("\(shape)" == "[2, 3, 5]")
    #expect(shape == Shape([2, 3, 5]))
    #expect(shape != [2, 3, 5, 1])
    #expect(Shape().count == 1)
    #expect(Shape(7, 0).count == 0)
}

@Test(arguments: [
    [1, 2, 3, 4, 5], [-1], [1 << 40, 1 << 40], [.max, 2], [1 << 62, 2], [0, 1 << 40, 1 << 40], [.min],
])
func lengthsFromOutsideAreChecked(lengths: [Int]) {
    #expect(Shape(exactly: lengths) == nil)
}

@Test func lengthsFromOutsideMayBeLarge() {
    #expect(Shape(exactly: [1 << 31, 1 << 31])?.count == 1 << 62)
    #expect(Shape(exactly: [])?.rank == 0)
}

@Test func shapesBroadcast() {
    #expect(Shape(3, 1).broadcast(with: [7]) == [3, 7])
    #expect(Shape(3, 1).broadcast(with: []) == [3, 1])
    #expect(Shape(3, 2).broadcast(with: [3]) == nil)
    #expect(Shape(0, 1).broadcast(with: [1, 5]) == [0, 5])
}
