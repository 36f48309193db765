import Files
import Workflows

/// Turns columns into a history, and believes none of them: lengths must agree and places must lie in their tables.
struct HistoryReader: ~Copyable {
    private let reader: HDF5Reader
    private let strings: [String]
    private let version: Int64

    init(_ reader: consuming HDF5Reader, version: Int64) throws {
        self.version = version
        strings = try reader.texts("strings")
        self.reader = reader
    }

    func content() throws -> HistoryContent {
        var content = HistoryContent()
        content.sources = try sources()
        content.executions = try executions()
        content.sourcePlaces = try reader.integers("executions/source", count: content.executions.count).enumerated()
            .map { row, place in
                guard let place = Int(exactly: place), content.sources.indices.contains(place) else {
                    throw failure("executions/source", row, "there is no source \(place)")
                }
                return place
            }
        content.graphs = try graphs()
        content.benchmarks = try benchmarks()
        if version >= 2 { content.series = try series() }
        return content
    }

    private func failure(_ column: String, _ row: Int, _ problem: String) -> InputError {
        InputError(problem, file: reader.path, row: row, field: column)
    }

    /// A column of texts; nil where one is absent.
    private func optionalTexts(_ column: String, count: Int? = nil) throws -> [String?] {
        try reader.integers(column, count: count).enumerated().map { row, place in
            if place == -1 { return nil }
            guard let place = Int(exactly: place), strings.indices.contains(place) else {
                throw failure(column, row, "there is no text \(place)")
            }
            return strings[place]
        }
    }

    /// A column of texts that are all there.
    private func texts(_ column: String, count: Int? = nil) throws -> [String] {
        try optionalTexts(column, count: count).enumerated().map { row, text in
            guard let text else { throw failure(column, row, "is missing") }
            return text
        }
    }

    private func executions() throws -> [TaskExecution] {
        let processes = try texts("executions/process")
        let count = processes.count
        let (identifiers, states) = (
            try texts("executions/taskId", count: count), try texts("executions/status", count: count)
        )
        let attempts = try reader.integers("executions/attempt", count: count)
        let exits = try reader.numbers("executions/exit", count: count)
        var rows = try processes.indices.map { row in
            guard let status = TaskExecution.Status(rawValue: states[row]) else {
                throw failure("executions/status", row, "\"\(states[row])\" is no status")
            }
            var execution = TaskExecution(
                task: TaskSpec(process: processes[row], attempt: Int(attempts[row])), taskID: identifiers[row],
                status: status)
            if !exits[row].isNaN {
                guard let exit = Int(exactly: exits[row]) else {
                    throw failure("executions/exit", row, "\(exits[row]) is no whole number")
                }
                execution.exit = exit
            }
            return execution
        }
        for column in NumberColumn.all {
            let values = try reader.numbers("executions/\(column.name)", count: count)
            for row in rows.indices where !values[row].isNaN { column.set(&rows[row], values[row]) }
        }
        let names = Set(reader.names(in: "executions"))
        for column in TextColumn.all where !column.isAddition || names.contains(column.name) {
            let values = try optionalTexts("executions/\(column.name)", count: count)
            for row in rows.indices { column.set(&rows[row], values[row]) }
        }
        for name in reader.names(in: "features/number") {
            let values = try reader.numbers("features/number/\(name)", count: count)
            let feature = ColumnName.unescaped(name)
            for row in rows.indices where !values[row].isNaN { rows[row].task.features[feature] = .number(values[row]) }
        }
        for name in reader.names(in: "features/word") {
            let values = try optionalTexts("features/word/\(name)", count: count)
            let feature = ColumnName.unescaped(name)
            for row in rows.indices {
                if let word = values[row] { rows[row].task.features[feature] = .word(word) }
            }
        }
        return rows
    }

    private func sources() throws -> [ImportedSource] {
        let names = try texts("sources/name")
        let digests = try texts("sources/digest", count: names.count)
        let formats = try texts("sources/format", count: names.count)
        return names.indices.map { ImportedSource(name: names[$0], digest: digests[$0], format: formats[$0]) }
    }

