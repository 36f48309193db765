import Kernels
import Tensors
import Testing

// A programmer's mistake ends the process with what does not fit. Each refusal runs in a process of its own.

/// What the process says when it refuses; in a release build a precondition says nothing.
private func expectRefusal(
    saying text: String, _ result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) {
    #if DEBUG
        let errors = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(errors.contains(text), sourceLocation: sourceLocation)
    #endif
}

@Test func shapesThatDoNotBroadcastAreRefusedWithBothInTheText() async {
    expectRefusal(
        saying: "shapes [2, 3] and [4] do not fit in a sum",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]) + Tensor.zeros([4])
        })
    expectRefusal(
        saying: "shapes [2, 3] and [2] do not fit in a power",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).raised(to: .zeros([2]))
        })
    expectRefusal(
        saying: "shapes [2, 3] and [4] do not fit in a comparison",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]) .> Tensor.zeros([4])
        })
    expectRefusal(
        saying: "shapes [2, 3] and [3] do not fit in a selection by [4]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).replacing(with: .zeros([3]), where: .zeros([4]))
        })
    expectRefusal(
        saying: "[2, 3] does not broadcast to [3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).broadcast(to: [3])
        })
}

@Test func shapesThatDoNotMultiplyAreRefusedWithBothInTheText() async {
    expectRefusal(
        saying: "no matrix product of [2, 3] and [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).matmul(.zeros([2, 3]))
        })
    expectRefusal(
        saying: "no matrix product of [2, 3, 5] transposed and [4, 3, 5]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3, 5]).matmul(.zeros([4, 3, 5]), transposingSelf: true)
        })
    expectRefusal(
        saying: "no matrix product of [3] and [3, 2] transposed",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([3]).matmul(.zeros([3, 2]), transposed: true)
        })
    expectRefusal(
        saying: "no linear map of [2, 3] with the weight [5, 4] and the bias [5]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).linear(weight: .zeros([5, 4]), bias: .zeros([5]))
        })
}

@Test func shapesThatDoNotBecomeAnotherAreRefused() async {
    expectRefusal(
        saying: "5 scalars for the shape [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor([1, 2, 3, 4, 5], shape: [2, 3])
        })
    expectRefusal(
        saying: "[2, 3] does not become [5]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).reshaped([5])
        })
    expectRefusal(
        saying: "axis 1 of the shape [2, 3] is not of length 1",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).removingAxis(1)
        })
    expectRefusal(
        saying: "no place 3 for another axis in the shape [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).insertingAxis(at: 3)
        })
    expectRefusal(
        saying: "no fifth axis for the shape [1, 1, 1, 1]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 1, 1, 1]).insertingAxis(at: 0)
        })
    expectRefusal(
        saying: "[0, 0, 1] is no order of the axes of the shape [2, 3, 5]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3, 5]).permuted([0, 0, 1])
        })
}

@Test func shapesThatDoNotJoinAreRefusedWithBothInTheText() async {
    expectRefusal(
        saying: "shapes [2, 3] and [2, 4] do not join along axis 0",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.concatenated([.zeros([2, 3]), .zeros([2, 4])], alongAxis: 0)
        })
    expectRefusal(
        saying: "shapes [2, 3] and [2, 1] do not stack",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.stacked([.zeros([2, 3]), .zeros([2, 1])])
        })
    expectRefusal(
        saying: "nothing to stack",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.stacked([])
        })
}

@Test func placesOutsideOfAnAxisAreRefused() async {
    expectRefusal(
        saying: "slice 2..<4 of axis 1 of [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).slice(2..<4, alongAxis: 1)
        })
    expectRefusal(
        saying: "a slice by steps of 0",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).slice(0..., by: 0, alongAxis: 1)
        })
    expectRefusal(
        saying: "index -4 along axis 1 of [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).slice(-4, alongAxis: 1)
        })
    expectRefusal(
        saying: "place 3 along axis 1 of [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).take([0, 3], alongAxis: 1)
        })
    expectRefusal(
        saying: "a source [2, 3] for 1 places along axis 0 of [5, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([5, 3]).scatterAdding(.zeros([2, 3]), at: [1], alongAxis: 0)
        })
    expectRefusal(
        saying: "3 places along axis 1 of [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).gather([0, 1, 2], alongAxis: 1)
        })
    expectRefusal(
        saying: "place 3 along axis -1 of [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).gather([0, 3], alongAxis: -1)
        })
    expectRefusal(
        saying: "place -1 along axis 1 of [2, 4]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2]).scattered(to: [-1, 0], alongAxis: 1, count: 4)
        })
}

@Test func reductionsWithoutAResultAreRefused() async {
    expectRefusal(
        saying: "axis 2 of the shape [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).sum(alongAxis: 2)
        })
    expectRefusal(
        saying: "an axis twice in [1, -1] of the shape [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).sum(alongAxes: [1, -1])
        })
    expectRefusal(
        saying: "no largest element along an axis of length 0 of [2, 0]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 0]).max(alongAxis: 1)
        })
    expectRefusal(
        saying: "no smallest element along an axis of length 0 of [2, 0]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 0]).argmin(alongAxis: 1)
        })
    expectRefusal(
        saying: "no variance along [1] of [2, 1] with the correction 1",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 1]).variance(alongAxis: 1, correction: 1)
        })
}

@Test func numbersOutOfRangeAreRefused() async {
    expectRefusal(
        saying: "a rate of dropout lies in [0, 1), not at 1.0",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = SeededGenerator(seed: 1)
            _ = Tensor.zeros([2]).dropout(rate: 1, using: &generator)
        })
    expectRefusal(
        saying: "no range from 0.0 to 1.0 by 0.0",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.range(to: 1, by: 0)
        })
    expectRefusal(
        saying: "0 numbers from 0.0 through 1.0",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.linearSpace(from: 0, through: 1, count: 0)
        })
}
