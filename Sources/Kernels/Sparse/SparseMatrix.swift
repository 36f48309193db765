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
        let starts = starts.span
        let places = places.span
        let values = values.span
        for row in 0..<rows {
            var sums = y._mutatingExtracting(row * width..<(row + 1) * width)
            var place = Int(starts[row])
            let end = Int(starts[row + 1])
            while place + 2 < end {
                Self.add(
                    values[place], x.extracting(Self.elements(ofRow: places[place], width)), values[place + 1],
                    x.extracting(Self.elements(ofRow: places[place + 1], width)), values[place + 2],
                    x.extracting(Self.elements(ofRow: places[place + 2], width)), into: &sums)
                place += 3
            }
            while place < end {
                let value = values[place]
                Elementwise.update(&sums, with: x.extracting(Self.elements(ofRow: places[place], width))) {
                    $0 + value * $1
                }
                place += 1
            }
        }
    }

    /// The elements of a row of x [n, w].
    @inline(__always)
    private static func elements(ofRow place: Int32, _ width: Int) -> Range<Int> {
        Int(place) * width..<(Int(place) + 1) * width
    }

    /// `y ← y + a u + b v + c w`: three entries in one pass over the sums.
    @inline(__always)
    private static func add(
        _ a: Float, _ u: Span<Float>, _ b: Float, _ v: Span<Float>, _ c: Float, _ w: Span<Float>,
        into y: inout MutableSpan<Float>
    ) {
        let count = y.count
        precondition(u.count == count && v.count == count && w.count == count, "rows of \(count)")
        for index in 0..<count { y[index] = ((y[index] + a * u[index]) + b * v[index]) + c * w[index] }
    }
}
