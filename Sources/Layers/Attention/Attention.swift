import Kernels
import Tensors

/// Scaled dot-product attention, for each sequence and head: softmax(Q Kᵀ / √D) V, of shape [B, heads, T, E].
///
/// Vaswani et al., "Attention Is All You Need", 2017, equation 1. One primitive, with its own way back.
///
/// - Parameters:
///   - queries: Q [B, heads, T, D].
///   - keys: K [B, heads, S, D].
///   - values: V [B, heads, S, E].
///   - mask: [B, S], 0 for a key that does not count: its rows of K and V have no influence and may be not a number.
///     All count if it is nil. A query for which no key counts gets zeros.
///   - isCausal: whether the query t counts only the keys 0 to t; T is then S.
public func scaledDotProductAttention(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor? = nil, isCausal: Bool = false
) -> Tensor {
    let (q, k, v) = (queries.shape, keys.shape, values.shape)
    precondition(
        q.rank == 4 && k.rank == 4 && v.rank == 4 && q[0] == k[0] && q[1] == k[1] && q[3] == k[3]
            && k[0] == v[0] && k[1] == v[1] && k[2] == v[2],
        "no attention of queries \(q) over keys \(k) and values \(v)")
    let result: Shape = [q[0], q[1], q[2], v[3]]
    let layouts = AttentionRun.Layouts(
        queries: HeadLayout(stacked: q), keys: HeadLayout(stacked: k), values: HeadLayout(stacked: v),
        result: HeadLayout(stacked: result))
    let (keys, values) = (keys.hidingRows(where: mask), values.hidingRows(where: mask))
    return attention(queries, keys, values, layouts, heads: q[1], result: result, mask: mask, isCausal: isCausal)
}

/// Attention with operands that lie in any way; the rows of keys and values that do not count are finite.
func attention(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ layouts: AttentionRun.Layouts, heads: Int, result: Shape,
    mask: Tensor?, isCausal: Bool
) -> Tensor {
    let batch = queries.shape[0]
    let (steps, others) = (layouts.scores.rows, layouts.scores.columns)
    precondition(
        mask == nil || mask?.shape == [batch, others],
        "a mask \(mask?.shape ?? []) for \(batch) sequences of \(others) keys")
    precondition(!isCausal || steps == others, "causal attention of \(steps) queries over \(others) keys")
    let isTracked = queries.isTracked || keys.isTracked || values.isTracked
    let run = AttentionRun(
        queries.scalars.span, keys.scalars.span, values.scalars.span, layouts: layouts, batch: batch, heads: heads,
        count: result.count, present: mask?.scalars, isCausal: isCausal, isRecorded: isTracked)
    guard isTracked else { return Tensor(run.result, shape: result) }
    return Tensor(run.result, shape: result, of: queries, keys, values) { upstream, adjoints in
        run.pullBack(upstream, queries: queries, keys: keys, values: values, &adjoints)
    }
}
