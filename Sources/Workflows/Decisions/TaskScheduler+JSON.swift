import Files

extension SchedulePlan {
    /// The plan as it stands on the wire.
    public var json: JSONValue {
        let tasks = schedule.tasks.map { task in
            JSONValue.object(
                JSONObject([
                    ("id", .string(task.id)), ("node", .string(task.node)), ("start", .number(task.start)),
                    ("end", .number(task.end)),
                ]))
        }
        var object = JSONObject([
            ("policy", .string(policy)), ("foundBy", .string(foundBy)), ("makespan", .number(schedule.makespan)),
            ("lowerBound", .number(lowerBound)), ("gap", .number(gap)), ("decisionMs", .number(decisionMs)),
            ("iterations", .integer(iterations)), ("alternatives", .array(alternatives.map(\.json))),
        ])
        object["runnerUp"] = runnerUp?.json
        object["execution"] = execution?.json
        object["tasks"] = .array(tasks)
        return .object(object)
    }
}

extension Schedule {
    /// Reads the `tasks` of a plan as it stands on the wire.
    public init(_ plan: JSONField) throws {
        self.init(
            tasks: try plan["tasks"].elements().map {
                Placement(
                    id: try $0["id"].string(), node: try $0["node"].string(), start: try $0["start"].double(),
                    end: try $0["end"].double())
            })
    }
}

extension SchedulePlan.Alternative {
    fileprivate var json: JSONValue {
        var object = JSONObject([("policy", .string(policy)), ("makespan", .number(makespan))])
        object["cost"] = cost.map(JSONValue.number)
        return .object(object)
    }
}

extension ReadyTask {
    /// Reads a ready task as it stands on the wire; only `id` must be there.
    public init(_ field: JSONField) throws {
        try field.refuseUnknown([
            "id", "workflow", "process", "cores", "memoryBytes", "durationSeconds", "priority", "deadlineAt",
            "readySince", "remainingSeconds",
        ])
        let id = try field["id"].string()
        guard !id.isEmpty else { throw field["id"].failure("is empty") }
        let cores = try field["cores"].ifPresent { try $0.positive() }
        let process = try field["process"].ifPresent { try $0.string() }
        if process?.isEmpty == true { throw field["process"].failure("is empty") }
        self.init(
            id: id,
            task: TaskSpec(
                workflow: try field["workflow"].ifPresent { try $0.string() }, process: process ?? id, cores: cores),
            cores: cores ?? 1, memoryBytes: try field["memoryBytes"].ifPresent { try $0.amount() } ?? 0,
            durationSeconds: try field["durationSeconds"].ifPresent { try $0.amount() },
            priority: try field["priority"].ifPresent { try $0.double() } ?? 0,
            deadlineAt: try field["deadlineAt"].ifPresent { try $0.double() },
            readySince: try field["readySince"].ifPresent { try $0.double() },
            remainingSeconds: try field["remainingSeconds"].ifPresent { try $0.amount() })
    }

    /// Reads a list of ready tasks, whose identifiers differ.
    public static func list(_ field: JSONField) throws -> [ReadyTask] {
        let fields = try field.elements()
        let tasks = try fields.map { try ReadyTask($0) }
        var ids: Set<String> = []
        for (task, field) in zip(tasks, fields) where !ids.insert(task.id).inserted {
            throw field["id"].failure("\"\(task.id)\" stands twice")
        }
        return tasks
    }
}

extension ClusterState {
    /// Reads the state of a running system as it stands on the wire.
    public init(_ field: JSONField) throws {
        try field.refuseUnknown(["now", "nodes"])
        let fields = try field["nodes"].elements()
        guard !fields.isEmpty else { throw field["nodes"].failure("is empty: a cluster has at least one node") }
        let nodes = try fields.map { field in
            let node = try Cluster.Node(field, beside: ["freeCores", "freeMemoryBytes", "running"])
            let freeCores = try field["freeCores"].ifPresent { try $0.amount() }
            if let freeCores, freeCores > node.cores { throw field["freeCores"].failure("is more than cores") }
            let freeMemory = try field["freeMemoryBytes"].ifPresent { try $0.amount() }
            if let freeMemory, freeMemory > node.memoryBytes ?? .infinity {
                throw field["freeMemoryBytes"].failure("is more than memoryBytes")
            }
            let running = try field["running"].elementsIfPresent().map { task in
                try task.refuseUnknown(["id", "endsAt", "workflow", "cores", "memoryBytes"])
                return RunningTask(
                    id: try task["id"].string(), endsAt: try task["endsAt"].ifPresent { try $0.double() },
                    workflow: try task["workflow"].ifPresent { try $0.string() },
                    cores: try task["cores"].ifPresent { try $0.positive() },
                    memoryBytes: try task["memoryBytes"].ifPresent { try $0.amount() })
            }
            return Node(
                node, freeCores: freeCores ?? node.cores, freeMemoryBytes: freeMemory ?? node.memoryBytes,
                running: running)
        }
        try Cluster.Node.checkNames(nodes.map(\.node), in: fields)
        self.init(now: try field["now"].ifPresent { try $0.double() } ?? 0, nodes: nodes)
    }
}

extension PlacementConstraints {
    /// Reads constraints as they stand on the wire; none has to be there.
    public init(_ field: JSONField) throws {
        self.init()
        guard field.isPresent else { return }
        try field.refuseUnknown(["deadlineAt", "maxCost", "pools", "excludedNodes"])
        deadlineAt = try field["deadlineAt"].ifPresent { try $0.double() }
        maxCost = try field["maxCost"].ifPresent { try $0.amount() }
        pools = try field["pools"].elementsIfPresent().map { try $0.string() }
        excludedNodes = try field["excludedNodes"].elementsIfPresent().map { try $0.string() }
    }
}

extension PlacementDecision {
    /// The members `assignments`, `deferred` and `foundBy` as they stand on the wire.
    public var members: [(String, JSONValue)] {
        let placed = assignments.map { task in
            JSONValue.object(
                JSONObject([
                    ("id", .string(task.id)), ("node", .string(task.node)), ("priority", .number(task.priority)),
                ]))
        }
        let waiting = deferred.map { task in
            JSONValue.object(JSONObject([("id", .string(task.id)), ("reason", .string(task.reason))]))
        }
        return [("assignments", .array(placed)), ("deferred", .array(waiting)), ("foundBy", .string(foundBy))]
    }
}
