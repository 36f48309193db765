import Kernels
import Layers
import Tensors
import Testing

/// What a process says when it refuses; in a release build a precondition says nothing.
func expectRefusal(
    saying text: String, _ result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) {
    #if DEBUG
        let errors = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(errors.contains(text), "\(errors)", sourceLocation: sourceLocation)
    #endif
}

@Test func layersRefuseShapesThatDoNotFitWithBothInTheText() async {
    expectRefusal(
        saying: "a linear layer of 4 inputs over [2, 3, 5]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Linear(weight: .zeros([2, 4]), bias: .zeros([2]))(.zeros([2, 3, 5]))
        })
    expectRefusal(
        saying: "a layer normalisation of 4 elements over [2, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = LayerNorm(width: 4)(.zeros([2, 3]))
        })
    expectRefusal(
        saying: "place 5 along axis 0 of [5, 2]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Embedding(weight: .zeros([5, 2]))([0, 5])
        })
    expectRefusal(
        saying: "sequences of 2 and of 1 indices",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Embedding(weight: .zeros([5, 2]))([[0, 4], [1]])
        })
    expectRefusal(
        saying: "a positional encoding [7, 4] of sequences [2, 8, 4]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = PositionalEncoding(width: 4, longest: 7)(.zeros([2, 8, 4]))
        })
}

@Test func attentionRefusesShapesThatDoNotFit() async {
    expectRefusal(
        saying: "no attention of queries [1, 2, 3, 4] over keys [1, 2, 5, 3] and values [1, 2, 5, 3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = scaledDotProductAttention(
                queries: .zeros([1, 2, 3, 4]), keys: .zeros([1, 2, 5, 3]), values: .zeros([1, 2, 5, 3]))
        })
    expectRefusal(
        saying: "causal attention of 3 queries over 5 keys",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let keys = Tensor.zeros([1, 2, 5, 4])
            _ = scaledDotProductAttention(queries: .zeros([1, 2, 3, 4]), keys: keys, values: keys, isCausal: true)
        })
    expectRefusal(
        saying: "a mask [2, 3] for sequences [2, 5, 4]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = SeededGenerator(seed: 1)
            let attention = MultiHeadAttention(width: 4, heads: 2, using: &generator)
            _ = attention(.zeros([2, 5, 4]), mask: .ones([2, 3]))
        })
    expectRefusal(
        saying: "attention of width 4 of [2, 5, 4] over [3, 5, 4]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = SeededGenerator(seed: 1)
            let attention = MultiHeadAttention(width: 4, heads: 2, using: &generator)
            _ = attention(.zeros([2, 5, 4]), over: .zeros([3, 5, 4]))
        })
    expectRefusal(
        saying: "a width of 5 for 2 heads",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = SeededGenerator(seed: 1)
            _ = MultiHeadAttention(width: 5, heads: 2, using: &generator)
        })
}

@Test func lossesRefuseShapesThatDoNotFit() async {
    expectRefusal(
        saying: "a cross-entropy of logits [2, 3] and 1 classes",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = crossEntropy(logits: .zeros([2, 3]), classes: [0])
        })
    expectRefusal(
        saying: "the class 3 of row 1 of 3 classes",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = crossEntropy(logits: .zeros([2, 3]), classes: [0, 3])
        })
    expectRefusal(
        saying: "a loss of 2 quantiles of predictions [5, 2] and targets [4]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = pinballLoss(.zeros([5, 2]), .zeros([4]), quantiles: [0.1, 0.9])
        })
    expectRefusal(
        saying: "quantiles rise from over 0 to under 1, unlike [0.9, 0.1]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var generator = SeededGenerator(seed: 1)
            _ = QuantileHead(inputs: 2, quantiles: [0.9, 0.1], using: &generator)
        })
    expectRefusal(
        saying: "a loss of predictions [2] and targets [2] under a mask [3]",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = binaryCrossEntropy(logits: .zeros([2]), targets: .zeros([2]), mask: .zeros([3]))
        })
}
