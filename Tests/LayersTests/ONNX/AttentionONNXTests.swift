import Kernels
import Layers
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
struct AttentionONNXTests {
    private static let sizes = [(1, 1), (1, 5), (2, 3), (7, 11)]

    /// Sequences [B, T, D] under masks; what is hidden is not a number, which must have no influence.
    private static func maskedSequences(
        width: Int, _ generator: inout SeededGenerator
    ) -> [(x: Tensor, mask: Tensor)] {
        sizes.flatMap { batch, steps in
            masks(batch: batch, steps: steps) { generator.uniform() < 0.5 }.map { mask in
                let x = Tensor.normal([batch, steps, width], using: &generator)
                let hidden = x.scalars.enumerated().map { mask.scalars[$0 / width] == 0 ? .nan : $1 }
                return (Tensor(hidden, shape: x.shape), mask)
            }
        }
    }

    /// A layer of 6 numbers in 3 heads whose biases are not what they are at first.
    private static func attention(context: Int? = nil, _ generator: inout SeededGenerator) -> MultiHeadAttention {
        var layer = MultiHeadAttention(width: 6, heads: 3, contextWidth: context, using: &generator)
        for path in [\MultiHeadAttention.query, \.key, \.value, \.output] {
            layer[keyPath: path].bias = .normal([6], using: &generator)
        }
        return layer
    }

    @Test(arguments: [false, true])
    func attentionUnderAMaskAnswersAsOurs(isCausal: Bool) throws {
        var generator = SeededGenerator(seed: 1)
        let layer = Self.attention(&generator)
        var graph = ONNXGraph(name: "attention")
        let (x, mask) = (graph.input("x", shape: ["N", "T", 6]), graph.input("mask", shape: ["N", "T"]))
        graph.output(
            layer.export(x, mask: mask, isCausal: isCausal, to: &graph), named: "y", shape: ["N", "T", 6])
        let cases = Self.maskedSequences(width: 6, &generator).map { x, mask in
            ONNXCase(["x": x, "mask": mask], layer(x, mask: mask, isCausal: isCausal))
        }
        let (differences, reading) = try compareWithONNX(graph, cases)
        #expect(differences.count == 24 && differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
        #expect(reading.constants.contains("query.weight") && reading.constants.contains("output.bias"))
    }

    @Test func attentionWithoutAMaskAnswersAsOurs() throws {
        var generator = SeededGenerator(seed: 2)
        let layer = Self.attention(&generator)
        var (all, causal) = (ONNXGraph(name: "all"), ONNXGraph(name: "causal"))
        let x = all.input("x", shape: ["N", "T", 6])
        all.output(layer.export(x, to: &all), named: "y", shape: ["N", "T", 6])
        let z = causal.input("x", shape: ["N", "T", 6])
        causal.output(
            layer.export(z, mask: nil, isCausal: true, to: &causal), named: "y", shape: ["N", "T", 6])
        let inputs = Self.sizes.map { Tensor.normal([$0, $1, 6], using: &generator) }
        let ofAll = try compareWithONNX(all, inputs.map { ONNXCase(["x": $0], layer($0)) }).differences
        #expect(ofAll.allSatisfy { $0 < 1e-5 }, "\(ofAll)")
        let ofCausal = try compareWithONNX(
            causal, inputs.map { ONNXCase(["x": $0], layer($0, mask: nil, isCausal: true)) }
        ).differences
        #expect(ofCausal.allSatisfy { $0 < 1e-5 }, "\(ofCausal)")
    }

    @Test func attentionOverAContextAnswersAsOurs() throws {
        var generator = SeededGenerator(seed: 3)
        let layer = Self.attention(context: 4, &generator)
        var graph = ONNXGraph(name: "attention")
        let (x, mask) = (graph.input("x", shape: ["N", "T", 6]), graph.input("mask", shape: ["N", "S"]))
        let context = graph.input("context", shape: ["N", "S", 4])
        graph.output(layer.export(x, over: context, mask: mask, to: &graph), named: "y", shape: ["N", "T", 6])
        let cases = Self.maskedSequences(width: 4, &generator).flatMap { context, mask in
            [1, 5].map { steps in
                let x = Tensor.normal([context.shape[0], steps, 6], using: &generator)
                return ONNXCase(["x": x, "context": context, "mask": mask], layer(x, over: context, mask: mask))
            }
        }
        let (differences, _) = try compareWithONNX(graph, cases)
        #expect(differences.count == 48 && differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
    }

    @Test(arguments: TransformerEncoderBlock.NormPlacement.allCases, [false, true])
    func aTransformerBlockAnswersAsOurs(norm: TransformerEncoderBlock.NormPlacement, isCausal: Bool) throws {
        var generator = SeededGenerator(seed: 4)
        var block = TransformerEncoderBlock(
            width: 6, heads: 2, hidden: 9, activation: .gelu, dropout: 0.3, norm: norm, using: &generator)
        block.forEachParameter { _, parameter in
            parameter = parameter + Tensor.normal(parameter.shape, using: &generator) * 0.2
        }
        var graph = ONNXGraph(name: "block")
        let (x, mask) = (graph.input("x", shape: ["N", "T", 6]), graph.input("mask", shape: ["N", "T"]))
        graph.output(
            block.export(x, mask: mask, isCausal: isCausal, to: &graph), named: "y", shape: ["N", "T", 6])
        let cases = Self.maskedSequences(width: 6, &generator).map { x, mask in
            ONNXCase(["x": x, "mask": mask], block(x, mask: mask, isCausal: isCausal))
        }
        let (differences, reading) = try compareWithONNX(graph, cases)
        #expect(differences.count == 24 && differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
        #expect(reading.operators.count { $0 == "LayerNormalization" } == 2)
        for (name, _) in block.parameterShapes { #expect(reading.constants.contains(name)) }
    }
}
