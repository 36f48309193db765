import Kernels
import Layers
import Tensors

/// The sizes of one attention over stacked heads.
private struct Sizes: Sendable {
    let batch: Int
    let heads: Int
    let queries: Int
    let keys: Int
    let width: Int
    let valueWidth: Int
    var mask: [Float]?
    var isCausal = false

    var shapes: [Shape] {
        [[batch, heads, queries, width], [batch, heads, keys, width], [batch, heads, keys, valueWidth]]
    }

    static let all = [
        Sizes(batch: 1, heads: 1, queries: 1, keys: 1, width: 1, valueWidth: 1),
        Sizes(batch: 2, heads: 3, queries: 5, keys: 4, width: 7, valueWidth: 2),
        Sizes(batch: 1, heads: 2, queries: 1, keys: 5, width: 3, valueWidth: 3),
        Sizes(batch: 2, heads: 1, queries: 3, keys: 4, width: 2, valueWidth: 1, mask: [1, 0, 1, 1, 0, 0, 0, 0]),
        Sizes(batch: 1, heads: 2, queries: 7, keys: 7, width: 2, valueWidth: 5, isCausal: true),
        Sizes(batch: 1, heads: 3, queries: 4, keys: 4, width: 1, valueWidth: 2, mask: [0, 1, 0, 1], isCausal: true),
    ]
}

extension TwinCase {
    static let attentions = Sizes.all.map { sizes in
        let mask = sizes.mask.map { Tensor($0, shape: [sizes.batch, sizes.keys]) }
        return TwinCase(
            "attention \(sizes.shapes)\(mask == nil ? "" : ", masked")\(sizes.isCausal ? ", causal" : "")",
            sizes.shapes,
            fused: {
                scaledDotProductAttention(
                    queries: $0[0], keys: $0[1], values: $0[2], mask: mask, isCausal: sizes.isCausal)
            },
            composed: {
                ComposedAttention.scaledDotProduct($0[0], $0[1], $0[2], mask: mask, isCausal: sizes.isCausal)
            })
    }

    static let multiHeads = [
        TwinCase(
            "multi head", inputs: { multiHeadInputs([3, 5, 6], nil, &$0) },
            fused: { MultiHeadAttention($0[1...], heads: 2)($0[0]) },
            composed: {
                ComposedAttention.multiHead(MultiHeadAttention($0[1...], heads: 2), $0[0], over: $0[0], mask: nil)
            }),
        TwinCase(
            "multi head masked, causal", inputs: { multiHeadInputs([2, 3, 3], nil, &$0) },
            fused: { MultiHeadAttention($0[1...], heads: 3)(hiding($0[0]), mask: mask, isCausal: true) },
            composed: {
                let x = hiding($0[0])
                return ComposedAttention.multiHead(
                    MultiHeadAttention($0[1...], heads: 3), x, over: x, mask: mask, isCausal: true)
            }),
        TwinCase(
            "multi head cross", inputs: { multiHeadInputs([2, 5, 4], [2, 3, 7], &$0) },
            fused: { MultiHeadAttention($0[2...], heads: 2)($0[0], over: $0[1], mask: mask) },
            composed: {
                ComposedAttention.multiHead(
                    MultiHeadAttention($0[2...], heads: 2), $0[0], over: hiding($0[1]), mask: mask)
            }),
    ]

    private static let mask = Tensor([1, 1, 0, 0, 1, 1], shape: [2, 3])

    /// Zeros where the mask hides, as the layer has them.
    private static func hiding(_ x: Tensor) -> Tensor { x * mask.reshaped([2, 3, 1]) }
}

/// Sequences, a context if there is a shape for it, and weights.
private func multiHeadInputs(_ x: Shape, _ context: Shape?, _ generator: inout SeededGenerator) -> [Tensor] {
    let (width, other) = (x[-1], context?[-1] ?? x[-1])
    let weights: [Shape] = [
        [width, width], [width], [width, other], [width], [width, other], [width], [width, width], [width],
    ]
    return ([x, context].compactMap(\.self) + weights).map {
        .normal($0, standardDeviation: 0.7, using: &generator)
    }
}

extension MultiHeadAttention {
    /// Weights and biases of query, key, value and output, in order.
    init(_ weights: ArraySlice<Tensor>, heads: Int) {
        let layers = stride(from: weights.startIndex, to: weights.endIndex, by: 2).map {
            Linear(weight: weights[$0], bias: weights[$0 + 1])
        }
        self.init(query: layers[0], key: layers[1], value: layers[2], output: layers[3], heads: heads)
    }
}
