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
        let levels = workflow.graph.levels
        var file = ImportedFile()
        for record in document.records {
            do {
                let task = workflow.tasks[record.task]
                let machine = task.node.flatMap { document.machines[$0] }
                var execution = try Self.execution(record.field, of: task)
                execution.task.workflow = name
                execution.task.process = Self.process(of: task)
                execution.task.run = run
                execution.task.inputBytes = workflow.inputBytes(of: record.task)
                execution.task.features.merge(
                    Self.features(of: record.task, in: workflow, level: levels[record.task], machine: machine)
                ) { stated, _ in stated }
                file.executions.append(execution)
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

    /// The program; where that contains white space or is missing, the last part of the task's name without its number.
    static func process(of task: Workflow.Task) -> String {
        if let program = task.program, !program.isEmpty, !program.contains(where: \.isWhitespace) { return program }
        var name = lastPart(of: task.name)
        while let last = name.last, last.isNumber { name.removeLast() }
        while let last = name.last, last == "_" || last == "-" { name.removeLast() }
        return name.isEmpty ? task.name : name
    }

    private static func execution(_ field: JSONField, of task: Workflow.Task) throws -> TaskExecution {
        let own = field["tactus"]
        var spec = TaskSpec(process: task.id)
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
        return TaskExecution(
            task: spec, taskID: task.id, startedAt: try own["startedAt"].ifPresent { try $0.double() },
            completedAt: try own["completedAt"].ifPresent { try $0.double() },
            cpu: try field["avgCPU"].ifPresent { try $0.amount() / 100 },
            memory: try field["memoryInBytes"].ifPresent { try $0.amount() },
            duration: try field["runtimeInSeconds"].ifPresent { try $0.amount() }, exit: exit,
            status: (exit ?? 0) == 0 ? .completed : .failed)
    }

    /// What the document knows of a task before it runs.
    private static func features(
        of task: Int, in workflow: Workflow, level: Int, machine: WfFormatDocument.Machine?
    ) -> [String: FeatureValue] {
        let spec = workflow.tasks[task]
        var features: [String: Double] = [
            "inputs": Double(spec.inputFiles.count), "outputs": Double(spec.outputFiles.count),
            "parents": Double(workflow.graph.parents(of: task).count),
            "children": Double(workflow.graph.children(of: task).count), "level": Double(level),
            "tasks": Double(workflow.tasks.count), "arguments": Double(spec.arguments),
            "largestInputBytes": spec.inputFiles.map { workflow.fileBytes[$0] ?? 0 }.max() ?? 0,
        ]
        features["machineCores"] = machine?.cores
        features["machineMHz"] = machine?.megahertz
        return features.mapValues(FeatureValue.number)
    }
}
