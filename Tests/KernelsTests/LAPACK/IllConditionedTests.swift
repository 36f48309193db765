import Kernels
import TestSupport
import Testing

/// What Python says of the matrix of Hilbert: the solution for a right-hand side of ones in exact fractions, and what
/// numpy's own calls of LAPACK give.
private func answers(order n: Int) throws -> (solution: [Double], singular: [Double], eigen: [Double], rank: Int) {
    let result = try runPython(
        """
        import sys, numpy as np
        from fractions import Fraction
        n = int(sys.argv[1])
        h = np.array([[1.0 / (i + j + 1) for j in range(n)] for i in range(n)])
        rows = [[Fraction(float(x)) for x in row] + [Fraction(1)] for row in h]
        for k in range(n):
            for i in range(n):
                if i != k:
                    f = rows[i][k] / rows[k][k]
                    rows[i] = [a - f * b for a, b in zip(rows[i], rows[k])]
        print(*[float(rows[k][n] / rows[k][k]) for k in range(n)])
        print(*[float(x) for x in np.linalg.svd(h, compute_uv=False)])
        print(*[float(x) for x in np.linalg.eigvalsh(h)])
        print(np.linalg.matrix_rank(h))
        """, ["\(n)"])
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
    try #require(lines.count == 4 && lines.prefix(3).allSatisfy { $0.count == n })
    return (lines[0], lines[1], lines[2], Int(lines[3][0]))
}

@Test(.enabled(if: python != nil), arguments: [1, 3, 6, 8, 10])
func hilbertSystemsAreSolvedAsFarAsTheirConditionAllows(order n: Int) throws {
    let h = Matrix.hilbert(n).elements
    let python = try answers(order: n)
    let svd = try SingularValueDecomposition(of: h, rows: n, columns: n)
    let eigen = try SymmetricEigendecomposition(of: h, order: n)
    let rounding = 8 * Double(n) * Double.ulpOfOne
    for (ours, theirs) in zip(svd.singularValues, python.singular) { #expect(abs(ours - theirs) <= rounding * 2) }
    for (ours, theirs) in zip(eigen.eigenvalues, python.eigen) { #expect(abs(ours - theirs) <= rounding * 2) }
    #expect(svd.rank() == python.rank)
    // Its condition is known: 524 for 3, 1.6e13 for 10.
    if n == 3 { #expect(abs(svd.conditionNumber - 524.06) < 0.01) }

    let ones = [Double](repeating: 1, count: n)
    let size = python.solution.map { abs($0) }.max() ?? 0
    let solutions = try [
        "Cholesky": CholeskyFactor(of: h, order: n).solve(ones), "LU": LUFactor(of: h, order: n).solve(ones),
        "QR": QRFactor(of: h, rows: n, columns: n).solve(ones), "SVD": svd.solve(ones),
    ]
    for (name, solution) in solutions {
        let error = zip(solution, python.solution).map { abs($0 - $1) }.max() ?? 0
        #expect(error <= rounding * svd.conditionNumber * size, "\(name): \(error / size) at order \(n)")
    }
}

@Test(arguments: [14, 20])
func hilbertMatricesBeyondRoundingAreRefused(order n: Int) throws {
    let h = Matrix.hilbert(n).elements
    let ones = [Double](repeating: 1, count: n)
    let svd = try SingularValueDecomposition(of: h, rows: n, columns: n)
    #expect((9..<n).contains(svd.rank()) && svd.conditionNumber > 1e16)
    let qr = try QRFactor(of: h, rows: n, columns: n)
    let column = try #require(qr.dependentColumn)
    #expect((9...n).contains(column))
    #expect(throws: LinearAlgebraError.dependentColumn(column)) { try qr.solve(ones) }
    // The smallest of all solutions still satisfies the equations.
    let x = Matrix(try svd.solve(ones), n, 1)
    expectEqual(.hilbert(n) * x, Matrix(ones, n, 1), within: 1e-4)
}
