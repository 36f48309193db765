import Kernels
import Testing

@Test func errorsSayWhichMinorColumnOrElement() throws {
    let notDefinite: [Double] = [1, 0, 0, 0, 1, 2, 0, 2, 1]
    #expect(throws: LinearAlgebraError.notPositiveDefinite(minor: 3)) { try CholeskyFactor(of: notDefinite, order: 3) }
    #expect(throws: LinearAlgebraError.singular(minor: 2)) { try LUFactor(of: [1, 0, 0, 0], order: 2) }
    #expect(throws: LinearAlgebraError.singular(minor: 2)) {
        // Elimination leaves 2.8e-17 of the last pivot.
        try LUFactor(of: [0.1, 0.2, 0.3, 0.6], order: 2)
    }
    #expect(throws: LinearAlgebraError.singular(minor: 1)) { try TriangularMatrix([0, 0, 5, 1], order: 2, .lower) }
    #expect(throws: LinearAlgebraError.dependentColumn(2)) {
        try QRFactor(of: [1, 2, 2, 4, 3, 6], rows: 3, columns: 2).solve([1, 2, 3])
    }
    #expect(throws: LinearAlgebraError.dependentColumn(1)) {
        try QRFactor(of: [0, 1, 0, 2], rows: 2, columns: 2).solve([1, 2])
    }
    #expect(throws: LinearAlgebraError.dependentColumn(3)) {
        try QRFactor(of: [1, 0, 2, 0, 1, 3], rows: 2, columns: 3).solve([1, 2])
    }
}

@Test func elementsThatAreNoNumberAreNamed() throws {
    let matrix: [Double] = [1, 0, 0, 1, .nan, 1]
    let wanted = LinearAlgebraError.notFinite(.matrix, row: 3, column: 1)
    #expect(throws: wanted) { try QRFactor(of: matrix, rows: 3, columns: 2) }
    #expect(throws: wanted) { try SingularValueDecomposition(of: matrix, rows: 3, columns: 2) }
    let square: [Double] = [1, 0, -.infinity, 1]
    let second = LinearAlgebraError.notFinite(.matrix, row: 2, column: 1)
    #expect(throws: second) { try CholeskyFactor(of: square, order: 2) }
    #expect(throws: second) { try LUFactor(of: square, order: 2) }
    #expect(throws: second) { try SymmetricEigendecomposition(of: square, order: 2) }
    #expect(throws: second) { try TriangularMatrix(square, order: 2, .lower) }

    let (identity, b): ([Double], [Double]) = ([1, 0, 0, 1], [1, 2, 3, .infinity])
    let right = LinearAlgebraError.notFinite(.rightHandSide, row: 2, column: 2)
    #expect(throws: right) { try CholeskyFactor(of: identity, order: 2).solve(b, columns: 2) }
    #expect(throws: right) { try LUFactor(of: identity, order: 2).solve(b, columns: 2) }
    #expect(throws: right) { try TriangularMatrix(identity, order: 2, .upper).solve(b, columns: 2) }
    #expect(throws: right) { try QRFactor(of: identity, rows: 2, columns: 2).solve(b, columns: 2) }
    #expect(throws: right) {
        try SingularValueDecomposition(of: identity, rows: 2, columns: 2).solve(b, columns: 2)
    }
}

@Test func resultsTooLargeForANumberAreErrors() throws {
    let tiny = Matrix.diagonal([1, 1e-300]).elements
    let wanted = LinearAlgebraError.overflow
    let b = [1, 1e300]
    #expect(throws: wanted) { try CholeskyFactor(of: tiny, order: 2).solve(b) }
    #expect(throws: wanted) { try LUFactor(of: tiny, order: 2).solve(b) }
    #expect(throws: wanted) { try TriangularMatrix(tiny, order: 2, .upper).solve(b) }
    #expect(throws: wanted) { try QRFactor(of: tiny, rows: 2, columns: 2).solve(b) }
    let svd = try SingularValueDecomposition(of: tiny, rows: 2, columns: 2)
    #expect(throws: wanted) { try svd.solve(b, tolerance: 0) }
    #expect(try svd.solve(b) == [1, 0])
}

@Test(arguments: 2...8, 1...20 as ClosedRange<UInt64>)
func singularMatricesOfWholeNumbersAreRefused(order n: Int, seed: UInt64) throws {
    // One row and one column are sums of others; no rounding is in the elements, only in the elimination.
    var generator = SeededGenerator(seed: seed)
    var a = Matrix((0..<n * n).map { _ in Double(generator.next() % 19) - 9 }, n, n)
    for row in 0..<n { a[row, n - 1] = (0..<n - 1).reduce(0) { $0 + Double($1 % 3 - 1) * a[row, $1] } }
    #expect(throws: LinearAlgebraError.self) { try LUFactor(of: a.elements, order: n) }
    #expect(throws: LinearAlgebraError.self) { try LUFactor(of: a.transposed.elements, order: n) }
    let qr = try QRFactor(of: a.elements, rows: n, columns: n)
    #expect(qr.dependentColumn != nil)
    let svd = try SingularValueDecomposition(of: a.elements, rows: n, columns: n)
    #expect(svd.rank() < n)
}

