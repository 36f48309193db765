/// A matrix [m, n] of which few elements are not zero, in compressed rows (CSR): for each row the columns and values of
/// its entries, in a fixed order. A place may occur more than once; its entries add up.
public struct SparseMatrix: Sendable, Equatable {
    /// m
    public let rows: Int
    /// n
    public let columns: Int
    /// Where each row's entries begin, and behind them their number: m + 1 elements.
    public let starts: [Int32]
    /// The column of each entry.
    public let places: [Int32]
    /// The value of each entry.
    public let values: [Float]

    /// The matrix with `values` at the given rows and columns; entries of one row keep their order.
    ///
    /// - Complexity: linear in rows and entries.
    public init(rows: Int, columns: Int, entries: [(row: Int, column: Int)], values: [Float]) {
        precondition(
            rows >= 0 && columns >= 0 && max(rows, columns, entries.count) <= Int32.max
                && values.count == entries.count,
            "no sparse matrix [\(rows), \(columns)] of \(entries.count) places and \(values.count) values")
        var starts = [Int32](repeating: 0, count: rows + 1)
        for (row, column) in entries {
            precondition(
                row >= 0 && row < rows && column >= 0 && column < columns,
                "an entry at [\(row), \(column)] of a matrix [\(rows), \(columns)]")
            starts[row + 1] += 1
        }
        for row in 0..<rows { starts[row + 1] += starts[row] }
        var next = starts
        var places = [Int32](repeating: 0, count: entries.count)
        var ordered = [Float](repeating: 0, count: entries.count)
        for (entry, value) in zip(entries, values) {
            let place = Int(next[entry.row])
            next[entry.row] += 1
            places[place] = Int32(entry.column)
            ordered[place] = value
        }
        self.rows = rows
        self.columns = columns
        self.starts = starts
        self.places = places
        self.values = ordered
    }

    /// The transpose [n, m].
    public func transposed() -> SparseMatrix {
        var entries: [(row: Int, column: Int)] = []
        entries.reserveCapacity(places.count)
        for row in 0..<rows {
            for place in Int(starts[row])..<Int(starts[row + 1]) { entries.append((Int(places[place]), row)) }
        }
        return SparseMatrix(rows: columns, columns: rows, entries: entries, values: values)
    }

    /// `Y ← Y + A X` for X [n, w] and Y [m, w], both row-major.
    public func addProduct(with x: Span<Float>, width: Int, into y: inout MutableSpan<Float>) {
        precondition(
            x.count == columns * width && y.count == rows * width,
            "no product of a sparse matrix [\(rows), \(columns)] with \(x.count) elements in rows of \(width) into \(y.count)"
        )
        let (starts, places, values) = (starts.span, places.span, values.span)
        for row in 0..<rows {
            var sums = y._mutatingExtracting(row * width..<(row + 1) * width)
            for place in Int(starts[row])..<Int(starts[row + 1]) {
                let (value, start) = (values[place], Int(places[place]) * width)
                Elementwise.update(&sums, with: x.extracting(start..<start + width)) { $0 + value * $1 }
            }
        }
    }
}
