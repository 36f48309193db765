import Kernels
import Testing

/// A X for A [m, n] and X [n, r].
private func product(_ a: [Double], _ x: [Double], m: Int, n: Int, r: Int) -> [Double] {
    var result = [Double](repeating: 0, count: m * r)
    for i in 0..<m {
        for j in 0..<r {
            for k in 0..<n { result[i * r + j] += a[i * n + k] * x[k * r + j] }
        }
    }
    return result
}

private func transposed(_ a: [Double], m: Int, n: Int) -> [Double] {
    (0..<n).flatMap { column in (0..<m).map { a[$0 * n + column] } }
}

private func distance(_ a: [Double], _ b: [Double]) -> Double {
    #expect(a.count == b.count)
    return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

private func random(_ count: Int, _ generator: inout SeededGenerator) -> [Double] {
    (0..<count).map { _ in Double(generator.normal()) }
}

@Test(arguments: [1, 2, 7, 16], 1...5 as ClosedRange<UInt64>)
func systemsAreSolved(order n: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let root = random(n * n, &generator)
    var definite = product(root, transposed(root, m: n, n: n), m: n, n: n, r: n)
    for place in 0..<n { definite[place * (n + 1)] += 1 }
    let b = random(n * 3, &generator)

    let factor = try CholeskyFactor(of: definite, order: n)
    #expect(distance(product(definite, factor.solve(b), m: n, n: n, r: 3), b) < 1e-9)
    let lower = factor.elements
    #expect(distance(product(lower, transposed(lower, m: n, n: n), m: n, n: n, r: n), definite) < 1e-9)
    var x = b
    try LAPACK.solvePositiveDefinite(definite, &x, n: n)
    #expect(x == factor.solve(b))

    var indefinite = definite
    for place in 0..<n where place % 2 == 1 { indefinite[place * (n + 1)] *= -1 }
    var y = b
    try LAPACK.solveSymmetric(indefinite, &y, n: n)
    #expect(distance(product(indefinite, y, m: n, n: n, r: 3), b) < 1e-8)
}

@Test func onlyTheLowerTriangleIsRead() throws {
    var x: [Double] = [2, 1]
    try LAPACK.solvePositiveDefinite([4, 99, 2, 3], &x, n: 2)
    #expect(distance(x, [0.5, 0]) < 1e-12)
    x = [2, 1]
    try LAPACK.solveSymmetric([4, 99, 2, 3], &x, n: 2)
    #expect(distance(x, [0.5, 0]) < 1e-12)
    let factor = try CholeskyFactor(of: [4, 99, 2, 3], order: 2)
    #expect(abs(factor.logDeterminant - 2.079_441_541_679_836) < 1e-12)
}

@Test(arguments: [(1, 1), (5, 2), (7, 7), (23, 3)], 1...5 as ClosedRange<UInt64>)
func leastSquaresLeaveAnOrthogonalRest(size: (m: Int, n: Int), seed: UInt64) throws {
    let (m, n) = size
    var generator = SeededGenerator(seed: seed)
    let (a, b) = (random(m * n, &generator), random(m * 2, &generator))
    let x = try LAPACK.leastSquares(a, b, rows: m, columns: n)
    #expect(x.count == n * 2)
    let rest = zip(b, product(a, x, m: m, n: n, r: 2)).map { $0 - $1 }
    let byColumn = product(transposed(a, m: m, n: n), rest, m: n, n: m, r: 2)
    #expect((byColumn.map { abs($0) }.max() ?? 0) < 1e-9)
}

@Test(arguments: [(1, 1), (5, 2), (7, 7)])
func orthogonalFactorsMultiplyBack(size: (m: Int, n: Int)) throws {
    let (m, n) = size
    var generator = SeededGenerator(seed: 4)
    let a = random(m * n, &generator)
    let (q, r) = try LAPACK.orthogonalFactor(a, rows: m, columns: n)
    #expect(distance(product(q, r, m: m, n: n, r: n), a) < 1e-12)
    let identity = (0..<n * n).map { $0 % (n + 1) == 0 ? 1.0 : 0 }
    #expect(distance(product(transposed(q, m: m, n: n), q, m: n, n: m, r: n), identity) < 1e-12)
}

@Test func errorsSayWhichMinorColumnOrElement() {
    var b: [Double] = [1, 1, 1]
    let notDefinite: [Double] = [1, 0, 0, 0, 1, 2, 0, 2, 1]
    #expect(throws: LinearAlgebraError.notPositiveDefinite(minor: 3)) {
        try LAPACK.solvePositiveDefinite(notDefinite, &b, n: 3)
    }
    #expect(throws: LinearAlgebraError.singular(minor: 2)) {
        var right: [Double] = [1, 1]
        try LAPACK.solveSymmetric([1, 0, 0, 0], &right, n: 2)
    }
    #expect(throws: LinearAlgebraError.dependentColumn(2)) {
        try LAPACK.leastSquares([1, 2, 2, 4, 3, 6], [1, 2, 3], rows: 3, columns: 2)
    }
    #expect(throws: LinearAlgebraError.notFinite(index: 2)) {
        try CholeskyFactor(of: [1, 0, .nan, 1], order: 2)
    }
    #expect(throws: LinearAlgebraError.notFinite(index: 1)) {
        var right: [Double] = [1, .infinity]
        try LAPACK.solvePositiveDefinite([1, 0, 0, 1], &right, n: 2)
    }
    #expect(
        "\(LinearAlgebraError.notPositiveDefinite(minor: 3))"
            == "the matrix is not positive definite: its leading minor of order 3 is not")
}
