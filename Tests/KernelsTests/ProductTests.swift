import Kernels
import Testing

/// Rows of a matrix with gaps of not-a-number between them, which no product may read.
private struct Sample {
    let layout: MatrixLayout
    var elements: [Float]

    init(rows: Int, columns: Int, gap: Int = 0, isTransposed: Bool = false, _ generator: inout SeededGenerator) {
        layout = MatrixLayout(rows: rows, columns: columns, stride: columns + gap, isTransposed: isTransposed)
        elements = [Float](repeating: .nan, count: rows * (columns + gap))
        for row in 0..<rows {
            for column in 0..<columns { elements[row * layout.stride + column] = generator.normal() }
        }
    }

    /// The element of the matrix that is meant.
    subscript(row: Int, column: Int) -> Double {
        Double(layout.isTransposed ? elements[column * layout.stride + row] : elements[row * layout.stride + column])
    }
}

/// The largest difference between a product and its definition.
private func error(m: Int, n: Int, k: Int, transposedA: Bool, transposedB: Bool, gap: Int, seed: UInt64) -> Double {
    var generator = SeededGenerator(seed: seed)
    let a = Sample(
        rows: transposedA ? k : m, columns: transposedA ? m : k, gap: gap, isTransposed: transposedA, &generator)
    let b = Sample(
        rows: transposedB ? n : k, columns: transposedB ? k : n, gap: gap, isTransposed: transposedB, &generator)
    let before = Sample(rows: m, columns: n, gap: gap, &generator)
    var after = before
    var span = after.elements.mutableSpan
    BLAS.addProduct(a.elements.span, a.layout, b.elements.span, b.layout, into: &span, before.layout, scale: 0.5)
    var largest = 0.0
    for row in 0..<m {
        for column in 0..<n {
            let sum = (0..<k).reduce(0) { $0 + a[row, $1] * b[$1, column] }
            largest = max(largest, abs(after[row, column] - before[row, column] - 0.5 * sum))
        }
    }
    return largest
}

@Test(arguments: [(1, 1, 1), (1, 7, 5), (7, 1, 5), (3, 5, 1), (13, 7, 11), (2, 3, 0), (1, 1, 17)], [false, true])
func productsFollowTheDefinition(size: (m: Int, n: Int, k: Int), transposedA: Bool) {
    for (transposedB, gap) in [(false, 0), (true, 0), (false, 3), (true, 3)] {
        for seed in 1...5 as ClosedRange<UInt64> {
            let found = error(
                m: size.m, n: size.n, k: size.k, transposedA: transposedA, transposedB: transposedB, gap: gap,
                seed: seed)
            #expect(found < 1e-5, "transposed B: \(transposedB), gap \(gap), seed \(seed)")
        }
    }
}

/// Where OpenBLAS has kernels for small matrices, these are made in several parts, the last of which has fewer rows.
@Test(arguments: [(257, 64, 61), (100, 67, 251), (331, 61, 64)], [false, true])
func largeProductsFollowTheDefinition(size: (m: Int, n: Int, k: Int), transposedA: Bool) {
    for (transposedB, gap) in [(false, 3), (true, 3), (false, 0)] {
        let found = error(
            m: size.m, n: size.n, k: size.k, transposedA: transposedA, transposedB: transposedB, gap: gap, seed: 6)
        #expect(found < 1e-4, "transposed B: \(transposedB), gap \(gap)")
    }
}

@Test func productsOfNothingChangeNothing() {
    var c: [Float] = []
    var span = c.mutableSpan
    let empty: [Float] = []
    BLAS.addProduct(
        empty.span, MatrixLayout(rows: 0, columns: 3), [Float](repeating: 1, count: 6).span,
        MatrixLayout(rows: 3, columns: 2), into: &span, MatrixLayout(rows: 0, columns: 2))
    #expect(c.isEmpty)
}

@Test func vectorsAddAndMultiply() {
    let x: [Float] = [1, 2, 3, 4, 5]
    var y: [Float] = [10, 20, 30, 40, 50]
    let dot = BLAS.dot(x.span, y.span)
    #expect(dot == 550)
    var span = y.mutableSpan
    BLAS.add(x.span, scale: -2, into: &span)
    #expect(y == [8, 16, 24, 32, 40])
}

private func norm(_ x: [Float]) -> Float { BLAS.norm(x.span) }

@Test func theNormDoesNotOverflow() {
    #expect(abs(norm([3e30, -4e30]) / 5e30 - 1) < 1e-6)
    #expect(norm([]) == 0)
    #expect(!norm([1, .infinity]).isFinite)
    #expect(!norm([1, .nan]).isFinite)
}

@Test func productsThatDoNotFitAreRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var c = [Float](repeating: 0, count: 8)
        var span = c.mutableSpan
        let a = [Float](repeating: 1, count: 6)
        BLAS.addProduct(
            a.span, MatrixLayout(rows: 2, columns: 3), a.span, MatrixLayout(rows: 2, columns: 3), into: &span,
            MatrixLayout(rows: 2, columns: 3))
    }
    #if DEBUG
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("no product of 2 x 3 and 2 x 3 into 2 x 3"))
    #endif
}
