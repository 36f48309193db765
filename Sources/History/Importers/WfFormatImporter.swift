import Files
import Workflows

/// Turns a WfFormat 1.5 document into executions and the DAG of its run.
struct WfFormatImporter: Importer {
    let format = ImportFormat.wfformat

    static func recognizes(_ bytes: [UInt8]) -> Bool {
        guard bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else { return false }
        // The version stands near the start or the end of the document, whatever lies between.
        return [bytes.prefix(1 << 16), bytes.suffix(1 << 12)].contains {
            String(decoding: $0, as: UTF8.self).contains("\"schemaVersion\"")
        }
    }

    func read(_ bytes: [UInt8], path: String, options: ImportOptions) throws -> ImportedFile {
        let document = try WfFormatDocument(parsing: bytes, file: path)
        let workflow = document.workflow
        let run = runName(of: path)
        let name = options.workflow ?? String(run.prefix { $0 != "-" })
        let specs = document.taskSpecs(workflow: name, run: run)
        var file = ImportedFile()
        for record in document.records {
            do {
                file.executions.append(
                    try Self.execution(record.field, of: workflow.tasks[record.task], spec: specs[record.task]))
            } catch let error as InputError {
                file.problems.append(error)
            }
        }
        file.graphs = [
            RecordedGraph(
                workflow: name, run: run, taskIDs: workflow.tasks.map(\.id),
                edges: workflow.edges().map { .init(parent: $0.parent, child: $0.child, bytes: $0.bytes) })
        ]
        return file
    }

    private static func execution(_ field: JSONField, of task: Workflow.Task, spec known: TaskSpec) throws
        -> TaskExecution
    {
        let own = field["tactus"]
        var spec = known
        spec.cores = try field["coreCount"].ifPresent { try $0.amount() }
        spec.node = try field["machines"].elementsIfPresent().first?.string()
        spec.attempt = try own["attempt"].ifPresent { try $0.int() } ?? 1
        spec.submittedAt = try own["submittedAt"].ifPresent { try $0.double() }
        if own["features"].isPresent {
            for (key, value) in try own["features"].object().members {
                guard let feature = value.double.map(FeatureValue.number) ?? value.string.map(FeatureValue.word) else {
                    throw own["features"][key].failure("is \(value.kindName), not a number or a text")
                }
                spec.features[key] = feature
            }
        }
        let exit = try own["exit"].ifPresent { try $0.int() }
        let execution = TaskExecution(
            task: spec, taskID: task.id, startedAt: try own["startedAt"].ifPresent { try $0.double() },
            completedAt: try own["completedAt"].ifPresent { try $0.double() },
            cpu: try field["avgCPU"].ifPresent { try $0.amount() / 100 },
            memory: try field["memoryInBytes"].ifPresent { try $0.amount() },
            duration: try field["runtimeInSeconds"].ifPresent { try $0.amount() }, exit: exit,
            status: (exit ?? 0) == 0 ? .completed : .failed)
        let members: [(ResourceTarget, String)] = [
            (.cpu, "avgCPU"), (.memory, "memoryInBytes"), (.duration, "runtimeInSeconds"),
        ]
        for (target, member) in members {
            if let problem = execution.impossibility(of: target) { throw field[member].failure(problem) }
        }
        return execution
    }
}
