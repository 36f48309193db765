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

/// What the process that runs `body` says when it refuses; in a release build a precondition says nothing.
private func expectRefusal(
    saying text: String, _ result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) {
    #if DEBUG
        let errors = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(errors.contains(text), sourceLocation: sourceLocation)
    #endif
}

@Test func shapesThatDoNotFitAreRefusedWithBothInTheText() async {
    expectRefusal(
        saying: "shapes [2, 3] and [4] do not fit in a sum",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]) + Tensor.zeros([4])
        })
    expectRefusal(
        saying: "no matrix product of [2, 3] and [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).matmul(.zeros([2, 3]))
        })
    expectRefusal(
        saying: "no linear map of [2, 3] with the weight [5, 4] and the bias [5]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).linear(weight: .zeros([5, 4]), bias: .zeros([5]))
        })
    expectRefusal(
        saying: "[2, 3] does not become [5]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).reshaped([5])
        })
    expectRefusal(
        saying: "shapes [2, 3] and [2, 4] do not join along axis 0",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.concatenated([.zeros([2, 3]), .zeros([2, 4])], alongAxis: 0)
        })
    expectRefusal(
        saying: "5 scalars for the shape [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor([1, 2, 3, 4, 5], shape: [2, 3])
        })
}
