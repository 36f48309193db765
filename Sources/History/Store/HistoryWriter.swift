import Files
import Workflows

/// Turns a history into columns.
struct HistoryWriter {
    private let content: HistoryContent
    private var places: [String: Int64] = [:]
    private var strings: [String] = []

    init(_ content: HistoryContent) {
        self.content = content
    }

    /// The place of a text in the table, which grows if it is new; -1 for none.
    private mutating func place(of text: String?) -> Int64 {
        guard let text else { return -1 }
        if let place = places[text] { return place }
        let place = Int64(strings.count)
        places[text] = place
        strings.append(text)
        return place
    }

    private mutating func places(of texts: some Sequence<String?>) -> [Int64] {
        texts.map { place(of: $0) }
    }

    consuming func write(to writer: borrowing HDF5Writer) throws {
        try writer.setAttribute("format", HDF5ExecutionStore.format)
        try writer.setAttribute("schemaVersion", HDF5ExecutionStore.schemaVersion)
        for group in [
            "executions", "features", "features/number", "features/word", "sources", "graphs", "series", "benchmarks",
        ] {
            try writer.makeGroup(group)
        }
        try writeExecutions(to: writer)
        try writeFeatures(to: writer)
        try writeSources(to: writer)
        try writeGraphs(to: writer)
        try writeBenchmarks(to: writer)
        try writeSeries(to: writer)
        guard !strings.contains(where: { $0.utf8.contains(0) }) else {
            throw InputError("a text holds a NUL, which HDF5 cannot keep", field: "strings")
        }
        try writer.write("strings", strings)
    }

    private mutating func writeExecutions(to writer: borrowing HDF5Writer) throws {
        let rows = content.executions
        for column in NumberColumn.all {
            try writer.write("executions/\(column.name)", rows.map { column.value($0) ?? .nan })
        }
        try writer.write("executions/exit", rows.map { $0.exit.map(Double.init) ?? .nan })
        for column in TextColumn.all {
            try writer.write("executions/\(column.name)", places(of: rows.map(column.value)))
        }
        try writer.write("executions/process", places(of: rows.map(\.task.process)))
        try writer.write("executions/taskId", places(of: rows.map(\.taskID)))
        try writer.write("executions/status", places(of: rows.map(\.status.rawValue)))
        try writer.write("executions/attempt", rows.map { Int64($0.task.attempt) })
        try writer.write("executions/source", content.sourcePlaces.map(Int64.init))
    }

    private mutating func writeFeatures(to writer: borrowing HDF5Writer) throws {
        let rows = content.executions
        var numbers: [String: [Double]] = [:]
        var words: [String: [Int64]] = [:]
        for (row, execution) in rows.enumerated() {
            for (name, value) in execution.task.features.sorted(by: { $0.key < $1.key }) {
                switch value {
                case .number(let number):
                    numbers[name, default: [Double](repeating: .nan, count: rows.count)][row] = number
                case .word(let word):
                    words[name, default: [Int64](repeating: -1, count: rows.count)][row] = place(of: word)
                }
            }
        }
        for (name, column) in numbers.sorted(by: { $0.key < $1.key }) {
            try writer.write("features/number/\(ColumnName.escaped(name))", column)
        }
        for (name, column) in words.sorted(by: { $0.key < $1.key }) {
            try writer.write("features/word/\(ColumnName.escaped(name))", column)
        }
    }

    private mutating func writeSources(to writer: borrowing HDF5Writer) throws {
        try writer.write("sources/name", places(of: content.sources.map(\.name)))
        try writer.write("sources/digest", places(of: content.sources.map(\.digest)))
        try writer.write("sources/format", places(of: content.sources.map(\.format)))
    }

    private mutating func writeBenchmarks(to writer: borrowing HDF5Writer) throws {
        try writer.write("benchmarks/key", places(of: content.benchmarks.map(\.key)))
        try writer.write("benchmarks/machine", places(of: content.benchmarks.map(\.machine)))
        try writer.write("benchmarks/name", places(of: content.benchmarks.map(\.name)))
        try writer.write("benchmarks/value", content.benchmarks.map(\.value))
    }

    private mutating func writeGraphs(to writer: borrowing HDF5Writer) throws {
        let graphs = content.graphs
        try writer.write("graphs/workflow", places(of: graphs.map(\.workflow)))
        try writer.write("graphs/run", places(of: graphs.map(\.run)))
        try writer.write("graphs/tasks", graphs.map { Int64($0.taskIDs.count) })
        try writer.write("graphs/edges", graphs.map { Int64($0.edges.count) })
        try writer.write("graphs/taskIds", places(of: graphs.flatMap(\.taskIDs)))
        let edges = graphs.flatMap(\.edges)
        try writer.write("graphs/parents", edges.map { Int64($0.parent) })
        try writer.write("graphs/children", edges.map { Int64($0.child) })
        try writer.write("graphs/bytes", edges.map(\.bytes))
    }
    private mutating func writeSeries(to writer: borrowing HDF5Writer) throws {
        let series = content.series
        try writer.write("series/name", places(of: series.map(\.name)))
        try writer.write("series/unit", places(of: series.map(\.unit)))
        try writer.write("series/intervalSeconds", series.map(\.intervalSeconds))
        try writer.write("series/startedAt", series.map(\.startedAt))
        try writer.write("series/length", series.map { Int64($0.values.count) })
        try writer.write("series/values", series.flatMap(\.values))
    }
}
