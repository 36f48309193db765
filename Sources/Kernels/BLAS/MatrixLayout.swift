/// How a matrix lies in its storage, row after row.
public struct MatrixLayout: Sendable, Equatable {
    /// Rows as stored.
    public let rows: Int
    /// Columns as stored.
    public let columns: Int
    /// Elements from the start of one row to the start of the next.
    public let stride: Int
    /// Whether the transpose of what is stored is meant.
    public let isTransposed: Bool

    /// A matrix of `rows` by `columns`, whose rows start `stride` elements apart (by default without gaps).
    public init(rows: Int, columns: Int, stride: Int? = nil, isTransposed: Bool = false) {
        let stride = stride ?? columns
        precondition(
            rows >= 0 && columns >= 0 && stride >= columns, "no matrix: \(rows) x \(columns), stride \(stride)")
        self.rows = rows
        self.columns = columns
        self.stride = stride
        self.isTransposed = isTransposed
    }

    /// The same storage, read as its transpose.
    public var transposed: MatrixLayout {
        MatrixLayout(rows: rows, columns: columns, stride: stride, isTransposed: !isTransposed)
    }

    /// Rows of the matrix that is meant.
    var height: Int { isTransposed ? columns : rows }
    /// Columns of the matrix that is meant.
    var width: Int { isTransposed ? rows : columns }
    /// Elements from the first to the last, both included.
    var extent: Int { rows == 0 || columns == 0 ? 0 : (rows - 1) * stride + columns }
}

extension MatrixLayout: CustomStringConvertible {
    /// The shape of the matrix that is meant, such as `2 x 3`.
    public var description: String { "\(height) x \(width)" }
}
