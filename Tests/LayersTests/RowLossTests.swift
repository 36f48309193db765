import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

@Test func crossEntropyOfLargeLogitsIsFinite() {
    let logits = Tensor([1000, 0, -1000, -1000, 1000, 0], shape: [2, 3])
    #expect(crossEntropy(logits: logits, classes: [0, 1]).scalar == 0)
    #expect(crossEntropy(logits: logits, classes: [2, 0]).scalar == 2000)
    let found = gradients(of: { crossEntropy(logits: $0[0], classes: [2, 0]) }, at: [logits], upstream: [2])
    #expect(found == [[1, 0, -1, -1, 1, 0]])
    #expect(crossEntropy(logits: .zeros([3, 1]), classes: [0, 0, 0]).scalar == 0)
}

@Test func binaryCrossEntropyOfLargeLogitsIsFinite() {
    let logits = Tensor([1000, -1000, 1000, -1000, 20, -20], shape: [6])
    let targets = Tensor([1, 0, 0, 1, 1, 0], shape: [6])
    let losses = logits.scalars.indices.map { place in
        binaryCrossEntropy(
            logits: Tensor(logits.scalars[place]), targets: Tensor(targets.scalars[place])
        ).scalar
    }
    #expect(losses[..<4] == [0, 0, 1000, 1000])
    // A small loss keeps its digits: ln(1 + e^-20) = 2.0611537e-9.
    #expect(losses[4...].allSatisfy { abs($0 / 2.061_153_7e-9 - 1) < 1e-6 })
    let found = gradients(
        of: { binaryCrossEntropy(logits: $0[0], targets: targets) }, at: [logits], upstream: [6])[0]
    #expect(largestDifference(found, [0, 0, 1, -1, -2.061_153_6e-9, 2.061_153_6e-9]) < 1e-7)
}

/// What a weight of 0 hides is not read, whatever it is.
@Test func hiddenRowsWeighNothing() {
    let mask = Tensor([0, 1, 0.5], shape: [3])
    let logits = Tensor([.nan, .infinity, 2, 1, 0, 3], shape: [3, 2])
    func visible(_ x: Tensor) -> Tensor { x.slice(1..<3, alongAxis: 0) }
    let weights = Tensor([1, 0.5], shape: [2])
    for smoothing in [0, 0.2] as [Float] {
        let found = crossEntropy(logits: logits, classes: [-7, 1, 0], labelSmoothing: smoothing, mask: mask)
        #expect(
            found
                == crossEntropy(
                    logits: visible(logits), classes: [1, 0], labelSmoothing: smoothing, mask: weights))
    }
    let byLogits = gradients(
        of: { crossEntropy(logits: $0[0], classes: [99, 1, 0], mask: mask) }, at: [logits], upstream: [1])[0]
    #expect(byLogits[..<2] == [0, 0] && byLogits[2...].allSatisfy { $0.isFinite && $0 != 0 })
    let targets = Tensor([.nan, 1.5, -1], shape: [3])
    let quantiles: [Float] = [0.2, 0.8]
    let byQuantile = gradients(
        of: { pinballLoss($0[0], $0[1], quantiles: quantiles, mask: mask) }, at: [logits, targets], upstream: [1])
    #expect(byQuantile[0][..<2] == [0, 0] && byQuantile[0][2...].allSatisfy { $0.isFinite && $0 != 0 })
    #expect(byQuantile[1][0] == 0 && byQuantile[1].allSatisfy { $0.isFinite })
    #expect(
        pinballLoss(logits, targets, quantiles: quantiles, mask: mask)
            == pinballLoss(visible(logits), visible(targets), quantiles: quantiles, mask: weights))
}

@Test func rowsOfWhichNoneCountsHaveTheLossZero() {
    let (logits, none) = (Tensor(repeating: .nan, shape: [2, 3]), Tensor.zeros([2]))
    #expect(crossEntropy(logits: logits, classes: [0, 1], mask: none).scalar == 0)
    #expect(pinballLoss(logits, none, quantiles: [0.1, 0.2, 0.3], mask: none).scalar == 0)
    let found = gradients(
        of: { crossEntropy(logits: $0[0], classes: [0, 1], mask: none) }, at: [logits], upstream: [1])
    #expect(found == [[0, 0, 0, 0, 0, 0]])
    #expect(crossEntropy(logits: .zeros([0, 3]), classes: []).scalar == 0)
    #expect(pinballLoss(.zeros([0, 1]), .zeros([0]), quantiles: [0.5]).scalar == 0)
}

@Test func quantilesNeverCross() {
    var generator = SeededGenerator(seed: 1)
    let quantiles: [Float] = [0.01, 0.1, 0.5, 0.9, 0.99]
    for deviation in [0.1, 1, 30, 1000] as [Float] {
        let head = QuantileHead(
            linear: Linear(
                weight: .normal([5, 3], standardDeviation: deviation, using: &generator),
                bias: .normal([5], standardDeviation: deviation, using: &generator)), quantiles: quantiles)
        let y = head(.normal([100, 3], using: &generator))
        #expect(y.shape == [100, 5])
        for row in 0..<100 {
            let ofRow = y.scalars[row * 5..<(row + 1) * 5]
            #expect(zip(ofRow, ofRow.dropFirst()).allSatisfy { $0 <= $1 })
        }
    }
    let head = QuantileHead(inputs: 3, quantiles: quantiles, using: &generator)
    #expect(head.parameterShapes.map(\.name) == ["linear.weight", "linear.bias"])
    #expect(head(.zeros([2, 7, 3])).shape == [2, 7, 5])
}
