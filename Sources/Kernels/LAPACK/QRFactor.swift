import COpenBLAS

/// A = Q R for A [m, n], with orthonormal columns in Q and R upper triangular, kept for several right-hand sides.
///
/// ```swift
/// let line = try QRFactor(of: [1, 0, 1, 1, 1, 2], rows: 3, columns: 2)
/// let x = try line.solve([1, 3, 5])        // [1, 2]: the line 1 + 2 t through its three points
/// ```
public struct QRFactor: Sendable, Equatable {
    /// m, the rows of A.
    public let rows: Int
    /// n, the columns of A.
    public let columns: Int
    /// R on and above the diagonal, and under it the reflections whose product is Q: [m, n].
    private let elements: [Double]
    /// The factors of the reflections, min(m, n) of them.
    private let scales: [Double]

    private var width: Int { min(rows, columns) }

    /// Factorises A [m, n], of any shape and rank, by the reflections of Householder (`dgeqrf`).
    ///
    /// - Throws: `LinearAlgebraError` with the element that is not finite.
    public init(of matrix: [Double], rows: Int, columns: Int) throws(LinearAlgebraError) {
        LAPACK.requireShape(matrix, rows: rows, columns: columns)
        try LAPACK.requireFinite(matrix, columns: columns, of: .matrix)
        self.rows = rows
        self.columns = columns
        var factor = matrix
        var scales = [Double](repeating: 0, count: min(rows, columns))
        if !factor.isEmpty {
            _ = BLAS.start
            _ = LAPACK.check(
                unsafe LAPACKE_dgeqrf(
                    LAPACK_ROW_MAJOR, Int32(rows), Int32(columns), &factor, Int32(columns), &scales))
            try LAPACK.requireNoOverflow(factor)
        }
        elements = factor
        self.scales = scales
    }

    /// Q [m, k] with k = min(m, n) and Qᵀ Q = I (`dorgqr`).
    public var q: [Double] {
        var q = (0..<rows).flatMap { elements[$0 * columns..<$0 * columns + width] }
        guard !q.isEmpty else { return q }
        _ = LAPACK.check(
            unsafe LAPACKE_dorgqr(
                LAPACK_ROW_MAJOR, Int32(rows), Int32(width), Int32(width), &q, Int32(width), scales))
        return q
    }

    /// R [k, n] with k = min(m, n), and zeros under the diagonal.
    public var r: [Double] {
        var r = Array(elements.prefix(width * columns))
        for row in 0..<width {
            for column in 0..<row { r[row * columns + column] = 0 }
        }
        return r
    }

    /// Qᵀ B [m, r] for B [m, r], with the whole Q [m, m] (`dormqr`); what is under row n is the part of B outside A.
    ///
    /// - Throws: `LinearAlgebraError` with the element of B that is not finite, or where the result is too large.
    public func applyTransposedQ(
        to rightHandSide: [Double], columns r: Int = 1
    ) throws(LinearAlgebraError) -> [Double] {
        LAPACK.requireShape(rightHandSide, rows: rows, columns: r)
        try LAPACK.requireFinite(rightHandSide, columns: r, of: .rightHandSide)
        var product = rightHandSide
        guard !product.isEmpty, width > 0 else { return product }
        _ = LAPACK.check(
            unsafe LAPACKE_dormqr(
                LAPACK_ROW_MAJOR, LAPACK.left, LAPACK.transposed, Int32(rows), Int32(r), Int32(width), elements,
                Int32(columns), scales, &product, Int32(r)))
        try LAPACK.requireNoOverflow(product)
        return product
    }

    /// The first column, from 1, that is within rounding a combination of those before it; nil if there is none.
    ///
    /// The test is |Rⱼⱼ| <= 16 max(m, n) ε |Aⱼ|, with the norm of the column itself, so that its unit does not matter
    /// (Higham, 2002, theorem 19.4). Where n > m it is column m + 1 at the latest.
    public var dependentColumn: Int? {
        let threshold = 16 * Double(max(rows, columns)) * .ulpOfOne
        for column in 0..<width {
            let norm = (0...column).reduce(0) { max($0, abs(elements[$1 * columns + column])) }
            // Scaled by the largest, whose square might be no number.
            let sum = (0...column).reduce(0) {
                let share = norm > 0 ? elements[$1 * columns + column] / norm : 0
                return $0 + share * share
            }
            if abs(elements[column * columns + column]) <= threshold * norm * sum.squareRoot() { return column + 1 }
        }
        return columns > rows ? rows + 1 : nil
    }

    /// The X [n, r] that minimises |A X - B|², for B [m, r]: R X = Qᵀ B.
    ///
    /// Where columns depend on each other there are many such X; ``SingularValueDecomposition`` finds the smallest.
    /// - Throws: `LinearAlgebraError` with the ``dependentColumn``, or the element that is not finite, or where the result is
    ///   too large.
    public func solve(_ rightHandSide: [Double], columns r: Int = 1) throws(LinearAlgebraError) -> [Double] {
        let product = try applyTransposedQ(to: rightHandSide, columns: r)
        if let dependentColumn { throw .dependentColumn(dependentColumn) }
        let triangle = TriangularMatrix(checked: Array(elements.prefix(columns * columns)), order: columns, .upper)
        return try triangle.solve(Array(product.prefix(columns * r)), columns: r)
    }
}
