import Kernels
import Testing

/// Long, wide, square, with one row or column, and without any.
private let shapes = [
    (1, 1), (5, 2), (2, 5), (7, 7), (23, 3), (3, 23), (1, 6), (6, 1), (40, 31), (0, 3), (3, 0), (0, 0),
]

@Test(arguments: shapes, seeds)
func orthogonalFactorsMultiplyBack(size: (m: Int, n: Int), seed: UInt64) throws {
    let (m, n, k) = (size.m, size.n, min(size.m, size.n))
    var generator = SeededGenerator(seed: seed)
    let a = Matrix.random(m, n, &generator)
    let factor = try QRFactor(of: a.elements, rows: m, columns: n)
    let (q, r) = (Matrix(factor.q, m, k), Matrix(factor.r, k, n))
    expectEqual(q * r, a, within: a.rounding())
    expectEqual(q.transposed * q, .identity(k), within: 8 * Double(max(m, 1)) * .ulpOfOne)
    for row in 0..<k { #expect((0..<row).allSatisfy { r[row, $0] == 0 }) }

    let b = Matrix.random(m, 2, &generator)
    let applied = Matrix(try factor.applyTransposedQ(to: b.elements, columns: 2), m, 2)
    let top = Matrix(Array(applied.elements.prefix(k * 2)), k, 2)
    expectEqual(top, q.transposed * b, within: 8 * b.rounding())
    // Nothing of B is lost: its length stays.
    let lengths = [b, applied].map { $0.elements.reduce(0) { $0 + $1 * $1 } }
    #expect(abs(lengths[0] - lengths[1]) <= 1e-12 * lengths[0])
}

@Test(arguments: shapes, seeds)
func singularValuesMultiplyBack(size: (m: Int, n: Int), seed: UInt64) throws {
    let (m, n, k) = (size.m, size.n, min(size.m, size.n))
    var generator = SeededGenerator(seed: seed)
    let a = Matrix.random(m, n, &generator)
    let svd = try SingularValueDecomposition(of: a.elements, rows: m, columns: n)
    let (u, v) = (Matrix(svd.u, m, k), Matrix(svd.vTransposed, k, n).transposed)
    expectEqual(u * .diagonal(svd.singularValues) * v.transposed, a, within: a.rounding(16))
    expectEqual(u.transposed * u, .identity(k), within: 16 * Double(max(m, n, 1)) * .ulpOfOne)
    expectEqual(v.transposed * v, .identity(k), within: 16 * Double(max(m, n, 1)) * .ulpOfOne)
    #expect(svd.singularValues == svd.singularValues.sorted(by: >))
    #expect(svd.singularValues.allSatisfy { $0 >= 0 })
    #expect(svd.rank() == k)
    #expect(svd.conditionNumber >= 1)

    // The four equations of Penrose.
    let inverse = Matrix(try svd.pseudoInverse(), n, m)
    let tolerance = 16 * Double(max(m, n, 1)) * .ulpOfOne * svd.conditionNumber * Double(max(k, 1))
    expectEqual(a * inverse * a, a, within: tolerance * a.norm)
    expectEqual(inverse * a * inverse, inverse, within: tolerance * inverse.norm)
    expectEqual((a * inverse).transposed, a * inverse, within: tolerance)
    expectEqual((inverse * a).transposed, inverse * a, within: tolerance)
}

@Test(arguments: [1, 2, 7, 30], seeds)
func eigenvectorsAreTurnedIntoThemselves(order n: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let root = Matrix.random(n, n, &generator)
    let a = root + root.transposed
    let eigen = try SymmetricEigendecomposition(of: a.elements, order: n)
    let v = Matrix(eigen.eigenvectors, n, n)
    expectEqual(a * v, v * .diagonal(eigen.eigenvalues), within: a.rounding(16))
    expectEqual(v.transposed * v, .identity(n), within: 16 * Double(n) * .ulpOfOne)
    #expect(eigen.eigenvalues == eigen.eigenvalues.sorted())
    #expect(eigen.eigenvector(n - 1) == v.transposed.elements.suffix(n).map { $0 })
    // Their magnitudes are the singular values.
    let svd = try SingularValueDecomposition(of: a.elements, rows: n, columns: n)
    let magnitudes = eigen.eigenvalues.map { abs($0) }.sorted(by: >)
    expectEqual(Matrix(magnitudes, 1, n), Matrix(svd.singularValues, 1, n), within: a.rounding(16))
}

@Test(arguments: [(1, 1), (5, 2), (7, 7), (23, 3), (60, 20)], seeds)
func leastSquaresLeaveAnOrthogonalRest(size: (m: Int, n: Int), seed: UInt64) throws {
    let (m, n) = size
    var generator = SeededGenerator(seed: seed)
    let (a, b) = (Matrix.random(m, n, &generator), Matrix.random(m, 2, &generator))
    let x = Matrix(try QRFactor(of: a.elements, rows: m, columns: n).solve(b.elements, columns: 2), n, 2)
    let rest = a.transposed * (b - a * x)
    #expect(rest.norm <= 16 * Double(m) * .ulpOfOne * a.transposed.norm * (b.norm + a.norm * x.norm))
    let svd = try SingularValueDecomposition(of: a.elements, rows: m, columns: n)
    let y = Matrix(try svd.solve(b.elements, columns: 2), n, 2)
    expectEqual(x, y, within: 1e-13 * svd.conditionNumber * svd.conditionNumber * Double(m))
}

@Test(arguments: [(4, 6, 2), (6, 4, 2), (9, 9, 5), (5, 5, 0), (3, 8, 3)], seeds)
func ofManySolutionsTheSmallestIsFound(size: (m: Int, n: Int, rank: Int), seed: UInt64) throws {
    let (m, n, rank) = size
    var generator = SeededGenerator(seed: seed)
    let a = Matrix.random(m, rank, &generator) * Matrix.random(rank, n, &generator)
    let b = Matrix.random(m, 1, &generator)
    let svd = try SingularValueDecomposition(of: a.elements, rows: m, columns: n)
    #expect(svd.rank() == rank)
    #expect(svd.rank(tolerance: 0.999_999) <= 1)
    #expect(svd.conditionNumber > 1e14 || rank == min(m, n))
    let x = Matrix(try svd.solve(b.elements), n, 1)
    let scale = 1e-11 * (1 + x.norm)
    #expect((a.transposed * (b - a * x)).norm <= scale * max(1, a.norm))
    // It has no part in the directions that A does not see, and is what the pseudo-inverse gives.
    let v = Matrix(Array(svd.vTransposed.prefix(rank * n)), rank, n)
    expectEqual(v.transposed * (v * x), x, within: scale)
    expectEqual(Matrix(try svd.pseudoInverse(), n, m) * b, x, within: scale)
    if rank < n {
        let qr = try QRFactor(of: a.elements, rows: m, columns: n)
        #expect(qr.dependentColumn == rank + 1)
        #expect(throws: LinearAlgebraError.dependentColumn(rank + 1)) { try qr.solve(b.elements) }
    }
}