    /// None in a file from before there were any.
    private func benchmarks() throws -> [MachineBenchmark] {
        guard !reader.names(in: "benchmarks").isEmpty else { return [] }
        let keys = try texts("benchmarks/key")
        let machines = try texts("benchmarks/machine", count: keys.count)
        let names = try texts("benchmarks/name", count: keys.count)
        let values = try reader.numbers("benchmarks/value", count: keys.count)
        return try keys.indices.map { row in
            guard values[row].isFinite, values[row] >= 0 else {
                throw failure("benchmarks/value", row, "\(values[row]) is no number from 0 on")
            }
            return MachineBenchmark(key: keys[row], machine: machines[row], name: names[row], value: values[row])
        }
    }

    private func graphs() throws -> [RecordedGraph] {
        let workflows = try texts("graphs/workflow")
        let runs = try texts("graphs/run", count: workflows.count)
        let taskCounts = try reader.integers("graphs/tasks", count: workflows.count)
        let edgeCounts = try reader.integers("graphs/edges", count: workflows.count)
        let identifiers = try texts("graphs/taskIds")
        let parents = try reader.integers("graphs/parents")
        let children = try reader.integers("graphs/children", count: parents.count)
        let bytes = try reader.numbers("graphs/bytes", count: parents.count)
        var (nextTask, nextEdge) = (0, 0)
        return try workflows.indices.map { graph in
            guard let tasks = Int(exactly: taskCounts[graph]), tasks >= 0, tasks <= identifiers.count - nextTask else {
                throw failure("graphs/tasks", graph, "there are not \(taskCounts[graph]) tasks left")
            }
            guard let edges = Int(exactly: edgeCounts[graph]), edges >= 0, edges <= parents.count - nextEdge else {
                throw failure("graphs/edges", graph, "there are not \(edgeCounts[graph]) edges left")
            }
            defer { (nextTask, nextEdge) = (nextTask + tasks, nextEdge + edges) }
            return RecordedGraph(
                workflow: workflows[graph], run: runs[graph],
                taskIDs: Array(identifiers[nextTask..<nextTask + tasks]),
                edges: try (nextEdge..<nextEdge + edges).map { row in
                    guard let parent = Int(exactly: parents[row]), let child = Int(exactly: children[row]),
                        (0..<tasks).contains(parent), (0..<tasks).contains(child)
                    else { throw failure("graphs/parents", row, "an edge leaves the \(tasks) tasks of its graph") }
                    return .init(parent: parent, child: child, bytes: bytes[row])
                })
        }
    }
    private func series() throws -> [MetricSeries] {
        let names = try texts("series/name")
        let units = try optionalTexts("series/unit", count: names.count)
        let intervals = try reader.numbers("series/intervalSeconds", count: names.count)
        let starts = try reader.numbers("series/startedAt", count: names.count)
        let lengths = try reader.integers("series/length", count: names.count)
        let values = try reader.numbers("series/values")
        guard Set(names).count == names.count else { throw reader.failure("series/name", "a name stands twice") }
        if let row = values.firstIndex(where: \.isInfinite) { throw failure("series/values", row, "is infinite") }
        var next = 0
        return try names.indices.map { row in
            guard let length = Int(exactly: lengths[row]), length >= 0, length <= values.count - next else {
                throw failure("series/length", row, "there are not \(lengths[row]) values left")
            }
            guard length <= MetricSeries.limit else {
                throw failure("series/length", row, "is \(length), more than \(MetricSeries.limit)")
            }
            guard intervals[row] > 0, intervals[row].isFinite, starts[row].isFinite else {
                throw failure("series/intervalSeconds", row, "is every \(intervals[row]) s from \(starts[row])")
            }
            defer { next += length }
            return MetricSeries(
                name: names[row], unit: units[row], intervalSeconds: intervals[row], startedAt: starts[row],
                values: Array(values[next..<next + length]))
        }
    }
}
