import Files
import Workflows

/// Turns comma-separated values with a header into series: each column of numbers is one, called `FILE.COLUMN`.
///
/// A column `timestamp` (Unix seconds, or dates in UTC) says when a line was measured; without it lines follow each other
/// every 300 s from moment 0. An empty cell, `-`, `NaN` and `NA` are gaps. A column is one of numbers where at least half
/// of its values are; a cell in it that is none makes its line bad, and the line a gap.
struct SeriesImporter: Importer {
    let format = ImportFormat.series

    private static let missing: Set<String> = ["", "-", "nan", "na", "null"]
    private static let timestamp = "timestamp"

    /// A file whose first line is names, at least two, and whose next lines are numbers.
    static func recognizes(_ bytes: [UInt8]) -> Bool {
        let head = String(decoding: bytes.prefix(1 << 14), as: UTF8.self)
        let lines = head.drop { $0 == "\u{FEFF}" }.split(whereSeparator: \.isNewline)
        guard lines.count >= 2, let header = CSV.cells(of: lines[0]), Set(header).count == header.count,
            header.count > 1, header.allSatisfy({ !$0.isEmpty && Double($0) == nil })
        else { return false }
        // The last line may be cut off.
        return lines[1...min(3, max(lines.count - 2, 1))].allSatisfy { line in
            guard let cells = CSV.cells(of: line), cells.count == header.count else { return false }
            return zip(header, cells).allSatisfy { name, cell in
                Double(cell) != nil || missing.contains(cell.lowercased())
                    || (name == timestamp && calendarMoment(cell) != nil)
            }
        }
    }

    /// A line that has as many cells as the header.
    private struct Row {
        var line: Int
        var cells: [String]
    }

    func read(_ bytes: [UInt8], path: String, options: ImportOptions) throws -> ImportedFile {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InputError("is no text in UTF-8", file: path)
        }
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if let first = lines.first, first.hasPrefix("\u{FEFF}") { lines[0] = first.dropFirst() }
        guard let header = lines.first.flatMap(CSV.cells) else {
            throw NothingToImport(problem: InputError("has no header of column names", file: path, line: 1))
        }
        var file = ImportedFile()
        var rows: [Row] = []
        for (place, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let cells = CSV.cells(of: line)
            if cells?.count != header.count {
                let problem = cells.map { "has \($0.count) columns, the header \(header.count)" } ?? "has an open quote"
                file.problems.append(InputError(problem, file: path, line: place + 1))
            }
            // A line that cannot be read takes its interval too.
            rows.append(Row(line: place + 1, cells: cells?.count == header.count ? cells ?? [] : []))
        }
        let columns = header.indices.filter { column in
            header[column] != Self.timestamp && !options.ignoredColumns.contains(header[column])
                && !header[column].isEmpty
                && Self.isNumeric(rows.lazy.filter { !$0.cells.isEmpty }.map { $0.cells[column] })
        }
        guard !columns.isEmpty else {
            throw NothingToImport(problem: InputError("has no column of numbers", file: path))
        }
        if let twice = header.first(where: { name in header.count { $0 == name } > 1 }) {
            throw InputError("the column stands twice", file: path, line: 1, field: twice)
        }
        let grid = try grid(
            rows, header, columns: columns.count, interval: options.intervalSeconds, path: path,
            problems: &file.problems)
        let values = self.values(rows, columns, header, grid, path: path, problems: &file.problems)
        let stem = runName(of: path)
        file.series = zip(columns, values).map { column, values in
            MetricSeries(
                name: "\(stem).\(header[column])", unit: header[column].hasSuffix("percent") ? "percent" : nil,
                intervalSeconds: grid.interval, startedAt: grid.start, values: values)
        }
        file.problems.sort { ($0.line ?? 0) < ($1.line ?? 0) }
        return file
    }

    private static func isNumeric(_ cells: some Sequence<String>) -> Bool {
        var (numbers, others) = (0, 0)
        for cell in cells where !missing.contains(cell.lowercased()) {
            if Double(cell) != nil { numbers += 1 } else { others += 1 }
        }
        return numbers > 0 && numbers >= others
    }

    private func grid(
        _ rows: [Row], _ header: [String], columns: Int, interval: Double?, path: String,
        problems: inout [InputError]
    ) throws -> SeriesGrid {
        guard let column = header.firstIndex(of: Self.timestamp) else {
            return try SeriesGrid(
                lines: rows.map(\.line), columns: columns, interval: interval ?? 300, path: path)
        }
        let stamps = rows.map { (text: $0.cells.isEmpty ? nil : $0.cells[column], line: $0.line) }
        return try SeriesGrid(stamps, columns: columns, interval: interval, path: path, problems: &problems)
    }

    /// One column of values for each of `columns`; a line with a cell that is no number is a gap in all of them.
    private func values(
        _ rows: [Row], _ columns: [Int], _ header: [String], _ grid: SeriesGrid, path: String,
        problems: inout [InputError]
    ) -> [[Double]] {
        var values = [[Double]](
            repeating: [Double](repeating: .nan, count: grid.count), count: columns.count)
        for (row, place) in zip(rows, grid.places) where !row.cells.isEmpty {
            guard let place else { continue }
            var line = [Double](repeating: .nan, count: columns.count)
            var isGood = true
            for (series, column) in columns.enumerated() {
                let cell = row.cells[column]
                if Self.missing.contains(cell.lowercased()) { continue }
                guard let value = Double(cell), value.isFinite else {
                    problems.append(
                        InputError("\"\(cell)\" is no number", file: path, line: row.line, field: header[column]))
                    isGood = false
                    break
                }
                line[series] = value
            }
            guard isGood else { continue }
            for series in line.indices { values[series][place] = line[series] }
        }
        return values
    }
}
