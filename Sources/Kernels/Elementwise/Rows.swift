/// Loops over the rows of a matrix [m, n], row-major.
public enum Rows {
    /// Adds the sum of the rows of x [m, n] to y [n], from the first row to the last.
    public static func addSum(_ x: Span<Float>, into y: inout MutableSpan<Float>) {
        let width = y.count
        guard width > 0 else { return }
        precondition(x.count % width == 0, "\(x.count) elements in rows of \(width)")
        let count = x.count / width
        // Three rows in one pass over the sums; each is still added by itself.
        for row in stride(from: 0, to: count - count % 3, by: 3) {
            let first = x.extracting(row * width..<(row + 1) * width)
            let second = x.extracting((row + 1) * width..<(row + 2) * width)
            let third = x.extracting((row + 2) * width..<(row + 3) * width)
            for index in 0..<width { y[index] = ((y[index] + first[index]) + second[index]) + third[index] }
        }
        for row in count - count % 3..<count {
            let values = x.extracting(row * width..<(row + 1) * width)
            Elementwise.update(&y, with: values) { $0 + $1 }
        }
    }

    /// The transpose [n, m] of x [m, n], where n is the `width`.
    public static func transposed(_ x: [Float], width: Int) -> [Float] {
        guard width > 0 else { return [] }
        precondition(x.count % width == 0, "\(x.count) elements in rows of \(width)")
        let height = x.count / width
        var result = [Float](repeating: 0, count: x.count)
        result.withMutableSpan { result in
            for row in 0..<height {
                let values = x.span.extracting(row * width..<(row + 1) * width)
                for column in 0..<width { result[column * height + row] = values[column] }
            }
        }
        return result
    }

    /// `count` copies of the row x [n], one below the other.
    public static func repeated(_ x: [Float], count: Int) -> [Float] {
        var result = [Float](repeating: 0, count: count * x.count)
        result.withMutableSpan { fill(&$0, with: x.span) }
        return result
    }

    /// Replaces each row of y [m, n] by x [n].
    public static func fill(_ y: inout MutableSpan<Float>, with x: Span<Float>) {
        forEach(&y, width: x.count) { row in Elementwise.map(x, into: &row) { $0 } }
    }

    /// Replaces each row of n elements by `exp(x - max x)` over its sum, so that large elements do not overflow.
    public static func softmax(_ x: inout MutableSpan<Float>, width: Int) {
        forEach(&x, width: width) { row in
            let largest = Reduction.maximum(row.span)
            Elementwise.update(&row) { exponential($0 - largest) }
            let scale = 1 / Reduction.sum(row.span)
            Elementwise.update(&row) { $0 * scale }
        }
    }

    /// Replaces each row g of the gradient by a softmax p by that by what it was taken of: pᵢ (gᵢ - Σ g p).
    public static func pullBackSoftmax(_ gradient: inout MutableSpan<Float>, result: Span<Float>, width: Int) {
        precondition(gradient.count == result.count, "\(gradient.count) gradients of \(result.count) elements")
        var row = 0
        forEach(&gradient, width: width) { g in
            let p = result.extracting(row * width..<(row + 1) * width)
            let shared = BLAS.dot(g.span, p)
            Elementwise.update(&g, with: p) { $1 * ($0 - shared) }
            row += 1
        }
    }

    /// Replaces each row of n elements by the logarithm of its softmax: `x - ln Σ exp x`.
    public static func logSoftmax(_ x: inout MutableSpan<Float>, width: Int) {
        var exponentials = [Float](repeating: 0, count: width)
        forEach(&x, width: width) { row in
            let total = logSumExp(row.span, using: &exponentials)
            Elementwise.update(&row) { $0 - total }
        }
    }

    /// `ln Σ exp x` of each of the `count` rows of n elements; minus infinity for rows without elements.
    public static func logSumExp(_ x: Span<Float>, width: Int, count: Int) -> [Float] {
        precondition(x.count == width * count, "\(x.count) elements in \(count) rows of \(width)")
        var exponentials = [Float](repeating: 0, count: width)
        return (0..<count).map { row in
            logSumExp(x.extracting(row * width..<(row + 1) * width), using: &exponentials)
        }
    }

    /// `max x + ln Σ exp(x - max x)`; what is infinite is the maximum alone.
    private static func logSumExp(_ row: Span<Float>, using exponentials: inout [Float]) -> Float {
        let largest = Reduction.maximum(row)
        guard largest.isFinite else { return largest }
        var shifted = exponentials.mutableSpan
        Elementwise.map(row, into: &shifted) { exponential($0 - largest) }
        return largest + naturalLogarithm(Reduction.sum(shifted.span))
    }

    /// Calls `body` with each row of `width` elements.
    @inlinable @inline(__always)
    public static func forEach(
        _ x: inout MutableSpan<Float>, width: Int, _ body: (inout MutableSpan<Float>) -> Void
    ) {
        guard width > 0 else { return }
        precondition(x.count % width == 0, "\(x.count) elements in rows of \(width)")
        for row in 0..<x.count / width {
            var values = x._mutatingExtracting(row * width..<(row + 1) * width)
            body(&values)
        }
    }
}
