import Kernels
import Testing

/// Random entries, places may repeat.
private func sparse(
    rows: Int, columns: Int, count: Int, _ generator: inout SeededGenerator
) -> (SparseMatrix, dense: [Float]) {
    let entries = (0..<count).map { _ in
        (row: Int.random(in: 0..<rows, using: &generator), column: Int.random(in: 0..<columns, using: &generator))
    }
    let values = entries.map { _ in generator.normal() }
    var dense = [Float](repeating: 0, count: rows * columns)
    for (entry, value) in zip(entries, values) { dense[entry.row * columns + entry.column] += value }
    return (SparseMatrix(rows: rows, columns: columns, entries: entries, values: values), dense)
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func sparseProductsAreThoseOfTheDenseMatrix(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for (rows, columns, count, width) in [(1, 1, 1, 1), (5, 7, 13, 3), (13, 2, 11, 8), (3, 3, 0, 2), (4, 5, 6, 0)] {
        let (matrix, dense) = sparse(rows: rows, columns: columns, count: count, &generator)
        let x = (0..<columns * width).map { _ in generator.normal() }
        var found = [Float](repeating: 1, count: rows * width)
        do {
            var span = found.mutableSpan
            matrix.addProduct(with: x.span, width: width, into: &span)
        }
        for row in 0..<rows {
            for place in 0..<width {
                let expected = (0..<columns).reduce(Float(1)) { $0 + dense[row * columns + $1] * x[$1 * width + place] }
                #expect(abs(found[row * width + place] - expected) < 1e-5)
            }
        }
        #expect(matrix.transposed().transposed().starts == matrix.starts)
        let transposed = matrix.transposed()
        #expect(transposed.rows == columns && transposed.columns == rows && transposed.values.count == count)
    }
}

@Test func entriesOfARowKeepTheirOrder() {
    let matrix = SparseMatrix(
        rows: 3, columns: 4, entries: [(2, 3), (0, 1), (2, 0), (2, 3)], values: [1, 2, 3, 4])
    #expect(matrix.starts == [0, 1, 1, 4])
    #expect(matrix.places == [1, 3, 0, 3])
    #expect(matrix.values == [2, 1, 3, 4])
    #expect(matrix.transposed().places == [2, 0, 2, 2])
}
