import COpenBLAS

/// A = V Λ Vᵀ for a symmetric A [n, n]: real eigenvalues, and eigenvectors that are orthonormal.
///
/// ```swift
/// let eigen = try SymmetricEigendecomposition(of: [2, 1, 1, 2], order: 2)
/// eigen.eigenvalues        // [1, 3]
/// ```
public struct SymmetricEigendecomposition: Sendable, Equatable {
    /// n, the rows and columns of A.
    public let order: Int
    /// The diagonal of Λ [n], the smallest first.
    public let eigenvalues: [Double]
    /// V [n, n]: column j is the eigenvector of eigenvalue j.
    public let eigenvectors: [Double]

    /// Decomposes A [n, n] by divide and conquer (`dsyevd`); only its lower triangle is read, diagonal included.
    ///
    /// - Throws: `LinearAlgebraError` with the element that is not finite, or where the iteration does not converge.
    public init(of matrix: [Double], order: Int) throws(LinearAlgebraError) {
        LAPACK.requireShape(matrix, rows: order, columns: order)
        LAPACK.requireWorkspace(1 + 6 * order + 2 * order * order, rows: order, columns: order)
        try LAPACK.requireFinite(matrix, order: order, .lower)
        var (vectors, values) = (matrix, [Double](repeating: 0, count: order))
        if order > 0 {
            _ = BLAS.start
            let failed = LAPACK.check(
                unsafe LAPACKE_dsyevd(
                    LAPACK_ROW_MAJOR, LAPACK.vectors, LAPACK.lower, Int32(order), &vectors, Int32(order), &values))
            guard failed == 0 else { throw .noConvergence }
        }
        self.order = order
        eigenvalues = values
        eigenvectors = vectors
    }

    /// Eigenvector `index` [n], from 0.
    public func eigenvector(_ index: Int) -> [Double] {
        precondition((0..<order).contains(index), "no eigenvector \(index) of \(order)")
        return (0..<order).map { eigenvectors[$0 * order + index] }
    }
}
