import Files
import Workflows

/// Turns a trace file of Nextflow into executions: tab-separated, a header line, values raw or as people read them.
///
/// A column that Nextflow does not define is a feature that was known before the execution.
struct NextflowImporter: Importer {
    let format = ImportFormat.nextflow

    /// The columns that Nextflow defines, of which none is a feature: a task's own counters are not known before it runs.
    private static let defined: Set<String> = [
        "task_id", "hash", "native_id", "process", "tag", "name", "status", "exit", "module", "container", "cpus",
        "time", "disk", "memory", "attempt", "submit", "start", "complete", "duration", "realtime", "queue", "%cpu",
        "%mem", "rss", "vmem", "peak_rss", "peak_vmem", "rchar", "wchar", "syscr", "syscw", "read_bytes",
        "write_bytes", "vol_ctxt", "inv_ctxt", "env", "workdir", "scratch", "error_action", "script", "hostname",
        "cpu_model", "accelerator", "accelerator_type", "num_gpus", "package",
    ]

    static func recognizes(_ bytes: [UInt8]) -> Bool {
        let header = String(decoding: bytes.prefix { $0 != 0x0A }.prefix(1 << 14), as: UTF8.self)
        let columns = Set(header.split(whereSeparator: { $0 == "\t" || $0 == "\r" }))
        return columns.contains("task_id") && columns.contains("status") && columns.contains("realtime")
    }

    func read(_ bytes: [UInt8], path: String, options: ImportOptions) throws -> ImportedFile {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InputError("is no text in UTF-8", file: path)
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.last == "\r" ? $0.dropLast() : $0
        }
        if let first = lines.first, first.hasPrefix("\u{FEFF}") { lines[0] = first.dropFirst() }
        let header = (lines.first ?? "").split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        for required in ["task_id", "status", "realtime"] where !header.contains(required) {
            throw InputError("the column is missing", file: path, line: 1, field: required)
        }
        var places: [String: Int] = [:]
        for (place, name) in header.enumerated() where places.updateValue(place, forKey: name) != nil {
            throw InputError("the column stands twice", file: path, line: 1, field: name)
        }
        var rows: [NextflowRow] = []
        var file = ImportedFile()
        for (number, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard cells.count == header.count else {
                let problem = "has \(cells.count) columns, the header \(header.count)"
                file.problems.append(InputError(problem, file: path, line: number + 1))
                continue
            }
            rows.append(NextflowRow(places: places, cells: cells, file: path, line: number + 1))
        }
        let features = header.filter {
            !Self.defined.contains($0) && !options.ignoredColumns.contains($0) && !$0.isEmpty
        }
        let numeric = Set(features.filter { name in rows.allSatisfy { $0[name].map { Double($0) != nil } ?? true } })
        let run = runName(of: path)
        let workflow = options.workflow ?? Self.workflow(of: path)
        for row in rows {
            do {
                var execution = try Self.execution(row)
                execution.task.workflow = workflow
                execution.task.run = run
                for name in features {
                    guard let value = row[name] else { continue }
                    execution.task.features[name] =
                        numeric.contains(name) ? try .number(row.finite(name, Double(value))) : .word(value)
                }
                file.executions.append(execution)
            } catch let error as InputError {
                file.problems.append(error)
            }
        }
        return file
    }

    /// For `W.….trace.txt`, W; else the name of the folder.
    private static func workflow(of path: String) -> String {
        let name = lastComponent(of: path)
        if name.hasSuffix(".trace.txt"), let dot = name.firstIndex(of: "."), dot != name.startIndex {
            return String(name[..<dot])
        }
        let folder = lastComponent(of: parent(of: path))
        return folder == "." ? "workflow" : folder
    }

    private static func execution(_ row: NextflowRow) throws -> TaskExecution {
        let process = row["process"] ?? row["name"].map { String($0.prefix { $0 != " " }) }
        guard let process, !process.isEmpty else { throw row.failure("process", "is missing") }
        var task = TaskSpec(process: TaskSpec.lastPart(ofName: process))
        task.tool = row["container"].flatMap(ToolName.ofImage) ?? row["module"].flatMap(ToolName.ofModules)
        task.cores = try row.number("cpus")
        task.memoryRequestBytes = try row.bytes("memory")
        task.attempt = try row.number("attempt").map { try row.whole("attempt", $0) } ?? 1
        task.submittedAt = try row.moment("submit")
        task.node = row["hostname"]
        guard let id = row["task_id"] else { throw row.failure("task_id", "is missing") }
        guard let word = row["status"], let status = TaskExecution.Status(rawValue: word.lowercased()) else {
            throw row.failure("status", "is \"\(row["status"] ?? "")\", not COMPLETED, CACHED, FAILED or ABORTED")
        }
        let execution = TaskExecution(
            task: task, taskID: id, sample: row["tag"], startedAt: try row.moment("start"),
            completedAt: try row.moment("complete"), cpu: try row.percent("%cpu").map { $0 / 100 },
            memory: try row.bytes("peak_rss"), duration: try row.duration("realtime"),
            exit: try row.number("exit").map { try row.whole("exit", $0) }, status: status)
        for (target, column) in [(ResourceTarget.cpu, "%cpu"), (.memory, "peak_rss"), (.duration, "realtime")] {
            if let problem = execution.impossibility(of: target) { throw row.failure(column, problem) }
        }
        return execution
    }
}
