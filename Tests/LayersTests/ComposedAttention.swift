import Layers
import Tensors

/// Attention from tensor operations, one sequence and one head after the other: the oracle of the fused one.
enum ComposedAttention {
    /// [B, heads, T, D], [B, heads, S, D] and [B, heads, S, E] to [B, heads, T, E].
    static func scaledDotProduct(
        _ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor? = nil, isCausal: Bool = false
    ) -> Tensor {
        let (batch, heads) = (q.shape[0], q.shape[1])
        let results = (0..<batch).map { sequence in
            let present = present(mask, sequence: sequence, queries: q.shape[2], keys: k.shape[2], isCausal: isCausal)
            let ofHeads = (0..<heads).map { head in
                let (q, k, v) = (part(q, sequence, head), part(k, sequence, head), part(v, sequence, head))
                return attended(q, k, v, present).reshaped([1, 1, q.shape[0], v.shape[1]])
            }
            return Tensor.concatenated(ofHeads, alongAxis: 1)
        }
        return .concatenated(results, alongAxis: 0)
    }

    /// The layer: heads are cut out of the projections.
    static func multiHead(
        _ attention: MultiHeadAttention, _ x: Tensor, over context: Tensor, mask: Tensor?, isCausal: Bool = false
    ) -> Tensor {
        func heads(_ x: Tensor) -> Tensor {
            x.reshaped([x.shape[0], x.shape[1], attention.heads, attention.width / attention.heads]).transposed(1, 2)
        }
        let heard = scaledDotProduct(
            heads(attention.query(x)), heads(attention.key(context)), heads(attention.value(context)), mask: mask,
            isCausal: isCausal)
        return attention.output(heard.transposed(1, 2).reshaped(x.shape))
    }

    private static func attended(_ q: Tensor, _ k: Tensor, _ v: Tensor, _ present: Tensor) -> Tensor {
        let scores = q.matmul(k, transposed: true) / Float(q.shape[1]).squareRoot() + (present - 1) * 1e9
        // A row in which nothing counts is 0, not the mean of what it must not see.
        return (scores.softmax() * present).matmul(v)
    }

    /// [T, S], 1 where a query sees a key.
    private static func present(
        _ mask: Tensor?, sequence: Int, queries: Int, keys: Int, isCausal: Bool
    ) -> Tensor {
        let seen = (0..<queries * keys).map { place -> Float in
            let (query, key) = (place / keys, place % keys)
            return isCausal && key > query ? 0 : mask?.scalars[sequence * keys + key] ?? 1
        }
        return Tensor(seen, shape: [queries, keys])
    }

    private static func part(_ x: Tensor, _ sequence: Int, _ head: Int) -> Tensor {
        x.slice(sequence..<sequence + 1, alongAxis: 0).slice(head..<head + 1, alongAxis: 1)
            .reshaped([x.shape[2], x.shape[3]])
    }
}
