import Kernels
import Testing

@Test(arguments: [1, 2, 7, 16, 61], seeds)
func systemsAreSolved(order n: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (a, definite) = (Matrix.random(n, n, &generator), Matrix.definite(n, &generator))
    let b = Matrix.random(n, 3, &generator)

    let cholesky = try CholeskyFactor(of: definite.elements, order: n)
    let l = Matrix(cholesky.elements, n, n)
    expectEqual(l * l.transposed, definite, within: definite.rounding())
    let x = Matrix(try cholesky.solve(b.elements, columns: 3), n, 3)
    expectEqual(definite * x, b, within: definite.rounding() * x.norm + b.rounding())

    let lu = try LUFactor(of: a.elements, order: n)
    let y = Matrix(try lu.solve(b.elements, columns: 3), n, 3)
    expectEqual(a * y, b, within: a.rounding() * y.norm)
    let z = Matrix(try lu.solve(b.elements, columns: 3, transposed: true), n, 3)
    expectEqual(a.transposed * z, b, within: a.transposed.rounding() * z.norm)
    let column = b.transposed.elements.prefix(n)
    let one = try lu.solve(Array(column))
    expectEqual(Matrix(one, n, 1), Matrix(y.transposed.elements.prefix(n).map { $0 }, n, 1), within: y.rounding(1e6))

    for (matrix, triangle) in [(l, TriangularMatrix.Triangle.lower), (l.transposed, .upper)] {
        let t = try TriangularMatrix(matrix.elements, order: n, triangle)
        let straight = Matrix(try t.solve(b.elements, columns: 3), n, 3)
        expectEqual(matrix * straight, b, within: matrix.rounding() * straight.norm)
        let back = Matrix(try t.solve(b.elements, columns: 3, transposed: true), n, 3)
        expectEqual(matrix.transposed * back, b, within: matrix.transposed.rounding() * back.norm)
    }
}

@Test(arguments: [1, 2, 7, 16], seeds)
func determinantsAgree(order n: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let definite = Matrix.definite(n, &generator)
    let cholesky = try CholeskyFactor(of: definite.elements, order: n)
    let lu = try LUFactor(of: definite.elements, order: n)
    #expect(lu.logDeterminant.sign == 1)
    #expect(abs(lu.logDeterminant.logarithm - cholesky.logDeterminant) < 1e-9)
    let eigenvalues = try SymmetricEigendecomposition(of: definite.elements, order: n).eigenvalues
    #expect(abs(eigenvalues.reduce(0) { $0 + logarithm($1) } - cholesky.logDeterminant) < 1e-9)

    // Each exchange of two rows turns the sign.
    var rows = (0..<n).map { row in Array(definite.elements[row * n..<(row + 1) * n]) }
    for place in stride(from: n - 1, to: 0, by: -1) {
        rows.swapAt(place, Int(generator.next() % UInt64(place)))
        let exchanged = try LUFactor(of: rows.flatMap { $0 }, order: n).logDeterminant
        #expect(exchanged.sign == ((n - place) % 2 == 0 ? 1 : -1))
        #expect(abs(exchanged.logarithm - cholesky.logDeterminant) < 1e-9)
    }
}

@Test func determinantsBeyondTheRangeOfNumbersHaveALogarithm() throws {
    let lu = try LUFactor(of: Matrix.diagonal([1e200, -1e200, 1e200]).elements, order: 3)
    #expect(lu.logDeterminant.sign == -1)
    #expect(abs(lu.logDeterminant.logarithm - 600 * logarithm(10)) < 1e-9)
}

@Test func onlyTheTriangleIsRead() throws {
    let factor = try CholeskyFactor(of: [4, .nan, 2, 3], order: 2)
    #expect(factor.elements == [2, 0, 1, Double(2).squareRoot()])
    expectEqual(Matrix(try factor.solve([2, 1]), 2, 1), Matrix([0.5, 0], 2, 1), within: 1e-15)
    #expect(abs(factor.logDeterminant - logarithm(8)) < 1e-15)
    let eigen = try SymmetricEigendecomposition(of: [2, .infinity, 1, 2], order: 2)
    expectEqual(Matrix(eigen.eigenvalues, 1, 2), Matrix([1, 3], 1, 2), within: 1e-14)
    let lower = try TriangularMatrix([2, .nan, 1, 4], order: 2, .lower)
    #expect(lower.elements == [2, 0, 1, 4])
    #expect(try lower.solve([2, 9]) == [1, 2])
    let upper = try TriangularMatrix([2, 1, .nan, 4], order: 2, .upper)
    #expect(upper.elements == [2, 1, 0, 4])
    #expect(try upper.solve([4, 8]) == [1, 2])
}

@Test(arguments: [1, 2, 7, 16], seeds)
func rankOneUpdatesEqualANewFactor(order n: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var matrix = Matrix.definite(n, &generator)
    var updated = try CholeskyFactor(of: matrix.elements, order: n)
    for _ in 0..<50 {
        let vector = Matrix.random(n, 1, &generator)
        matrix = matrix + vector * vector.transposed
        try updated.update(adding: vector.elements)
    }
    let factor = try CholeskyFactor(of: matrix.elements, order: n)
    expectEqual(Matrix(updated.elements, n, n), Matrix(factor.elements, n, n), within: matrix.rounding(64))
    #expect(throws: LinearAlgebraError.notFinite(.matrix, row: n, column: 1)) {
        try updated.update(adding: [Double](repeating: 0, count: n - 1) + [.nan])
    }
    let before = updated
    #expect(throws: LinearAlgebraError.self) {
        for _ in 0..<10 { try updated.update(adding: [Double](repeating: 1.7e308, count: n)) }
    }
    #expect(updated != before)
    #expect(updated.elements.allSatisfy { $0.isFinite })
}
