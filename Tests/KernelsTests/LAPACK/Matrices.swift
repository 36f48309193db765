import Kernels
import Testing

/// A matrix of the tests, computed with by plain loops: what LAPACK's answers are held against.
struct Matrix: Equatable {
    var rows: Int
    var columns: Int
    var elements: [Double]

    init(_ elements: [Double], _ rows: Int, _ columns: Int) {
        precondition(elements.count == rows * columns)
        (self.rows, self.columns, self.elements) = (rows, columns, elements)
    }

    /// Independent normal elements.
    static func random(_ rows: Int, _ columns: Int, _ generator: inout SeededGenerator) -> Matrix {
        Matrix((0..<rows * columns).map { _ in Double(generator.normal()) }, rows, columns)
    }

    /// B Bᵀ + I for a random B: symmetric positive definite.
    static func definite(_ order: Int, _ generator: inout SeededGenerator) -> Matrix {
        let root = random(order, order, &generator)
        return root * root.transposed + identity(order)
    }

    static func identity(_ order: Int) -> Matrix { diagonal([Double](repeating: 1, count: order)) }

    static func diagonal(_ values: [Double]) -> Matrix {
        var matrix = Matrix([Double](repeating: 0, count: values.count * values.count), values.count, values.count)
        for (place, value) in values.enumerated() { matrix[place, place] = value }
        return matrix
    }

    /// The matrix of Hilbert, 1 / (i + j + 1): positive definite, and for an order of 12 singular to double precision.
    static func hilbert(_ order: Int) -> Matrix {
        Matrix((0..<order * order).map { 1 / Double($0 / order + $0 % order + 1) }, order, order)
    }

    subscript(row: Int, column: Int) -> Double {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    var transposed: Matrix {
        Matrix((0..<columns).flatMap { column in (0..<rows).map { self[$0, column] } }, columns, rows)
    }

    /// The largest sum of magnitudes of a row.
    var norm: Double {
        (0..<rows).map { row in (0..<columns).reduce(0) { $0 + abs(self[row, $1]) } }.max() ?? 0
    }

    static func * (a: Matrix, b: Matrix) -> Matrix {
        precondition(a.columns == b.rows)
        var product = Matrix([Double](repeating: 0, count: a.rows * b.columns), a.rows, b.columns)
        for i in 0..<a.rows {
            for j in 0..<b.columns {
                for k in 0..<a.columns { product[i, j] += a[i, k] * b[k, j] }
            }
        }
        return product
    }

    static func + (a: Matrix, b: Matrix) -> Matrix {
        precondition(a.rows == b.rows && a.columns == b.columns)
        return Matrix(zip(a.elements, b.elements).map(+), a.rows, a.columns)
    }

    static func - (a: Matrix, b: Matrix) -> Matrix {
        precondition(a.rows == b.rows && a.columns == b.columns)
        return Matrix(zip(a.elements, b.elements).map(-), a.rows, a.columns)
    }

    /// What rounding may leave of a matrix of this norm: a few times its size times ε.
    func rounding(_ factor: Double = 8) -> Double { factor * Double(max(rows, columns, 1)) * .ulpOfOne * norm }
}

/// That `a` and `b` are of one shape and differ by no more than `tolerance`, in the norm of rows.
func expectEqual(
    _ a: Matrix, _ b: Matrix, within tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation
) {
    let difference = (a - b).norm
    #expect(difference <= tolerance, "differs by \(difference)", sourceLocation: sourceLocation)
}

let seeds: ClosedRange<UInt64> = 1...5
