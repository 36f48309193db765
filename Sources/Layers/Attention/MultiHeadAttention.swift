import Kernels
import Tensors

/// Attention of several heads, each over its own projections: from [B, T, D] to [B, T, D].
///
///     Y = concatenated over heads h (softmax(Q_h K_hᵀ / √(D / heads)) V_h) W_oᵀ + b_o
///     Q = X W_qᵀ + b_q     K = C W_kᵀ + b_k     V = C W_vᵀ + b_v
///
/// where the context C is X itself, or another sequence [B, S, D']; head h has columns h D / heads and on of Q, K and V.
/// Vaswani et al., "Attention Is All You Need", 2017, section 3.2. PyTorch's `in_proj_weight` is W_q, W_k and W_v one
/// below the other.
///
/// ```swift
/// let attention = MultiHeadAttention(width: 64, heads: 4, using: &generator)
/// let y = attention(x, mask: mask)                  // [B, T, 64] and [B, T] to [B, T, 64]
/// let z = attention(x, over: context)               // [B, S, 64] as the context
/// ```
public struct MultiHeadAttention: Layer {
    /// W_q [D, D] and b_q.
    public var query: Linear
    /// W_k [D, D'] and b_k.
    public var key: Linear
    /// W_v [D, D'] and b_v.
    public var value: Linear
    /// W_o [D, D] and b_o.
    public var output: Linear
    /// How many heads share the width.
    public let heads: Int

    /// D
    public var width: Int { output.outputs }

    /// Weights by Xavier, biases 0.
    ///
    /// - Parameters:
    ///   - width: D, a multiple of `heads`.
    ///   - contextWidth: D', by default D.
    public init(width: Int, heads: Int, contextWidth: Int? = nil, using generator: inout SeededGenerator) {
        let contextWidth = contextWidth ?? width
        self.init(
            query: Linear(inputs: width, outputs: width, using: &generator),
            key: Linear(inputs: contextWidth, outputs: width, using: &generator),
            value: Linear(inputs: contextWidth, outputs: width, using: &generator),
            output: Linear(inputs: width, outputs: width, using: &generator), heads: heads)
    }

    /// Given projections.
    public init(query: Linear, key: Linear, value: Linear, output: Linear, heads: Int) {
        let width = output.outputs
        precondition(
            query.inputs == width && query.outputs == width && key.outputs == width && value.outputs == width
                && output.inputs == width && key.inputs == value.inputs,
            "no attention by \(query.weight.shape), \(key.weight.shape), \(value.weight.shape), \(output.weight.shape)")
        precondition(heads > 0 && width > 0 && width % heads == 0, "a width of \(width) for \(heads) heads")
        (self.query, self.key, self.value, self.output, self.heads) = (query, key, value, output, heads)
    }

    /// Y for X of shape [B, T, D] over itself; each element counts.
    public func callAsFunction(_ x: Tensor) -> Tensor { self(x, over: x) }

    /// Y for X of shape [B, T, D] over itself.
    ///
    /// - Parameters:
    ///   - mask: [B, T], 1 for an element and 0 for padding, which no element attends to and which may be not a number.
    ///   - isCausal: whether an element attends only to itself and those before.
    public func callAsFunction(_ x: Tensor, mask: Tensor?, isCausal: Bool = false) -> Tensor {
        // Hidden once for all three projections: a query that is not a number would reach the weights' gradients.
        let x = x.hidingRows(where: mask)
        return attend(x, over: x, mask: mask, isCausal: isCausal)
    }

    /// Y for X of shape [B, T, D] over a context of shape [B, S, D'].
    ///
    /// - Parameter mask: [B, S], 1 for an element of the context and 0 for padding, which may be not a number.
    public func callAsFunction(_ x: Tensor, over context: Tensor, mask: Tensor? = nil) -> Tensor {
        attend(x, over: context.hidingRows(where: mask), mask: mask, isCausal: false)
    }

    private func attend(_ x: Tensor, over context: Tensor, mask: Tensor?, isCausal: Bool) -> Tensor {
        precondition(
            x.shape.rank == 3 && context.shape.rank == 3 && x.shape[0] == context.shape[0] && x.shape[2] == width
                && context.shape[2] == key.inputs,
            "attention of width \(width) of \(x.shape) over \(context.shape)")
        let own = HeadLayout(sideBySide: x.shape, heads: heads)
        let other = HeadLayout(sideBySide: [context.shape[0], context.shape[1], width], heads: heads)
        let heard = attention(
            query(x), key(context), value(context),
            AttentionRun.Layouts(queries: own, keys: other, values: other, result: own), heads: heads,
            result: x.shape, mask: mask, isCausal: isCausal)
        return output(heard)
    }

    /// `query.weight`, and so on: `query`, `key`, `value`, `output`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try query.forEachParameter(named: "query", body)
        try key.forEachParameter(named: "key", body)
        try value.forEachParameter(named: "value", body)
        try output.forEachParameter(named: "output", body)
    }
}
