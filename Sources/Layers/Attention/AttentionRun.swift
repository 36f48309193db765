import Kernels
import Tensors

/// Scaled dot-product attention of each sequence and head, with what its way back needs.
///
/// With Q, K and V of one head and D the length of a row of Q:
///
///     P = softmax(Q Kᵀ / √D)   over the keys that count
///     Y = P V
struct AttentionRun: Sendable {
    private let batch: Int
    private let heads: Int
    private let layouts: Layouts
    /// P of each head, [B, heads, T, S]; of the last one only if there is no way back.
    private let weights: [Float]
    /// Y of each head, laid out as ``Layouts/result`` says.
    let result: [Float]

    /// How the heads of the operands lie.
    struct Layouts: Sendable {
        /// Q [T, D]
        let queries: HeadLayout
        /// K [S, D]
        let keys: HeadLayout
        /// V [S, E]
        let values: HeadLayout
        /// Y [T, E]
        let result: HeadLayout

        /// Q Kᵀ and P, [T, S].
        var scores: MatrixLayout { MatrixLayout(rows: queries.matrix.rows, columns: keys.matrix.rows) }
        /// 1 / √D
        var scale: Float { 1 / Float(max(queries.matrix.columns, 1)).squareRoot() }
    }

    /// Forward. Where a key does not count, its rows of K and V must be finite.
    ///
    /// - Parameter present: [B, S], 0 for a key that does not count.
    init(
        _ q: Span<Float>, _ k: Span<Float>, _ v: Span<Float>, layouts: Layouts, batch: Int, heads: Int, count: Int,
        present: [Float]?, isCausal: Bool, isRecorded: Bool
    ) {
        let (scores, keys) = (layouts.scores, layouts.scores.columns)
        let size = scores.rows * keys
        var weights = [Float](repeating: 0, count: isRecorded ? batch * heads * size : size)
        var result = [Float](repeating: 0, count: count)
        var allWeights = weights.mutableSpan
        var allResults = result.mutableSpan
        for sequence in 0..<batch {
            let present = present?.span.extracting(sequence * keys..<(sequence + 1) * keys)
            for head in 0..<heads {
                let place = isRecorded ? (sequence * heads + head) * size : 0
                var p = allWeights._mutatingExtracting(place..<place + size)
                if !isRecorded { Elementwise.update(&p) { _ in 0 } }
                BLAS.addProduct(
                    q.extracting(layouts.queries.range(batch: sequence, head: head)), layouts.queries.matrix,
                    k.extracting(layouts.keys.range(batch: sequence, head: head)), layouts.keys.matrix.transposed,
                    into: &p, scores, scale: layouts.scale)
                MaskedSoftmax.apply(&p, keys: keys, present: present, isCausal: isCausal)
                var y = allResults._mutatingExtracting(layouts.result.range(batch: sequence, head: head))
                BLAS.addProduct(
                    p.span, scores, v.extracting(layouts.values.range(batch: sequence, head: head)),
                    layouts.values.matrix, into: &y, layouts.result.matrix)
            }
        }
        (self.batch, self.heads, self.layouts) = (batch, heads, layouts)
        (self.weights, self.result) = (weights, result)
    }

    /// Backward, for the gradient G by Y:
    ///
    ///     δV = Pᵀ G        δS = P ⊙ (δP - rows' sums of δP ⊙ P) with δP = G Vᵀ
    ///     δQ = δS K / √D   δK = δSᵀ Q / √D
    func pullBack(_ upstream: [Float], queries q: Tensor, keys k: Tensor, values v: Tensor, _ adjoints: inout Adjoints)
    {
        let (g, p, scores, scale) = (upstream.span, weights.span, layouts.scores, layouts.scale)
        adjoints.accumulate(into: v) { total in
            forEachHead { place, sequence, head in
                var part = total._mutatingExtracting(layouts.values.range(batch: sequence, head: head))
                BLAS.addProduct(
                    p.extracting(place), scores.transposed,
                    g.extracting(layouts.result.range(batch: sequence, head: head)), layouts.result.matrix,
                    into: &part, layouts.values.matrix)
            }
        }
        guard q.isTracked || k.isTracked else { return }
        let byScores = gradientByScores(g, values: v.scalars.span)
        let s = byScores.span
        adjoints.accumulate(into: q) { total in
            forEachHead { place, sequence, head in
                var part = total._mutatingExtracting(layouts.queries.range(batch: sequence, head: head))
                BLAS.addProduct(
                    s.extracting(place), scores,
                    k.scalars.span.extracting(layouts.keys.range(batch: sequence, head: head)), layouts.keys.matrix,
                    into: &part, layouts.queries.matrix, scale: scale)
            }
        }
        adjoints.accumulate(into: k) { total in
            forEachHead { place, sequence, head in
                var part = total._mutatingExtracting(layouts.keys.range(batch: sequence, head: head))
                BLAS.addProduct(
                    s.extracting(place), scores.transposed,
                    q.scalars.span.extracting(layouts.queries.range(batch: sequence, head: head)),
                    layouts.queries.matrix, into: &part, layouts.keys.matrix, scale: scale)
            }
        }
    }

    /// δS of each head, [B, heads, T, S].
    private func gradientByScores(_ g: Span<Float>, values v: Span<Float>) -> [Float] {
        var byScores = [Float](repeating: 0, count: weights.count)
        byScores.withMutableSpan { all in
            forEachHead { place, sequence, head in
                var part = all._mutatingExtracting(place)
                BLAS.addProduct(
                    g.extracting(layouts.result.range(batch: sequence, head: head)), layouts.result.matrix,
                    v.extracting(layouts.values.range(batch: sequence, head: head)), layouts.values.matrix.transposed,
                    into: &part, layouts.scores)
                Rows.pullBackSoftmax(
                    &part, result: weights.span.extracting(place), width: layouts.scores.columns)
            }
        }
        return byScores
    }

    /// Calls `body` with the place of each head's scores, the sequence and the head.
    private func forEachHead(_ body: (_ scores: Range<Int>, _ sequence: Int, _ head: Int) -> Void) {
        let size = layouts.scores.rows * layouts.scores.columns
        for sequence in 0..<batch {
            for head in 0..<heads {
                let place = (sequence * heads + head) * size
                body(place..<place + size, sequence, head)
            }
        }
    }
}
