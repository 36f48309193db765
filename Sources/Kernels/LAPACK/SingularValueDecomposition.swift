import COpenBLAS

/// A = U Σ Vᵀ for A [m, n], of any shape and rank: the thin decomposition, with k = min(m, n) singular values.
///
/// ```swift
/// let svd = try SingularValueDecomposition(of: [3, 0, 0, 0, 2, 0], rows: 2, columns: 3)
/// svd.singularValues                     // [3, 2]
/// let x = try svd.solve([3, 2])          // [1, 1, 0]
/// ```
public struct SingularValueDecomposition: Sendable, Equatable {
    /// m, the rows of A.
    public let rows: Int
    /// n, the columns of A.
    public let columns: Int
    /// U [m, k], whose columns are orthonormal.
    public let u: [Double]
    /// The diagonal of Σ [k], the largest first; none is negative.
    public let singularValues: [Double]
    /// Vᵀ [k, n], whose rows are orthonormal.
    public let vTransposed: [Double]

    /// Decomposes A [m, n] by divide and conquer (`dgesdd`).
    ///
    /// - Throws: `LinearAlgebraError` with the element that is not finite, or where the iteration does not converge.
    public init(of matrix: [Double], rows: Int, columns: Int) throws(LinearAlgebraError) {
        LAPACK.requireShape(matrix, rows: rows, columns: columns)
        let k = min(rows, columns)
        LAPACK.requireWorkspace(4 * k * (k + 64), rows: rows, columns: columns)
        try LAPACK.requireFinite(matrix, columns: columns, of: .matrix)
        var (copy, u) = (matrix, [Double](repeating: 0, count: rows * k))
        var (values, vTransposed) = ([Double](repeating: 0, count: k), [Double](repeating: 0, count: k * columns))
        if k > 0 {
            _ = BLAS.start
            let failed = LAPACK.check(
                unsafe LAPACKE_dgesdd(
                    LAPACK_ROW_MAJOR, LAPACK.thin, Int32(rows), Int32(columns), &copy, Int32(columns), &values, &u,
                    Int32(k), &vTransposed, Int32(columns)))
            guard failed == 0 else { throw .noConvergence }
        }
        self.rows = rows
        self.columns = columns
        self.u = u
        singularValues = values
        self.vTransposed = vTransposed
    }

    /// σ₁ / σₖ: how much larger, at worst, a relative error of a solution is than one of its right-hand side.
    ///
    /// Infinite where a singular value is zero; 1 for a matrix without elements.
    public var conditionNumber: Double {
        guard let largest = singularValues.first, let smallest = singularValues.last else { return 1 }
        return smallest > 0 ? largest / smallest : .infinity
    }

    /// Singular values above `tolerance` times the largest; without one, above max(m, n) ε times, where rounding ends.
    public func rank(tolerance: Double? = nil) -> Int {
        let tolerance = tolerance ?? Double(max(rows, columns)) * .ulpOfOne
        precondition(tolerance >= 0 && tolerance < 1, "a tolerance of \(tolerance) leaves no singular value")
        let threshold = tolerance * (singularValues.first ?? 0)
        return singularValues.prefix { $0 > threshold }.count
    }

    /// The X [n, r] that minimises |A X - B|² for B [m, r], and among all such the smallest: V Σ⁺ Uᵀ B.
    ///
    /// Directions beyond the ``rank(tolerance:)`` are left out, as `dgelsd` does.
    /// - Throws: `LinearAlgebraError` with the element of B that is not finite, or where the result is too large.
    public func solve(
        _ rightHandSide: [Double], columns r: Int = 1, tolerance: Double? = nil
    ) throws(LinearAlgebraError) -> [Double] {
        LAPACK.requireShape(rightHandSide, rows: rows, columns: r)
        try LAPACK.requireFinite(rightHandSide, columns: r, of: .rightHandSide)
        let k = singularValues.count
        let projected = LAPACK.product(u, rows: rows, columns: k, transposed: true, rightHandSide, columns: r)
        return try expanded(projected, columns: r, tolerance: tolerance)
    }

    /// A⁺ [n, m], the inverse of Moore and Penrose: V Σ⁺ Uᵀ, without directions beyond the ``rank(tolerance:)``.
    ///
    /// - Throws: `LinearAlgebraError` where the result is too large.
    public func pseudoInverse(tolerance: Double? = nil) throws(LinearAlgebraError) -> [Double] {
        let k = singularValues.count
        let transposed = (0..<k).flatMap { column in (0..<rows).map { u[$0 * k + column] } }
        return try expanded(transposed, columns: rows, tolerance: tolerance)
    }

    /// V Σ⁺ C [n, r] for C [k, r].
    private func expanded(
        _ coordinates: [Double], columns r: Int, tolerance: Double?
    ) throws(LinearAlgebraError) -> [Double] {
        let (k, rank) = (singularValues.count, rank(tolerance: tolerance))
        var scaled = coordinates
        for row in 0..<k {
            for place in row * r..<(row + 1) * r {
                scaled[place] = row < rank ? scaled[place] / singularValues[row] : 0
            }
        }
        let result = LAPACK.product(vTransposed, rows: k, columns: columns, transposed: true, scaled, columns: r)
        try LAPACK.requireNoOverflow(result)
        return result
    }
}
