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

    /// The cells of a line, without the quotes around them; nil where a quote is not closed.
    public static func cells(of line: Substring) -> [String]? {
        guard line.utf8.contains(0x22) else {
            return line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        var (cells, cell, isQuoted, closed) = ([String](), "", false, false)
        for character in line {
            switch character {
            case "\"" where isQuoted: (isQuoted, closed) = (false, true)
            // Two in a row stand for one within quotes.
            case "\"" where closed: (isQuoted, closed, cell) = (true, false, cell + "\"")
            case "\"" where cell.isEmpty: isQuoted = true
            case "," where !isQuoted:
                cells.append(cell)
                (cell, closed) = ("", false)
            default: cell.append(character)
            }
        }
        return isQuoted ? nil : cells + [cell]
    }
}
