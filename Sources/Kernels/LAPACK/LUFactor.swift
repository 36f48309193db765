import COpenBLAS

/// P A = L U for a square A, with rows exchanged for the largest pivots, kept to solve for several right-hand sides.
///
/// ```swift
/// let factor = try LUFactor(of: [0, 2, 1, 1], order: 2)
/// let x = try factor.solve([4, 3])        // [1, 2]
/// ```
public struct LUFactor: Sendable, Equatable {
    /// n, the rows and columns of A.
    public let order: Int
    /// U on and above the diagonal, and L under it, whose own diagonal is 1: [n, n], row-major.
    public let elements: [Double]
    /// With which row, from 1, each row was exchanged in turn.
    private let pivots: [Int32]

    /// Factorises A [n, n] (`dgetrf`).
    ///
    /// A pivot Uₖₖ counts as zero up to 16 n ε max |Uᵢₖ| over its column, which rounding may have made of it (Higham,
    /// "Accuracy and Stability of Numerical Algorithms", 2002, theorem 9.3); the unit of a column does not matter to that.
    /// - Throws: `LinearAlgebraError` with the leading minor that is singular, or the element that is not finite.
    public init(of matrix: [Double], order: Int) throws(LinearAlgebraError) {
        LAPACK.requireShape(matrix, rows: order, columns: order)
        try LAPACK.requireFinite(matrix, columns: order, of: .matrix)
        self.order = order
        guard order > 0 else {
            (elements, pivots) = ([], [])
            return
        }
        _ = BLAS.start
        var factor = matrix
        var pivots = [Int32](repeating: 0, count: order)
        let failed = LAPACK.check(
            unsafe LAPACKE_dgetrf(
                LAPACK_ROW_MAJOR, Int32(order), Int32(order), &factor, Int32(order), &pivots))
        guard failed == 0 else { throw .singular(minor: failed) }
        try LAPACK.requireNoOverflow(factor)
        if let minor = Self.firstZeroPivot(of: factor, order: order) { throw .singular(minor: minor) }
        elements = factor
        self.pivots = pivots
    }

    private static func firstZeroPivot(of factor: [Double], order: Int) -> Int? {
        let threshold = 16 * Double(order) * .ulpOfOne
        return (0..<order).first { column in
            let largest = (0...column).reduce(0) { max($0, abs(factor[$1 * order + column])) }
            return abs(factor[column * (order + 1)]) <= threshold * largest
        }.map { $0 + 1 }
    }

    /// X [n, r] with A X = B, or Aᵀ X = B, for B [n, r] (`dgetrs`).
    ///
    /// - Throws: `LinearAlgebraError` with the element of B that is not finite, or where the result is too large.
    public func solve(
        _ rightHandSide: [Double], columns: Int = 1, transposed: Bool = false
    ) throws(LinearAlgebraError) -> [Double] {
        LAPACK.requireShape(rightHandSide, rows: order, columns: columns)
        try LAPACK.requireFinite(rightHandSide, columns: columns, of: .rightHandSide)
        var solution = rightHandSide
        guard !solution.isEmpty else { return solution }
        _ = LAPACK.check(
            unsafe LAPACKE_dgetrs(
                LAPACK_ROW_MAJOR, transposed ? LAPACK.transposed : LAPACK.plain, Int32(order), Int32(columns),
                elements, Int32(order), pivots, &solution, Int32(columns)))
        try LAPACK.requireNoOverflow(solution)
        return solution
    }

    /// det A = sign · e^logarithm, where det A itself may be too large or too small for a number.
    public var logDeterminant: (sign: Double, logarithm: Double) {
        var (sign, sum) = (1.0, 0.0)
        for place in 0..<order {
            let pivot = elements[place * (order + 1)]
            if (pivot < 0) != (Int(pivots[place]) != place + 1) { sign = -sign }
            sum += logarithm(abs(pivot))
        }
        return (sign, sum)
    }
}
