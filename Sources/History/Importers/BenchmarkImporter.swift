import Files
import Workflows

/// Reads what a benchmark measured on each kind of node: a table, separated by tabs or commas, of one column that names
/// the kind of node and otherwise numbers alone.
struct BenchmarkImporter: Importer {
    let format = ImportFormat.benchmarks

    /// Columns that name a node or a kind of node.
    private static let keys: Set<String> = ["node", "node_type", "machine", "machine_type", "instance_type"]

    static func recognizes(_ bytes: [UInt8]) -> Bool {
        let header = String(decoding: bytes.prefix { $0 != 0x0A }.prefix(1 << 14), as: UTF8.self)
        let columns = cells(header[...])
        guard columns.count >= 2, columns.count(where: { keys.contains($0) }) == 1, !columns.contains("task_id"),
            let table = try? Table(bytes, path: "")
        else { return false }
        return !table.rows.isEmpty && table.rows.allSatisfy { $0.values.allSatisfy { $0 != nil } }
            && Set(table.rows.map(\.machine)).count == table.rows.count
    }

    func read(_ bytes: [UInt8], path: String, options: ImportOptions) throws -> ImportedFile {
        let table = try Table(bytes, path: path)
        var file = ImportedFile()
        var seen: Set<String> = []
        for row in table.rows {
            guard seen.insert(row.machine).inserted else {
                file.problems.append(
                    InputError("\(row.machine) stands twice", file: path, line: row.line, field: table.key))
                continue
            }
            for (name, value) in zip(table.names, row.values) where !options.ignoredColumns.contains(name) {
                guard let value, value.isFinite, value >= 0 else {
                    file.problems.append(
                        InputError("is no number from 0 on", file: path, line: row.line, field: name))
                    continue
                }
                file.benchmarks.append(
                    MachineBenchmark(key: table.key, machine: row.machine, name: name, value: value))
            }
        }
        return file
    }

    private static func cells(_ line: Substring) -> [String] {
        let separator: Character = line.contains("\t") ? "\t" : ","
        let kept = line.last == "\r" ? line.dropLast() : line
        return kept.split(separator: separator, omittingEmptySubsequences: false).map { cell in
            var text = cell.drop { $0 == " " || $0 == "\u{FEFF}" }
            while text.last == " " { text.removeLast() }
            return String(text)
        }
    }

    /// The cells, without belief in them.
    private struct Table {
        struct Row {
            var line: Int
            var machine: String
            var values: [Double?]
        }

        var key: String
        var names: [String]
        var rows: [Row] = []

        init(_ bytes: [UInt8], path: String) throws {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw InputError("is no text in UTF-8", file: path)
            }
            // A line that ends in "\r\n" ends in one Character.
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            let header = cells(lines.first ?? "")
            guard let place = header.firstIndex(where: keys.contains) else {
                throw InputError(
                    "names no machine: there is no column \(keys.sorted().joined(separator: ", "))", file: path, line: 1
                )
            }
            key = header[place]
            names = header.indices.filter { $0 != place }.map { header[$0] }
            guard Set(header).count == header.count else {
                throw InputError("a column stands twice", file: path, line: 1)
            }
            for (number, line) in lines.enumerated().dropFirst() where !line.allSatisfy(\.isWhitespace) {
                let found = cells(line)
                guard found.count == header.count, !found[place].isEmpty else {
                    throw InputError(
                        "has \(found.count) columns, the header \(header.count)", file: path, line: number + 1)
                }
                rows.append(
                    Row(
                        line: number + 1, machine: found[place],
                        values: found.indices.filter { $0 != place }.map { Double(found[$0]) }))
            }
        }
    }
}
