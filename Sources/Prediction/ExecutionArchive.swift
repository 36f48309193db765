import Files
import Layers
import Workflows

/// Executions as arrays of a weight archive: the statistics that a predictor stands on are part of its version.
public enum ExecutionArchive {
    /// Adds `executions` under `prefix`.
    public static func write(_ executions: [TaskExecution], to archive: inout WeightArchive, prefix: String) {
        var places: [String: Int64] = [:]
        var strings: [JSONValue] = []
        func place(of text: String?) -> Int64 {
            guard let text else { return -1 }
            if let place = places[text] { return place }
            places[text] = Int64(strings.count)
            strings.append(.string(text))
            return Int64(strings.count - 1)
        }
        func set(_ name: String, _ values: [Double]) {
            archive.set(prefix + name, shape: [values.count], .float64(values))
        }
        func set(_ name: String, _ values: [Int64]) {
            archive.set(prefix + name, shape: [values.count], .int64(values))
        }

        for column in NumberColumn.all { set(column.name, executions.map { column.value($0) ?? .nan }) }
        for column in TextColumn.all
        where !column.isAddition || executions.contains(where: { column.value($0) != nil }) {
            set(column.name, executions.map { place(of: column.value($0)) })
        }
        set("process", executions.map { place(of: $0.task.process) })
        set("taskId", executions.map { place(of: $0.taskID) })
        set("attempt", executions.map { Int64($0.task.attempt) })
        let names = Set(executions.flatMap(\.task.features.keys)).sorted()
        for name in names {
            let values = executions.map { $0.task.features[name] }
            if values.contains(where: { $0?.number != nil }) {
                set("number.\(name)", values.map { $0?.number ?? .nan })
            }
            if values.contains(where: { $0?.word != nil }) { set("word.\(name)", values.map { place(of: $0?.word) }) }
        }
        archive.set(prefix + "strings", text: JSONValue.array(strings).text())
    }

    /// Reads what ``write(_:to:prefix:)`` wrote.
    /// - Throws: `InputError` that names the array that is missing, of another length, or points outside of the texts.
    public static func read(from archive: WeightArchive, prefix: String) throws -> [TaskExecution] {
        let table = try JSONField(JSONValue(parsing: Array(archive.text(prefix + "strings").utf8))).elements().map {
            try $0.string()
        }
        let attempts = try archive.integers(prefix + "attempt")
        func numbers(_ name: String) throws -> [Double] {
            let values = try archive.doubles(prefix + name)
            guard values.count == attempts.count else { throw lengthError(name, values.count) }
            return values
        }
        func lengthError(_ name: String, _ count: Int) -> InputError {
            InputError("has \(count) values, not \(attempts.count)", field: prefix + name)
        }
        func texts(_ name: String) throws -> [String?] {
            let values = try archive.integers(prefix + name)
            guard values.count == attempts.count else { throw lengthError(name, values.count) }
            return try values.map { value in
                if value == -1 { return nil }
                guard let place = Int(exactly: value), table.indices.contains(place) else {
                    throw InputError("there is no text \(value)", field: prefix + name)
                }
                return table[place]
            }
        }
        let (processes, identifiers) = (try texts("process"), try texts("taskId"))
        var executions = attempts.indices.map { row in
            TaskExecution(
                task: TaskSpec(process: processes[row] ?? "", attempt: Int(attempts[row])),
                taskID: identifiers[row] ?? "")
        }
        for column in NumberColumn.all {
            for (row, value) in try numbers(column.name).enumerated() where !value.isNaN {
                column.set(&executions[row], value)
            }
        }
        let names = Set(archive.entries.map(\.name))
        for column in TextColumn.all where !column.isAddition || names.contains(prefix + column.name) {
            for (row, value) in try texts(column.name).enumerated() { column.set(&executions[row], value) }
        }
        for entry in archive.entries where entry.name.hasPrefix(prefix + "number.") {
            let name = String(entry.name.dropFirst((prefix + "number.").count))
            for (row, value) in try numbers("number.\(name)").enumerated() where !value.isNaN {
                executions[row].task.features[name] = .number(value)
            }
        }
        for entry in archive.entries where entry.name.hasPrefix(prefix + "word.") {
            let name = String(entry.name.dropFirst((prefix + "word.").count))
            for (row, value) in try texts("word.\(name)").enumerated() {
                if let value { executions[row].task.features[name] = .word(value) }
            }
        }
        return executions
    }
}
