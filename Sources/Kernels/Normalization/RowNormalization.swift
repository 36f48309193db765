/// Normalisation of each row of a matrix [m, n], row-major, to the mean 0 and the variance 1, and the way back.
public enum RowNormalization {
    /// x̂ = r (x - μ) with r = 1 / √(σ² + ε), where μ and σ² are the mean and the mean squared deviation of x's own row.
    ///
    /// - Parameters:
    ///   - x: [m, n], where m is the number of `inverseDeviations`.
    ///   - normalized: receives x̂ [m, n].
    ///   - inverseDeviations: receives r [m].
    public static func normalize(
        _ x: Span<Float>, epsilon: Float, into normalized: inout MutableSpan<Float>,
        inverseDeviations: inout MutableSpan<Float>
    ) {
        let width = width(of: x.count, rows: inverseDeviations.count)
        precondition(normalized.count == x.count, "\(x.count) elements into \(normalized.count)")
        for row in 0..<inverseDeviations.count {
            let place = row * width..<(row + 1) * width
            let values = x.extracting(place)
            var own = normalized._mutatingExtracting(place)
            let (mean, squares) = Reduction.moments(values)
            let inverse = 1 / (squares / Float(width) + epsilon).squareRoot()
            Elementwise.map(values, into: &own) { ($0 - mean) * inverse }
            inverseDeviations[row] = inverse
        }
    }

    /// Replaces each row x̂ of `rows` by γ x̂ + β, element by element.
    public static func scale(_ rows: inout MutableSpan<Float>, by weight: Span<Float>, plus bias: Span<Float>) {
        let width = weight.count
        precondition(bias.count == width, "\(width) weights and \(bias.count) biases")
        Rows.forEach(&rows, width: width) { row in
            for column in 0..<width { row[column] = weight[column] * row[column] + bias[column] }
        }
    }

    /// Adds to the gradient by x, for the gradient g by γ x̂ + β:
    ///
    ///     δx += r (h - mean h - x̂ mean(h x̂))   with h = γ g
    ///
    /// - Parameters:
    ///   - gradient: g [m, n].
    ///   - normalized: x̂ [m, n].
    ///   - inverseDeviations: r [m].
    ///   - weight: γ [n].
    ///   - byInput: δx [m, n].
    public static func pullBack(
        _ gradient: Span<Float>, normalized: Span<Float>, inverseDeviations: Span<Float>, weight: Span<Float>,
        into byInput: inout MutableSpan<Float>
    ) {
        let width = weight.count
        precondition(
            gradient.count == width * inverseDeviations.count && normalized.count == gradient.count
                && byInput.count == gradient.count,
            "\(gradient.count) gradients of \(inverseDeviations.count) rows of \(width)")
        var scaled = [Float](repeating: 0, count: width)
        var h = scaled.mutableSpan
        for row in 0..<inverseDeviations.count {
            let place = row * width..<(row + 1) * width
            let own = normalized.extracting(place)
            Elementwise.map(gradient.extracting(place), weight, into: &h) { $0 * $1 }
            let mean = Reduction.sum(h.span) / Float(width)
            let slope = BLAS.dot(h.span, own) / Float(width)
            let inverse = inverseDeviations[row]
            var target = byInput._mutatingExtracting(place)
            for column in 0..<width { target[column] += inverse * (h[column] - mean - own[column] * slope) }
        }
    }

    /// Adds the sums over the rows of g x̂ to δγ [n].
    public static func addProducts(
        _ gradient: Span<Float>, _ normalized: Span<Float>, into byWeight: inout MutableSpan<Float>
    ) {
        let width = byWeight.count
        guard width > 0 else { return }
        precondition(
            gradient.count == normalized.count && gradient.count % width == 0,
            "\(gradient.count) gradients of \(normalized.count) elements in rows of \(width)")
        for row in 0..<gradient.count / width {
            let place = row * width..<(row + 1) * width
            let (g, own) = (gradient.extracting(place), normalized.extracting(place))
            for column in 0..<width { byWeight[column] += g[column] * own[column] }
        }
    }

    private static func width(of count: Int, rows: Int) -> Int {
        guard rows > 0 else { return 0 }
        precondition(count % rows == 0 && count > 0, "\(count) elements in \(rows) rows")
        return count / rows
    }
}
