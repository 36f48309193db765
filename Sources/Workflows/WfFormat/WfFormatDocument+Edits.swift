import Files

extension WfFormatDocument {
    /// The document with `edits` carried out. What they do not touch stays as it stands: members that are not known here,
    /// and the order of tasks, files and records.
    ///
    /// - Throws: as ``Workflow/applying(_:places:)`` does.
    public func applying(_ edits: [WorkflowEdit]) throws -> WfFormatDocument {
        let edited = try workflow.applying(edits)
        let writing = EditedDocument(self, edited)
        var root = json.object ?? JSONObject()
        var body = root["workflow"]?.object ?? JSONObject()
        var specification = body["specification"]?.object ?? JSONObject()
        specification["tasks"] = .array(writing.tasks)
        if let files = writing.files { specification["files"] = .array(files) }
        body["specification"] = .object(specification)
        if let records = writing.records {
            var execution = body["execution"]?.object ?? JSONObject()
            execution["tasks"] = .array(records)
            body["execution"] = .object(execution)
        }
        root["workflow"] = .object(body)
        return try WfFormatDocument(.object(root))
    }
}

/// The parts of a document that edits of its workflow change.
private struct EditedDocument {
    private let document: WfFormatDocument
    private let old: Workflow
    private let new: Workflow
    private let sources: [[Int]]
    /// The specification of each task, as it stood.
    private let specifications: [JSONValue]

    init(_ document: WfFormatDocument, _ edited: EditedWorkflow) {
        self.document = document
        (old, new) = (document.workflow, edited.workflow)
        sources = edited.sources ?? old.tasks.indices.map { [$0] }
        specifications = document.json["workflow"]?["specification"]?["tasks"]?.array ?? []
    }

    /// Whether a task of the new workflow was in the old one.
    private func isKept(_ task: Int) -> Bool {
        sources[task].count == 1 && new.tasks[task].id == old.tasks[sources[task][0]].id
    }

    private func names(_ places: ArraySlice<Int>, in workflow: Workflow) -> [String] {
        places.map { workflow.tasks[$0].id }
    }

    /// The specifications of all tasks.
    var tasks: [JSONValue] {
        new.tasks.indices.map { place in
            let (task, source) = (new.tasks[place], sources[place][0])
            let was = old.tasks[source]
            var object = specifications[source].object ?? JSONObject()
            if !isKept(place) {
                object["id"] = .string(task.id)
                object["name"] = .string(task.name)
            }
            if was.inputFiles != task.inputFiles { object["inputFiles"] = list(task.inputFiles) }
            if was.outputFiles != task.outputFiles { object["outputFiles"] = list(task.outputFiles) }
            let parents = names(new.graph.parents(of: place), in: new)
            let isMoved = parents != names(old.graph.parents(of: source), in: old)
            if isMoved || !isKept(place) { object["parents"] = list(parents) }
            if object["children"] != nil {
                let children = names(new.graph.children(of: place), in: new)
                if children != names(old.graph.children(of: source), in: old) { object["children"] = list(children) }
            }
            let own = Self.merged(object["tactus"]?.object ?? JSONObject(), was.wishes.json, task.wishes.json)
            object["tactus"] = own.members.isEmpty && object["tactus"] == nil ? nil : .object(own)
            return .object(object)
        }
    }

    private func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    /// `own` with what differs between `old` and `new`; members that neither knows stay.
    private static func merged(_ own: JSONObject, _ old: JSONObject, _ new: JSONObject) -> JSONObject {
        var merged = own
        for (key, value) in new.members where old[key] != value {
            if let inner = value.object {
                merged[key] = .object(
                    self.merged(own[key]?.object ?? JSONObject(), old[key]?.object ?? JSONObject(), inner))
            } else {
                merged[key] = value
            }
        }
        for key in old.keys where new[key] == nil { merged[key] = nil }
        return merged
    }

    /// The files with those that were made; nil where there are no others.
    var files: [JSONValue]? {
        let made = new.fileBytes.filter { old.fileBytes[$0.key] == nil }.sorted { $0.key < $1.key }
        guard !made.isEmpty else { return nil }
        let present = document.json["workflow"]?["specification"]?["files"]?.array ?? []
        return present
            + made.map { .object(JSONObject([("id", .string($0.key)), ("sizeInBytes", .number($0.value))])) }
    }

    /// The records of executions; nil where none is another. What was made anew has one, where the last record of what it
    /// was made from stood.
    var records: [JSONValue]? {
        var last: [Int: Int] = [:]
        for (place, record) in document.records.enumerated() { last[record.task] = place }
        var isGone = Set(old.tasks.indices)
        var replaced: [Int: [JSONValue]] = [:]
        for (place, task) in new.tasks.enumerated() {
            let source = sources[place][0]
            let isKept = isKept(place)
            if isKept { isGone.remove(source) }
            guard let record = last[source], !isKept || differs(task, old.tasks[source]) else { continue }
            replaced[record, default: []].append(rewritten(record, for: task))
        }
        guard !isGone.isEmpty || !replaced.isEmpty else { return nil }
        return document.records.enumerated().flatMap { place, record -> [JSONValue] in
            replaced[place] ?? (isGone.contains(record.task) ? [] : [record.field.value].compactMap { $0 })
        }
    }

    private func differs(_ a: Workflow.Task, _ b: Workflow.Task) -> Bool {
        a.runtimeSeconds != b.runtimeSeconds || a.cores != b.cores || a.memoryBytes != b.memoryBytes || a.cpu != b.cpu
    }

    private func rewritten(_ record: Int, for task: Workflow.Task) -> JSONValue {
        var object = document.records[record].field.value?.object ?? JSONObject()
        object["id"] = .string(task.id)
        object["runtimeInSeconds"] = task.runtimeSeconds.map(JSONValue.number)
        object["coreCount"] = task.cores.map(JSONValue.number)
        object["memoryInBytes"] = task.memoryBytes.map(JSONValue.number)
        object["avgCPU"] = task.cpu.map { .number($0 * 100) }
        if task.program == nil, var command = object["command"]?.object {
            command["program"] = nil
            object["command"] = .object(command)
        }
        return .object(object)
    }
}
