import COpenBLAS

/// T [n, n], lower or upper triangular, without a zero on its diagonal.
///
/// ```swift
/// let t = try TriangularMatrix([2, 0, 1, 4], order: 2, .lower)
/// let x = try t.solve([2, 9])        // [1, 2]
/// ```
public struct TriangularMatrix: Sendable, Equatable {
    /// Which half of a matrix, its diagonal included.
    public enum Triangle: Sendable {
        /// On and under the diagonal.
        case lower
        /// On and above the diagonal.
        case upper
    }

    /// n, the rows and columns of T.
    public let order: Int
    /// Which half it is.
    public let triangle: Triangle
    /// T [n, n], row-major, with zeros in the other half.
    public let elements: [Double]

    /// The half `triangle` of a matrix [n, n]; the other half is not read.
    ///
    /// - Throws: `LinearAlgebraError` with the minor whose diagonal element is zero, or the element that is not finite.
    public init(_ matrix: [Double], order: Int, _ triangle: Triangle) throws(LinearAlgebraError) {
        LAPACK.requireShape(matrix, rows: order, columns: order)
        try LAPACK.requireFinite(matrix, order: order, triangle)
        if let zero = (0..<order).first(where: { matrix[$0 * (order + 1)] == 0 }) { throw .singular(minor: zero + 1) }
        self.init(checked: matrix, order: order, triangle)
    }

    /// The half of a matrix that is known to be finite, with no zero on the diagonal.
    init(checked matrix: [Double], order: Int, _ triangle: Triangle) {
        var elements = matrix
        for row in 0..<order {
            for column in triangle == .lower ? row + 1..<max(order, row + 1) : 0..<row {
                elements[row * order + column] = 0
            }
        }
        self.order = order
        self.triangle = triangle
        self.elements = elements
    }

    /// X [n, r] with T X = B, or Tᵀ X = B, for B [n, r], by substitution (`dtrsm`, the core of `dtrtrs`).
    ///
    /// - Throws: `LinearAlgebraError` with the element of B that is not finite, or where the result is too large.
    public func solve(
        _ rightHandSide: [Double], columns: Int = 1, transposed: Bool = false
    ) throws(LinearAlgebraError) -> [Double] {
        LAPACK.requireShape(rightHandSide, rows: order, columns: columns)
        try LAPACK.requireFinite(rightHandSide, columns: columns, of: .rightHandSide)
        var solution = rightHandSide
        guard !solution.isEmpty else { return solution }
        _ = BLAS.start
        unsafe cblas_dtrsm(
            CblasRowMajor, CblasLeft, triangle == .lower ? CblasLower : CblasUpper,
            transposed ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(order), Int32(columns), 1, elements,
            Int32(order), &solution, Int32(columns))
        try LAPACK.requireNoOverflow(solution)
        return solution
    }
}
