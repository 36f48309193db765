/// The softmax over the keys of attention, some of which do not count. The way back through it is
/// ``Rows/pullBackSoftmax(_:result:width:)``: what does not count has the weight 0.
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
}
