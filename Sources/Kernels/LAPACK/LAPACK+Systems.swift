import COpenBLAS

extension LAPACK {
    /// Solves A X = B for a symmetric A [n, n], definite or not, by the factorisation of Bunch and Kaufman (`dsysv`).
    ///
    /// B is [n, r] and is replaced by X. Of A the lower triangle is read.
    /// - Throws: `LinearAlgebraError` with the minor that is singular, or the element that is not finite.
    public static func solveSymmetric(_ a: [Double], _ b: inout [Double], n: Int) throws(LinearAlgebraError) {
        precondition(
            n > 0 && a.count == n * n && b.count % n == 0, "order \(n) over \(a.count) and \(b.count) elements")
        _ = BLAS.start
        try requireFinite(a)
        try requireFinite(b)
        let columns = Int32(b.count / n)
        guard columns > 0 else { return }
        var factor = a
        var pivots = [Int32](repeating: 0, count: n)
        let failed = unsafe LAPACKE_dsysv(
            LAPACK_ROW_MAJOR, lower, Int32(n), columns, &factor, Int32(n), &pivots, &b, columns)
        guard failed == 0 else { throw .singular(minor: Int(failed)) }
    }

    /// The x [n, r] that minimises |A x - b|², for A [m, n] with m >= n and b [m, r], by a QR factorisation (`dgels`).
    ///
    /// - Throws: `LinearAlgebraError` with the first column that depends on those before it (a diagonal element of R is
    ///   under n ε times the largest), or the element that is not finite.
    public static func leastSquares(
        _ a: [Double], _ b: [Double], rows m: Int, columns n: Int
    ) throws(LinearAlgebraError) -> [Double] {
        precondition(
            n > 0 && m >= n && a.count == m * n && b.count % m == 0,
            "least squares with [\(m), \(n)] over \(a.count) and \(b.count) elements")
        _ = BLAS.start
        try requireFinite(a)
        try requireFinite(b)
        let width = b.count / m
        guard width > 0 else { return [] }
        var (factor, solution) = (a, b)
        let failed = unsafe LAPACKE_dgels(
            LAPACK_ROW_MAJOR, plain, Int32(m), Int32(n), Int32(width), &factor, Int32(n), &solution, Int32(width))
        guard failed == 0 else { throw .dependentColumn(Int(failed)) }
        let diagonal = (0..<n).map { abs(factor[$0 * n + $0]) }
        let threshold = (diagonal.max() ?? 0) * Double(n) * .ulpOfOne
        if let column = diagonal.firstIndex(where: { $0 <= threshold }) { throw .dependentColumn(column + 1) }
        return Array(solution.prefix(n * width))
    }

    /// Q [m, n] with orthonormal columns and R [n, n], upper triangular, with A = Q R for A [m, n], m >= n (`dgeqrf`).
    ///
    /// - Throws: `LinearAlgebraError` with the element that is not finite.
    public static func orthogonalFactor(
        _ a: [Double], rows m: Int, columns n: Int
    ) throws(LinearAlgebraError) -> (q: [Double], r: [Double]) {
        precondition(n > 0 && m >= n && a.count == m * n, "QR of [\(m), \(n)] over \(a.count) elements")
        _ = BLAS.start
        try requireFinite(a)
        var q = a
        var reflectors = [Double](repeating: 0, count: n)
        _ = unsafe LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, Int32(m), Int32(n), &q, Int32(n), &reflectors)
        var r = [Double](repeating: 0, count: n * n)
        for row in 0..<n {
            for column in row..<n { r[row * n + column] = q[row * n + column] }
        }
        _ = unsafe LAPACKE_dorgqr(LAPACK_ROW_MAJOR, Int32(m), Int32(n), Int32(n), &q, Int32(n), reflectors)
        return (q, r)
    }
}