@Test func theUnitOfAColumnDoesNotMatter() throws {
    // Seconds beside bytes: independent columns, however different their sizes.
    let a: [Double] = [1, 1e-20, 1, 3e-20, 1, 5e-20]
    let x = try QRFactor(of: a, rows: 3, columns: 2).solve([1, 3, 5])
    #expect(abs(x[0]) < 1e-14 && abs(x[1] - 1e20) < 1e6)
    let lu = try LUFactor(of: [1, 0, 0, 1e-200], order: 2)
    #expect(try lu.solve([1, 1e-200]) == [1, 1])
}

@Test func errorsReadAsSentences() {
    #expect(
        "\(LinearAlgebraError.notPositiveDefinite(minor: 3))"
            == "the matrix is not positive definite: its leading minor of order 3 is not")
    #expect(
        "\(LinearAlgebraError.dependentColumn(2))"
            == "column 2 of the matrix is within rounding a combination of those before it")
    #expect(
        "\(LinearAlgebraError.singular(minor: 4))"
            == "the matrix is singular: its leading minor of order 4 is zero within rounding")
    #expect(
        "\(LinearAlgebraError.notFinite(.rightHandSide, row: 2, column: 5))"
            == "the right-hand side holds at row 2, column 5 an element that is not a finite number")
    #expect("\(LinearAlgebraError.overflow)".contains("larger than numbers can be"))
    #expect("\(LinearAlgebraError.noConvergence)".contains("did not converge"))
}

@Test(arguments: [0, 1, 3])
func emptySystemsHaveEmptyAnswers(columns r: Int) throws {
    let cholesky = try CholeskyFactor(of: [], order: 0)
    #expect(try cholesky.solve([], columns: r) == [])
    #expect(cholesky.logDeterminant == 0)
    let lu = try LUFactor(of: [], order: 0)
    #expect(try lu.solve([], columns: r) == [])
    #expect(lu.logDeterminant.sign == 1 && lu.logDeterminant.logarithm == 0)
    #expect(try TriangularMatrix([], order: 0, .upper).solve([], columns: r) == [])
    #expect(try SymmetricEigendecomposition(of: [], order: 0).eigenvalues == [])
    let noColumns = [Double](repeating: 1, count: 4 * r)
    #expect(try QRFactor(of: [], rows: 4, columns: 0).solve(noColumns, columns: r) == [])
    #expect(try SingularValueDecomposition(of: [], rows: 4, columns: 0).solve(noColumns, columns: r) == [])
    // Without equations, nothing determines the first unknown, and the smallest answer is zero.
    #expect(throws: LinearAlgebraError.dependentColumn(1)) {
        try QRFactor(of: [], rows: 0, columns: 2).solve([], columns: r)
    }
    let none = try SingularValueDecomposition(of: [], rows: 0, columns: 2)
    #expect(try none.solve([], columns: r) == [Double](repeating: 0, count: 2 * r))
    #expect(try none.pseudoInverse() == [] && none.rank() == 0 && none.conditionNumber == 1)
}

@Test func emptyRightHandSidesHaveEmptyAnswers() throws {
    let identity: [Double] = [1, 0, 0, 1]
    #expect(try CholeskyFactor(of: identity, order: 2).solve([], columns: 0) == [])
    #expect(try LUFactor(of: identity, order: 2).solve([], columns: 0) == [])
    #expect(try TriangularMatrix(identity, order: 2, .lower).solve([], columns: 0) == [])
    #expect(try QRFactor(of: identity, rows: 2, columns: 2).solve([], columns: 0) == [])
    #expect(try SingularValueDecomposition(of: identity, rows: 2, columns: 2).solve([], columns: 0) == [])
}

@Test func shapesThatDoNotFitStopTheProgramWithTheNumbers() async {
    func expectRefusal(_ text: String, _ result: ExitTest.Result?) {
        #if DEBUG
            let errors = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(errors.contains(text))
        #endif
    }
    expectRefusal(
        "3 x 3 over 4 elements",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = try LUFactor(of: [1, 0, 0, 1], order: 3)
        })
    expectRefusal(
        "no matrix: 2147483648 x 0",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = try QRFactor(of: [], rows: 1 << 31, columns: 0)
        })
    expectRefusal(
        "no matrix: 4611686018427387904 x 4611686018427387904",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = try CholeskyFactor(of: [], order: 1 << 62)
        })
    expectRefusal(
        "no matrix: 2 x 3 over 2 elements",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = try CholeskyFactor(of: [1, 0, 0, 1], order: 2).solve([1, 2], columns: 3)
        })
    expectRefusal(
        "a vector of 1 elements for a matrix of order 2",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var factor = try CholeskyFactor(of: [1, 0, 0, 1], order: 2)
            try factor.update(adding: [1])
        })
    expectRefusal(
        "a tolerance of 1.0",
        await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = try SingularValueDecomposition(of: [1], rows: 1, columns: 1).rank(tolerance: 1)
        })
}
