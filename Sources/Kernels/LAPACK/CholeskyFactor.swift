import COpenBLAS

/// A = L Lᵀ for a symmetric positive definite A, kept to solve for several right-hand sides.
///
/// ```swift
/// let factor = try CholeskyFactor(of: [4, 2, 2, 3], order: 2)
/// let x = factor.solve([2, 1])        // [0.5, 0]
/// ```
public struct CholeskyFactor: Sendable, Equatable {
    /// n, the rows and columns of A.
    public let order: Int
    /// L [n, n], row-major, with zeros above the diagonal.
    public let elements: [Double]

    /// Factorises A [n, n] (`dpotrf`); only its lower triangle is read, diagonal included.
    ///
    /// - Throws: `LinearAlgebraError` with the leading minor that is not positive definite, or the element that is not
    ///   finite.
    public init(of matrix: [Double], order: Int) throws(LinearAlgebraError) {
        precondition(order > 0 && matrix.count == order * order, "order \(order) over \(matrix.count) elements")
        _ = BLAS.start
        try LAPACK.requireFinite(matrix)
        var factor = matrix
        let failed = unsafe LAPACKE_dpotrf(LAPACK_ROW_MAJOR, LAPACK.lower, Int32(order), &factor, Int32(order))
        guard failed == 0 else { throw .notPositiveDefinite(minor: Int(failed)) }
        for row in 0..<order {
            for column in row + 1..<max(order, row + 1) { factor[row * order + column] = 0 }
        }
        self.order = order
        self.elements = factor
    }

    /// X [n, r] with A X = B, for B [n, r] (`dpotrs`).
    public func solve(_ rightHandSide: [Double]) -> [Double] {
        precondition(rightHandSide.count % order == 0, "order \(order) and \(rightHandSide.count) elements")
        var solution = rightHandSide
        let columns = Int32(solution.count / order)
        guard columns > 0 else { return solution }
        _ = unsafe LAPACKE_dpotrs(
            LAPACK_ROW_MAJOR, LAPACK.lower, Int32(order), columns, elements, Int32(order), &solution, columns)
        return solution
    }

    /// ln det A = 2 Σ ln Lᵢᵢ.
    public var logDeterminant: Double {
        (0..<order).reduce(0) { $0 + 2 * logarithm(elements[$1 * order + $1]) }
    }
}

extension LAPACK {
    /// Solves A X = B for a symmetric positive definite A [n, n] by ``CholeskyFactor``.
    ///
    /// B is [n, r] and is replaced by X. Of A the lower triangle is read.
    /// - Throws: `LinearAlgebraError` with the minor that is not positive definite, or the element that is not finite.
    public static func solvePositiveDefinite(_ a: [Double], _ b: inout [Double], n: Int) throws(LinearAlgebraError) {
        let factor = try CholeskyFactor(of: a, order: n)
        try requireFinite(b)
        b = factor.solve(b)
    }
}
