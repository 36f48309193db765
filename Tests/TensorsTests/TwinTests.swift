import Kernels
import NumericalChecks
import Tensors
import Testing

/// A primitive, and the same composed of simpler operations.
private struct Twin: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let primitive: @Sendable (Tensor) -> Tensor
    let composed: @Sendable (Tensor) -> Tensor

    init(
        _ name: String, _ primitive: @escaping @Sendable (Tensor) -> Tensor,
        _ composed: @escaping @Sendable (Tensor) -> Tensor
    ) {
        testDescription = name
        self.primitive = primitive
        self.composed = composed
    }

    static let all = [
        Twin("softmax", { $0.softmax() }, { $0.exp() / $0.exp().sum(alongAxis: -1, keepingAxis: true) }),
        Twin("log softmax", { $0.logSoftmax() }, { $0 - $0.exp().sum(alongAxis: -1, keepingAxis: true).log() }),
        Twin("log sum exp", { $0.logSumExp(alongAxis: -1) }, { $0.exp().sum(alongAxis: -1).log() }),
        Twin(
            "variance", { $0.variance(alongAxis: -1, correction: 0) },
            { ($0 - $0.mean(alongAxis: -1, keepingAxis: true)).squared().mean(alongAxis: -1) }),
        Twin("softplus", { $0.softplus() }, { (1 + $0.exp()).log() }),
        Twin("gelu by tanh", { $0.geluByTanh() }) {
            0.5 * $0 * (1 + (0.797_884_56 * ($0 + 0.044_715 * $0 * $0 * $0)).tanh())
        },
        Twin("clipped", { $0.clipped(to: -0.5...0.75) }, { .minimum(.maximum($0, -0.5), 0.75) }),
        Twin("squared", { $0.squared() }, { $0.raised(to: 2) }),
        Twin("relu", { $0.relu() }, { $0.replacing(with: 0, where: $0 .< 0) }),
        Twin("abs", { $0.abs() }, { $0.replacing(with: -$0, where: $0 .< 0) }),
        Twin("max", { $0.max(alongAxis: -1) }) { x in
            let mask = Tensor.oneHot(x.argmax(alongAxis: -1), classes: x.shape[-1]).reshaped(x.shape)
            return (x * mask).sum(alongAxis: -1)
        },
    ]
}

@Test(arguments: Twin.all, [[3, 7], [1, 1], [2, 5, 13], [0, 3]] as [Shape])
private func aPrimitiveEqualsItsComposedTwin(twin: Twin, shape: Shape) {
    for seed in 1...5 as ClosedRange<UInt64> {
        var generator = SeededGenerator(seed: seed)
        let x = Tensor.normal(shape, using: &generator)
        let output = twin.primitive(x)
        #expect(output.shape == twin.composed(x).shape)
        #expect(largestDifference(output.scalars, twin.composed(x).scalars) < 2e-6)
        let upstream = Tensor.normal(output.shape, using: &generator).scalars
        let one = gradients(of: { twin.primitive($0[0]) }, at: [x], upstream: upstream)
        let other = gradients(of: { twin.composed($0[0]) }, at: [x], upstream: upstream)
        #expect(largestDifference(one[0], other[0]) < 5e-6, "seed \(seed)")
    }
}
