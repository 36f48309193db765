import Files

extension WfFormatDocument {
    /// The document of a workflow that was made otherwise: all that it says of its tasks and files but how many arguments programs
    /// are given, and nothing else.
    ///
    /// - Throws: `InputError` that names what no document may hold, such as a duration under 0.
    public init(describing workflow: Workflow) throws {
        let (tasks, graph) = (workflow.tasks, workflow.graph)
        func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
        let specifications = tasks.enumerated().map { place, task in
            var object = JSONObject([
                ("id", .string(task.id)), ("name", .string(task.name)),
                ("parents", list(graph.parents(of: place).map { tasks[$0].id })),
                ("inputFiles", list(task.inputFiles)), ("outputFiles", list(task.outputFiles)),
            ])
            let wishes = task.wishes.json
            object["tactus"] = wishes.members.isEmpty ? nil : .object(wishes)
            return JSONValue.object(object)
        }
        let files = workflow.fileBytes.sorted { $0.key < $1.key }.map {
            JSONValue.object(JSONObject([("id", .string($0.key)), ("sizeInBytes", .number($0.value))]))
        }
        let body = JSONObject([
            ("specification", .object(JSONObject([("tasks", .array(specifications)), ("files", .array(files))]))),
            ("execution", .object(JSONObject([("tasks", .array(tasks.map(Self.record)))]))),
        ])
        try self.init(
            .object(
                JSONObject([
                    ("name", .string(workflow.name)), ("schemaVersion", .string("1.5")), ("workflow", .object(body)),
                ])))
    }

    /// What was measured of a task.
    private static func record(of task: Workflow.Task) -> JSONValue {
        var object = JSONObject([("id", .string(task.id))])
        object["runtimeInSeconds"] = task.runtimeSeconds.map(JSONValue.number)
        object["coreCount"] = task.cores.map(JSONValue.number)
        object["memoryInBytes"] = task.memoryBytes.map(JSONValue.number)
        object["avgCPU"] = task.cpu.map { .number($0 * 100) }
        object["machines"] = task.node.map { .array([.string($0)]) }
        object["command"] = task.program.map { .object(JSONObject([("program", .string($0))])) }
        return .object(object)
    }
}
