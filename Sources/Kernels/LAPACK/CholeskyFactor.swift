import COpenBLAS

/// A = L Lᵀ for a symmetric positive definite A, kept to solve for several right-hand sides.
///
/// ```swift
/// let factor = try CholeskyFactor(of: [4, 2, 2, 3], order: 2)
/// let x = try factor.solve([2, 1])        // [0.5, 0]
/// ```
public struct CholeskyFactor: Sendable, Equatable {
    /// n, the rows and columns of A.
    public let order: Int
    /// L [n, n], row-major, with zeros above the diagonal.
    public internal(set) var elements: [Double]

    /// Factorises A [n, n] (`dpotrf`); only its lower triangle is read, diagonal included.
    ///
    /// - Throws: `LinearAlgebraError` with the leading minor that is not positive definite, or the element that is not
    ///   finite.
    public init(of matrix: [Double], order: Int) throws(LinearAlgebraError) {
        LAPACK.requireShape(matrix, rows: order, columns: order)
        try LAPACK.requireFinite(matrix, order: order, .lower)
        self.order = order
        guard order > 0 else {
            elements = []
            return
        }
        _ = BLAS.start
        var factor = matrix
        let failed = LAPACK.check(
            unsafe LAPACKE_dpotrf(LAPACK_ROW_MAJOR, LAPACK.lower, Int32(order), &factor, Int32(order)))
        guard failed == 0 else { throw .notPositiveDefinite(minor: failed) }
        elements = TriangularMatrix(checked: factor, order: order, .lower).elements
    }

    /// L as a matrix to solve with: L⁻¹ B whitens, and |L⁻¹ b|² is bᵀ A⁻¹ b.
    public var lower: TriangularMatrix { TriangularMatrix(checked: elements, order: order, .lower) }

    /// X [n, r] with A X = B, for B [n, r] (`dpotrs`).
    ///
    /// - Throws: `LinearAlgebraError` with the element of B that is not finite, or where the result is too large.
    public func solve(_ rightHandSide: [Double], columns: Int = 1) throws(LinearAlgebraError) -> [Double] {
        LAPACK.requireShape(rightHandSide, rows: order, columns: columns)
        try LAPACK.requireFinite(rightHandSide, columns: columns, of: .rightHandSide)
        var solution = rightHandSide
        guard !solution.isEmpty else { return solution }
        _ = LAPACK.check(
            unsafe LAPACKE_dpotrs(
                LAPACK_ROW_MAJOR, LAPACK.lower, Int32(order), Int32(columns), elements, Int32(order), &solution,
                Int32(columns)))
        try LAPACK.requireNoOverflow(solution)
        return solution
    }

    /// ln det A = 2 Σ ln Lᵢᵢ.
    public var logDeterminant: Double {
        (0..<order).reduce(0) { $0 + 2 * logarithm(elements[$1 * order + $1]) }
    }
}
