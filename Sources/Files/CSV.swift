/// Lines of comma-separated values by RFC 4180.
public struct CSV: Sendable {
    /// The text so far.
    public private(set) var text = ""

    /// A table with these columns.
    public init(columns: [String]) {
        append(columns)
    }

    /// Adds a line; a cell with a comma, a quote or a line break is put in quotes.
    public mutating func append(_ cells: [String]) {
        for (place, cell) in cells.enumerated() {
            if place > 0 { text += "," }
            let needsQuotes = cell.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
            text += needsQuotes ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
        }
        text += "\n"
    }

    /// The shortest text that reads back as `value`; empty for one that is absent or not finite.
    public static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return JSONValue.text(of: value)
    }
}
