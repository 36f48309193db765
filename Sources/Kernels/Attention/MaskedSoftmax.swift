/// The softmax over the keys of attention, some of which do not count, and the way back through it.
public enum MaskedSoftmax {
    /// Replaces each row of scores x [T, S], in place, by weights that are 0 where a key does not count:
    ///
    ///     p_s = exp(x_s - max x) / Σ exp(x - max x)   over the keys that count
    ///
    /// A row in which no key counts becomes zeros.
    ///
    /// - Parameters:
    ///   - keys: S.
    ///   - present: one element for each key, 0 for one that does not count; all count if it is nil. The score of one
    ///     that does not is not used, whatever it is.
    ///   - isCausal: whether the row t counts only the keys 0 to t.
    public static func apply(
        _ scores: inout MutableSpan<Float>, keys: Int, present: Span<Float>?, isCausal: Bool
    ) {
        precondition(present == nil || present?.count == keys, "a mask of \(present?.count ?? 0) for \(keys) keys")
        var time = 0
        Rows.forEach(&scores, width: keys) { row in
            let visible = isCausal ? min(time + 1, keys) : keys
            var counting = row._mutatingExtracting(0..<visible)
            if let present {
                Elementwise.update(&counting, with: present.extracting(0..<visible)) { $1 == 0 ? -.infinity : $0 }
            }
            let largest = Reduction.maximum(counting.span)
            // Where nothing counts, minus infinity stands everywhere; its distance from itself is no number.
            let shift = largest == -.infinity ? 0 : largest
            Elementwise.update(&counting) { exponential($0 - shift) }
            let total = Reduction.sum(counting.span)
            let scale = total == 0 ? 0 : 1 / total
            Elementwise.update(&counting) { $0 * scale }
            var hidden = row._mutatingExtracting(visible..<keys)
            Elementwise.update(&hidden) { _ in 0 }
            time += 1
        }
    }

    /// Replaces each row g of the gradient by the weights p [T, S] by that by the scores: p_s (g_s - Σ g p).
    public static func pullBack(_ gradient: inout MutableSpan<Float>, weights: Span<Float>, keys: Int) {
        precondition(gradient.count == weights.count, "\(gradient.count) gradients of \(weights.count) weights")
        var row = 0
        Rows.forEach(&gradient, width: keys) { g in
            let p = weights.extracting(row * keys..<(row + 1) * keys)
            let shared = BLAS.dot(g.span, p)
            Elementwise.update(&g, with: p) { $1 * ($0 - shared) }
            row += 1
        }
    }
}
