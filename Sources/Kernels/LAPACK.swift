import COpenBLAS

/// Why a linear system has no answer.
public enum LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The leading minor of this order, from 1, is not positive definite.
    case notPositiveDefinite(minor: Int)
    /// An element of the matrix or of the right-hand side is infinite or no number; its place in row-major order.
    case notFinite(index: Int)

    /// The reason in words.
    public var description: String {
        switch self {
        case .notPositiveDefinite(let minor): "the matrix is not positive definite: its leading minor of order \(minor)"
        case .notFinite(let index): "element \(index) of the linear system is not a finite number"
        }
    }
}

/// Linear algebra in Double through LAPACK, row-major.
public enum LAPACK {
    /// Solves A X = B for a symmetric positive definite A [n, n] by Cholesky's factorisation (`dpotrf`, `dpotrs`).
    ///
    /// B is [n, r] and is replaced by X. Of A the lower triangle is read.
    /// - Throws: `LinearAlgebraError` with the minor that is not positive definite, or the element that is not finite.
    public static func solvePositiveDefinite(_ a: [Double], _ b: inout [Double], n: Int) throws(LinearAlgebraError) {
        precondition(n > 0 && a.count == n * n && b.count % n == 0, "order \(n) over \(a.count) and \(b.count) scalars")
        if let index = a.firstIndex(where: { !$0.isFinite }) ?? b.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(index: index)
        }
        var factor = a
        let columns = Int32(b.count / n)
        let order = Int32(n)
        let lower = CChar(UInt8(ascii: "L"))
        let failed = unsafe LAPACKE_dpotrf(LAPACK_ROW_MAJOR, lower, order, &factor, order)
        guard failed == 0 else { throw .notPositiveDefinite(minor: Int(failed)) }
        guard columns > 0 else { return }
        _ = unsafe LAPACKE_dpotrs(LAPACK_ROW_MAJOR, lower, order, columns, factor, order, &b, columns)
    }
}
