import Kernels
import NumericalChecks
import Tensors
import Testing

/// A fused primitive, the same from tensor operations, and what both are tried on.
struct TwinCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let inputs: @Sendable (inout SeededGenerator) -> [Tensor]
    let fused: @Sendable ([Tensor]) -> Tensor
    let composed: @Sendable ([Tensor]) -> Tensor

    init(
        _ name: String, inputs: @escaping @Sendable (inout SeededGenerator) -> [Tensor],
        fused: @escaping @Sendable ([Tensor]) -> Tensor, composed: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        testDescription = name
        self.inputs = inputs
        self.fused = fused
        self.composed = composed
    }

    /// Normal inputs of the given shapes.
    init(
        _ name: String, _ shapes: [Shape], fused: @escaping @Sendable ([Tensor]) -> Tensor,
        composed: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        self.init(
            name, inputs: { generator in shapes.map { .normal($0, using: &generator) } }, fused: fused,
            composed: composed)
    }

    static let all =
        normalizations + gaussianRectifiers + embeddings + attentions + multiHeads + blocks + rowLosses + quantileHeads
}

@Test(arguments: TwinCase.all)
private func aFusedPrimitiveEqualsItsParts(twin: TwinCase) {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let inputs = twin.inputs(&generator)
        let (one, other) = (twin.fused(inputs), twin.composed(inputs))
        #expect(one.shape == other.shape)
        #expect(largestDifference(one.scalars, other.scalars) < 5e-6, "seed \(seed)")
        let upstream = one.scalars.map { _ in generator.normal() }
        let found = gradients(of: twin.fused, at: inputs, upstream: upstream)
        let expected = gradients(of: twin.composed, at: inputs, upstream: upstream)
        #expect(found.count == expected.count)
        for (one, other) in zip(found, expected) { #expect(largestDifference(one, other) < 2e-5, "seed \(seed)") }
    }
}

@Test(arguments: TwinCase.all)
private func gradientsOfAPrimitiveAreThoseOfDifferenceQuotients(twin: TwinCase) {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed &+ 50)
        let inputs = twin.inputs(&generator)
        let error = directionalGradientError(of: twin.fused, at: inputs, seed: seed)
        #expect(error < 2e-3, "seed \(seed)")
    }
}

/// What a layer answers is the same whether a way back is kept or not.
@Test(arguments: TwinCase.all)
private func trackingDoesNotChangeTheAnswer(twin: TwinCase) {
    var generator = SeededGenerator(seed: 9)
    let inputs = twin.inputs(&generator)
    var tracked = Tensor(0)
    _ = valueAndGradient(of: Inputs(inputs)) { inputs in
        tracked = twin.fused(inputs.tensors).detached()
        return twin.fused(inputs.tensors).sum()
    }
    #expect(tracked == twin.fused(inputs))
}
