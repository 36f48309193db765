import Files

/// An outcome as it is reported: how a task ended, and which decision was about it.
public struct ReportedExecution: Sendable, Hashable {
    /// The decision that was given for it.
    public var decisionID: String?
    /// What happened.
    public var execution: TaskExecution

    /// The outcome `execution` of what `decisionID` decided. A duration that is missing is the time from its start to its end.
    public init(_ execution: TaskExecution, decisionID: String? = nil) {
        self.execution = execution
        self.decisionID = decisionID
        if execution.duration == nil, let start = execution.startedAt, let end = execution.completedAt, end >= start {
            self.execution.duration = end - start
        }
    }

    /// Members that stand beside those of a task.
    private static let own: Set = [
        "decisionId", "taskId", "sample", "startedAt", "completedAt", "cpu", "memory", "duration", "exit", "status",
    ]

    /// Reads an outcome as it stands on the wire; only `process` must be there. A duration that is missing is the time
    /// from `startedAt` to `completedAt`.
    public init(_ field: JSONField) throws {
        let task = try TaskSpec(field, beside: Self.own)
        let exit = try field["exit"].ifPresent { try $0.int() }
        var execution = TaskExecution(
            task: task, taskID: try field["taskId"].ifPresent { try $0.string() } ?? "",
            sample: try field["sample"].ifPresent { try $0.string() },
            startedAt: try field["startedAt"].ifPresent { try $0.double() },
            completedAt: try field["completedAt"].ifPresent { try $0.double() },
            cpu: try field["cpu"].ifPresent { try $0.amount() },
            memory: try field["memory"].ifPresent { try $0.amount() },
            duration: try field["duration"].ifPresent { try $0.amount() }, exit: exit,
            status: (exit ?? 0) == 0 ? .completed : .failed)
        if let status = try field["status"].ifPresent({ try $0.string() }) {
            guard let known = TaskExecution.Status(rawValue: status) else {
                throw field["status"].failure(
                    "\"\(status)\" is not known; there are "
                        + TaskExecution.Status.allCases.map(\.rawValue).joined(separator: ", "))
            }
            execution.status = known
        }
        if let start = execution.startedAt, let end = execution.completedAt {
            guard end >= start else { throw field["completedAt"].failure("is before startedAt") }
        }
        self.init(execution, decisionID: try field["decisionId"].ifPresent { try $0.string() })
    }

    /// The outcome as it stands on the wire, without what is absent.
    public var json: JSONValue {
        var object = execution.task.json.object ?? JSONObject()
        object["decisionId"] = decisionID.map(JSONValue.string)
        object["taskId"] = .string(execution.taskID)
        object["sample"] = execution.sample.map(JSONValue.string)
        object["startedAt"] = execution.startedAt.map(JSONValue.number)
        object["completedAt"] = execution.completedAt.map(JSONValue.number)
        object["cpu"] = execution.cpu.map(JSONValue.number)
        object["memory"] = execution.memory.map(JSONValue.number)
        object["duration"] = execution.duration.map(JSONValue.number)
        object["exit"] = execution.exit.map(JSONValue.integer)
        object["status"] = .string(execution.status.rawValue)
        return .object(object)
    }

    /// Outcomes that may be reported at once.
    public static let limit = 10_000

    /// Reads outcomes as they are reported: `{"executions": [E]}`, or as the data of a CloudEvent 1.0 in its structured
    /// form, or of a batch of such events; the data of an event is `{"executions": [E]}` or one E.
    public static func list(_ field: JSONField) throws -> [ReportedExecution] {
        let executions: [ReportedExecution]
        if field.value?.array != nil {
            executions = try field.elements().flatMap(event)
        } else if field["specversion"].isPresent {
            executions = try event(field)
        } else {
            try field.refuseUnknown(["executions"])
            executions = try field["executions"].elements().map(outcome)
        }
        guard executions.count <= limit else {
            throw field["executions"].failure("holds \(executions.count) executions, more than \(limit)")
        }
        return executions
    }

    /// An outcome whose measurements are possible; those in a journal were taken in when they were reported.
    private static func outcome(_ field: JSONField) throws -> ReportedExecution {
        let reported = try ReportedExecution(field)
        for target in ResourceTarget.allCases {
            if let problem = reported.execution.impossibility(of: target) {
                let name = target == .duration && !field["duration"].isPresent ? "completedAt" : target.rawValue
                throw field[name].failure(problem)
            }
        }
        return reported
    }

    private static func event(_ field: JSONField) throws -> [ReportedExecution] {
        let version = try field["specversion"].string()
        guard version == "1.0" else { throw field["specversion"].failure("is \(version); CloudEvents 1.0 are read") }
        for name in ["id", "source", "type"] where try field[name].string().isEmpty {
            throw field[name].failure("is empty")
        }
        let data = field["data"]
        guard data["executions"].isPresent else { return [try outcome(data)] }
        return try data["executions"].elements().map(outcome)
    }
}
