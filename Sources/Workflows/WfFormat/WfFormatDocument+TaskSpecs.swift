import Files

extension WfFormatDocument {
    /// What is known of each task before it runs, in the order of the file.
    ///
    /// - Parameters:
    ///   - workflow: the kind of workflow that its statistics are kept under.
    ///   - run: the execution of the workflow.
    public func taskSpecs(workflow kind: String, run: String?) -> [TaskSpec] {
        workflow.taskSpecs(workflow: kind, run: run, machines: machines)
    }

    /// The kind of workflow that its statistics are kept under: what stands before the first `-` of the document's name;
    /// where nothing does, of the name of its `file`; else `workflow`.
    public func kind(file: String? = nil) -> String {
        var fileName = file.map(lastComponent(of:)) ?? ""
        if fileName.hasSuffix(".json") { fileName.removeLast(5) }
        let kinds = [workflow.name, fileName].map { String($0.prefix { $0 != "-" }) }
        return kinds.first { !$0.isEmpty } ?? "workflow"
    }
}

extension Workflow {
    /// What is known of each task before it runs, in the order of ``tasks``.
    ///
    /// - Parameters:
    ///   - workflow: the kind of workflow that its statistics are kept under.
    ///   - run: the execution of the workflow.
    ///   - machines: what is known of the nodes that tasks ran on, by name.
    public func taskSpecs(workflow kind: String, run: String?, machines: [String: WfFormatDocument.Machine] = [:])
        -> [TaskSpec]
    {
        let levels = graph.levels
        return tasks.enumerated().map { place, task in
            TaskSpec(
                workflow: kind, process: task.process, tool: task.program.flatMap(ToolName.ofCommand),
                inputBytes: inputBytes(of: place), cores: task.cores, run: run, node: task.node,
                features: features(of: place, level: levels[place], on: task.node.flatMap { machines[$0] }))
        }
    }

    private func features(of task: Int, level: Int, on machine: WfFormatDocument.Machine?) -> [String: FeatureValue] {
        let spec = tasks[task]
        var features: [String: Double] = [
            "inputs": Double(spec.inputFiles.count), "outputs": Double(spec.outputFiles.count),
            "parents": Double(graph.parents(of: task).count), "children": Double(graph.children(of: task).count),
            "level": Double(level), "tasks": Double(tasks.count), "arguments": Double(spec.arguments),
            "largestInputBytes": spec.inputFiles.map { fileBytes[$0] ?? 0 }.max() ?? 0,
        ]
        features["machineCores"] = machine?.cores
        features["machineMHz"] = machine?.megahertz
        return features.mapValues(FeatureValue.number)
    }
}

extension Workflow.Task {
    /// The kind of step: the program; where that contains white space or is missing, the last part of the name (behind
    /// `.` or `:`) without its number.
    public var process: String {
        if let program, !program.isEmpty, !program.contains(where: \.isWhitespace) { return program }
        var part = TaskSpec.lastPart(ofName: name)[...]
        while let last = part.last, last.isNumber { part.removeLast() }
        while let last = part.last, last == "_" || last == "-" { part.removeLast() }
        return part.isEmpty ? name : String(part)
    }
}
