import Layers
import NumericalChecks
import Tensors
import Testing

private let golden = Result { try GoldenCases.read("blocks.json", besideTest: #filePath) }

/// What the golden file's cases are called, and what each is.
private let operations: [String: @Sendable ([Tensor], Tensor?) -> Tensor] = [
    "embedding": { inputs, _ in Embedding(weight: inputs[0])([[0, 4, 4], [2, 0, 4]]) },
    "positions": { inputs, _ in PositionalEncoding(width: 7, longest: 11)(inputs[0]) },
    "layer norm": layerNorm(), "layer norm three axes": layerNorm(), "layer norm of one": layerNorm(),
    "layer norm wide epsilon": layerNorm(epsilon: 0.5),
    "attention of one": attention(), "attention": attention(), "attention masked": attention(),
    "attention causal": attention(isCausal: true),
    "multi head": { inputs, _ in MultiHeadAttention(inputs[1...], heads: 2)(inputs[0]) },
    "multi head masked": { visible(MultiHeadAttention($0[1...], heads: 3)($0[0], mask: $1), $1) },
    "multi head causal": { MultiHeadAttention($0[1...], heads: 1)($0[0], mask: $1, isCausal: true) },
    "multi head cross": { MultiHeadAttention($0[2...], heads: 2)($0[0], over: $0[1], mask: $1) },
    "block before": block(heads: 2, .before), "block after": block(heads: 3, .after),
    "block before masked": block(heads: 2, .before),
    "block after masked causal": block(heads: 2, .after, isCausal: true),
    "block gelu": block(heads: 1, .before, activation: .gelu),
    "cross entropy": classes(), "cross entropy smoothed": classes(smoothing: 0.1),
    "cross entropy masked": classes(smoothing: 0.1),
    "cross entropy three axes": { crossEntropy(logits: $0[0], classes: [0, 2, 1, 1, 2, 0], mask: $1) },
    "binary": { binaryCrossEntropy(logits: $0[0], targets: $0[1], mask: $1) },
    "binary masked": { binaryCrossEntropy(logits: $0[0], targets: $0[1], mask: $1) },
    "pinball quantiles": { pinballLoss($0[0], $0[1], quantiles: [0.05, 0.5, 0.95], mask: $1) },
    "pinball quantiles masked": { pinballLoss($0[0], $0[1], quantiles: [0.1, 0.9], mask: $1) },
    "quantile head": { inputs, _ in
        QuantileHead(linear: Linear(weight: inputs[1], bias: inputs[2]), quantiles: [0.1, 0.2, 0.5, 0.9])(inputs[0])
    },
]

private func layerNorm(epsilon: Float = 1e-5) -> @Sendable ([Tensor], Tensor?) -> Tensor {
    { inputs, _ in LayerNorm(weight: inputs[1], bias: inputs[2], epsilon: epsilon)(inputs[0]) }
}

private func attention(isCausal: Bool = false) -> @Sendable ([Tensor], Tensor?) -> Tensor {
    { scaledDotProductAttention(queries: $0[0], keys: $0[1], values: $0[2], mask: $1, isCausal: isCausal) }
}

private func block(
    heads: Int, _ norm: TransformerEncoderBlock.NormPlacement, activation: Tensor.Activation = .relu,
    isCausal: Bool = false
) -> @Sendable ([Tensor], Tensor?) -> Tensor {
    {
        let block = TransformerEncoderBlock($0[1...], heads: heads, activation: activation, norm: norm)
        return visible(block($0[0], mask: $1, isCausal: isCausal), $1)
    }
}

/// What an output has at a hidden place means nothing; the golden file has zeros there.
private func visible(_ y: Tensor, _ mask: Tensor?) -> Tensor {
    mask.map { y * $0.reshaped([y.shape[0], y.shape[1], 1]) } ?? y
}

private func classes(smoothing: Float = 0) -> @Sendable ([Tensor], Tensor?) -> Tensor {
    { crossEntropy(logits: $0[0], classes: [4, 0, 2, 2, 1, 3, 0], labelSmoothing: smoothing, mask: $1) }
}

@Test(arguments: operations.keys.sorted())
func valuesAndGradientsOfBlocksAreThoseOfPyTorch(name: String) throws {
    let example = try #require(try golden.get().cases[name])
    let operation = try #require(operations[name])
    let mask = example.mask?.tensor
    expectGolden(example, gradientTolerance: 1e-5) { operation($0, mask) }
}

@Test func everyGoldenBlockIsTried() throws {
    #expect(try Set(golden.get().cases.keys) == Set(operations.keys))
}
