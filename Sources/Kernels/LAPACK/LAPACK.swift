import COpenBLAS

/// What the factorisations of this folder share.
///
/// All work in double precision on one thread. Matrices are row-major arrays without gaps, and each is given with its
/// rows and columns, so that a matrix without elements still has a shape.
enum LAPACK {
    static let lower = CChar(UInt8(ascii: "L"))
    static let transposed = CChar(UInt8(ascii: "T"))
    static let plain = CChar(UInt8(ascii: "N"))
    static let left = CChar(UInt8(ascii: "L"))
    static let vectors = CChar(UInt8(ascii: "V"))
    static let thin = CChar(UInt8(ascii: "S"))

    /// A shape that does not fit its elements, or that LAPACK's 32-bit numbers cannot hold, is the programmer's mistake.
    static func requireShape(_ elements: [Double], rows: Int, columns: Int) {
        precondition(
            rows >= 0 && columns >= 0 && rows <= Int32.max && columns <= Int32.max
                && elements.count == rows * columns,
            "no matrix: \(rows) x \(columns) over \(elements.count) elements; \(Int32.max) is the limit of a side")
    }

    /// Workspaces are counted in 32 bits as well, which limits the decompositions that need a square one.
    static func requireWorkspace(_ elements: Int, rows: Int, columns: Int) {
        precondition(
            elements <= Int32.max,
            "a matrix of \(rows) x \(columns) needs a workspace of \(elements) elements; \(Int32.max) is the limit")
    }

    /// An element that is no finite number is an error: LAPACK would answer with nonsense or never return.
    static func requireFinite(
        _ elements: [Double], columns: Int, of operand: LinearAlgebraError.Operand
    ) throws(LinearAlgebraError) {
        guard let place = elements.firstIndex(where: { !$0.isFinite }) else { return }
        throw .notFinite(operand, row: place / columns + 1, column: place % columns + 1)
    }

    /// The same for the matrix of which only one triangle, with its diagonal, is read.
    static func requireFinite(
        _ elements: [Double], order: Int, _ triangle: TriangularMatrix.Triangle
    ) throws(LinearAlgebraError) {
        for row in 0..<order {
            for column in triangle == .lower ? 0..<row + 1 : row..<order
            where !elements[row * order + column].isFinite {
                throw .notFinite(.matrix, row: row + 1, column: column + 1)
            }
        }
    }

    /// A result that came out as infinite, or as no number after that, from finite input.
    static func requireNoOverflow(_ result: [Double]) throws(LinearAlgebraError) {
        guard result.allSatisfy({ $0.isFinite }) else { throw .overflow }
    }

    /// What a routine says of its arguments and its memory; shapes are checked before, so that only memory can lack.
    static func check(_ status: Int32) -> Int {
        precondition(status >= 0, "LAPACK stopped with status \(status)")
        return Int(status)
    }

    /// op(A) B [·, r], for A [m, n] and B [·, r], where op is the transpose or nothing (`dgemm`).
    static func product(
        _ a: [Double], rows m: Int, columns n: Int, transposed: Bool = false, _ b: [Double], columns r: Int
    ) -> [Double] {
        let (height, inner) = transposed ? (n, m) : (m, n)
        var result = [Double](repeating: 0, count: height * r)
        guard height > 0, inner > 0, r > 0 else { return result }
        _ = BLAS.start
        unsafe cblas_dgemm(
            CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, Int32(height), Int32(r), Int32(inner),
            1, a, Int32(n), b, Int32(r), 0, &result, Int32(r))
        return result
    }
}
