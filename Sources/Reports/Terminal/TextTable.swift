import Files

/// A table for a terminal: columns aligned, the first ones to the left, figures to the right.
public struct TextTable: Sendable {
    private var rows: [[String]]
    private let texts: Int

    /// A table with these headings, of which the first `texts` are above texts.
    public init(_ columns: [String], texts: Int = 1) {
        rows = [columns]
        self.texts = texts
    }

    /// Adds a row; what would upset a terminal is escaped.
    public mutating func append(_ cells: [String]) {
        precondition(cells.count == rows[0].count, "\(cells.count) cells under \(rows[0].count) headings")
        rows.append(cells.map(\.printableLine))
    }

    /// The table with a rule under its headings.
    public var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column < texts ? cell + space : space + cell
            }
            var text = padded.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text
        }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        return ([line(rows[0]), rule] + rows.dropFirst().map(line)).joined(separator: "\n")
    }
}
