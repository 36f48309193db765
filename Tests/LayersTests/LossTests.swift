import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

/// A loss and the same from tensor operations, for each element.
private struct LossCase: CustomTestStringConvertible {
    let testDescription: String
    let fused: @Sendable (Tensor, Tensor, Tensor?) -> Tensor
    let pointwise: @Sendable (Tensor, Tensor) -> Tensor

    static let all = [
        LossCase(
            testDescription: "squared", fused: { meanSquaredError($0, $1, mask: $2) },
            pointwise: { ($0 - $1) * ($0 - $1) }),
        LossCase(
            testDescription: "absolute", fused: { meanAbsoluteError($0, $1, mask: $2) }, pointwise: { ($0 - $1).abs() }),
        LossCase(
            testDescription: "huber", fused: { huberLoss($0, $1, delta: 0.5, mask: $2) },
            pointwise: { p, y in
                // With c = min(|e|, delta), c (|e| - c / 2).
                let error = (p - y).abs()
                let clipped = error - (error - 0.5).relu()
                return clipped * (error - clipped * 0.5)
            }),
        LossCase(
            testDescription: "pinball", fused: { pinballLoss($0, $1, quantile: 0.9, mask: $2) },
            pointwise: { p, y in (y - p) * 0.9 + (p - y).relu() }),
        LossCase(
            testDescription: "binary", fused: { binaryCrossEntropy(logits: $0, targets: $1, mask: $2) },
            pointwise: { p, y in p.relu() - p * y + ((-p.abs()).exp() + 1).log() }),
    ]
}

@Test(arguments: LossCase.all)
private func aFusedLossEqualsItsParts(loss: LossCase) {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let inputs = (0..<2).map { _ in Tensor.normal([7, 3], using: &generator) }
        let mask = Tensor((0..<21).map { _ in generator.uniform() < 0.5 ? 0 : generator.uniform() }, shape: [7, 3])
        let weight = mask.scalars.reduce(0, +)
        let pairs: [(([Tensor]) -> Tensor, ([Tensor]) -> Tensor)] = [
            ({ loss.fused($0[0], $0[1], nil) }, { loss.pointwise($0[0], $0[1]).mean() }),
            ({ loss.fused($0[0], $0[1], mask) }, { (loss.pointwise($0[0], $0[1]) * mask).sum() / weight }),
        ]
        for (fused, composed) in pairs {
            #expect(abs(fused(inputs).scalar - composed(inputs).scalar) < 1e-6)
            let both = zip(
                gradients(of: fused, at: inputs, upstream: [2]), gradients(of: composed, at: inputs, upstream: [2]))
            for (one, other) in both { #expect(largestDifference(one, other) < 1e-6) }
        }
    }
}

@Test(arguments: LossCase.all)
private func lossGradientsAreThoseOfDifferenceQuotients(loss: LossCase) {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let y = Tensor.normal([5, 3], using: &generator)
        // Errors away from the kinks at 0 and ±0.5.
        let errors: [Float] = (0..<15).map { _ in [-1, -0.25, 0.25, 1][Int(generator.next() % 4)] }
        let p = y + Tensor(errors, shape: [5, 3])
        let error = directionalGradientError(of: { loss.fused($0[0], $0[1], nil) }, at: [p, y], seed: seed)
        #expect(error < 2e-3)
    }
}

@Test(arguments: LossCase.all)
private func absentTargetsWeighNothing(loss: LossCase) {
    let p = Tensor([1, 2, 3, 4], shape: [2, 2])
    let y = Tensor([.nan, 1, .infinity, 2], shape: [2, 2])
    let mask = Tensor([0, 1, 0, 1], shape: [2, 2])
    let present = loss.fused(Tensor([2, 4], shape: [2]), Tensor([1, 2], shape: [2]), nil)
    #expect(loss.fused(p, y, mask) == present)
    let found = gradients(of: { loss.fused($0[0], y, mask) }, at: [p], upstream: [1])[0]
    #expect(found[0] == 0 && found[2] == 0 && found[1] != 0 && found[3] != 0)
}

@Test(arguments: LossCase.all)
private func aBatchWithoutTargetsHasTheLossZero(loss: LossCase) {
    let (p, y) = (Tensor([1, 2], shape: [2]), Tensor([.nan, 3], shape: [2]))
    #expect(loss.fused(p, y, .zeros([2])).scalar == 0)
    #expect(gradients(of: { loss.fused($0[0], y, .zeros([2])) }, at: [p], upstream: [1]) == [[0, 0]])
    #expect(loss.fused(.zeros([0]), .zeros([0]), nil).scalar == 0)
}

@Test func thePinballLossIsSmallestAtTheQuantile() {
    let y = Tensor((1...100).map(Float.init), shape: [100])
    let losses = (1...100).map { p in pinballLoss(Tensor(repeating: Float(p), shape: [100]), y, quantile: 0.9).scalar }
    let best = losses.indices.min { losses[$0] < losses[$1] }
    #expect(best == 89 || best == 90)
}
