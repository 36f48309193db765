/// Rows that never fall: sums of positive steps, and the way back.
public enum CumulativeSoftplus {
    /// Replaces each row a of `width` elements by y with y₀ = a₀ and y_j = y_{j-1} + ln(1 + e^a_j).
    public static func apply(_ rows: inout MutableSpan<Float>, width: Int) {
        Rows.forEach(&rows, width: width) { row in
            for column in 1..<max(width, 1) { row[column] = row[column - 1] + softplus(row[column]) }
        }
    }

    /// Replaces each row g of the gradient by y by that by a: δa₀ = Σ g and δa_j = σ(a_j) Σ_{i ≥ j} g_i.
    public static func pullBack(_ gradient: inout MutableSpan<Float>, inputs: Span<Float>, width: Int) {
        precondition(gradient.count == inputs.count, "\(gradient.count) gradients of \(inputs.count) elements")
        var place = 0
        Rows.forEach(&gradient, width: width) { g in
            let a = inputs.extracting(place..<place + width)
            var rest: Float = 0
            for column in (0..<width).reversed() {
                rest += g[column]
                g[column] = column == 0 ? rest : rest * logistic(a[column])
            }
            place += width
        }
    }
}
