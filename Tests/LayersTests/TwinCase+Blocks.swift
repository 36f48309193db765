import Kernels
import Layers
import Tensors

extension TwinCase {
    static let blocks = TransformerEncoderBlock.NormPlacement.allCases.map { placement in
        TwinCase(
            "block \(placement)",
            inputs: { generator in
                blockShapes(width: 6, hidden: 7, of: [2, 5, 6]).map {
                    .normal($0, standardDeviation: 0.5, using: &generator)
                }
            },
            fused: {
                TransformerEncoderBlock($0[1...], heads: 2, activation: .tanh, norm: placement)($0[0], mask: mask)
            },
            composed: {
                composed(
                    TransformerEncoderBlock($0[1...], heads: 2, activation: .tanh, norm: placement),
                    $0[0] * mask.reshaped([2, 5, 1]))
            })
    }

    private static let mask = Tensor([1, 1, 0, 1, 1, 0, 0, 1, 1, 0], shape: [2, 5])

    private static func composed(_ block: TransformerEncoderBlock, _ x: Tensor) -> Tensor {
        func norm(_ layer: LayerNorm, _ x: Tensor) -> Tensor {
            normalized(x, weight: layer.weight, bias: layer.bias, epsilon: layer.epsilon)
        }
        func attention(_ x: Tensor) -> Tensor {
            ComposedAttention.multiHead(
                block.attention, x * mask.reshaped([2, 5, 1]), over: x * mask.reshaped([2, 5, 1]), mask: mask)
        }
        func feedForward(_ x: Tensor) -> Tensor {
            let rows = x.reshaped([10, 6])
            let hidden =
                (rows.matmul(block.feedForward.hidden.weight, transposed: true)
                + block.feedForward.hidden.bias).tanh()
            return
                (hidden.matmul(block.feedForward.output.weight, transposed: true)
                + block.feedForward.output.bias).reshaped(x.shape)
        }
        switch block.normPlacement {
        case .before:
            let u = x + attention(norm(block.attentionNorm, x))
            return u + feedForward(norm(block.feedForwardNorm, u))
        case .after:
            let u = norm(block.attentionNorm, x + attention(x))
            return norm(block.feedForwardNorm, u + feedForward(u))
        }
    }
}

/// The shapes of a sequence and of a block's parameters, in order.
func blockShapes(width: Int, hidden: Int, of x: Shape) -> [Shape] {
    let square: Shape = [width, width]
    return [
        x, square, [width], square, [width], square, [width], square, [width], [width], [width], [hidden, width],
        [hidden], [width, hidden], [width], [width], [width],
    ]
}

extension TransformerEncoderBlock {
    /// The parameters in order.
    init(
        _ weights: ArraySlice<Tensor>, heads: Int, activation: Tensor.Activation = .relu, norm: NormPlacement
    ) {
        let w = Array(weights)
        self.init(
            attention: MultiHeadAttention(w[..<8], heads: heads), attentionNorm: LayerNorm(weight: w[8], bias: w[9]),
            feedForward: FeedForward(
                hidden: Linear(weight: w[10], bias: w[11], activation: activation),
                output: Linear(weight: w[12], bias: w[13])),
            feedForwardNorm: LayerNorm(weight: w[14], bias: w[15]), norm: norm)
    }
}
