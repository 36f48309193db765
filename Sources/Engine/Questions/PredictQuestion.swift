import Files
import Workflows

/// What `predict` is asked.
public struct PredictQuestion: Sendable {
    /// Tasks at the most.
    public static let limit = 10_000
    /// The tasks.
    public var tasks: [TaskSpec]
    /// Where they may run: no more is asked for than its largest node has. Nil is without a limit.
    public var cluster: Cluster?

    /// What will these tasks need, and ask for on `cluster`?
    public init(_ tasks: [TaskSpec], on cluster: Cluster? = nil) {
        self.tasks = tasks
        self.cluster = cluster
    }

    /// Reads `{"task": T}` or `{"tasks": [T]}`, beside which `cluster` may stand.
    public init(_ field: JSONField) throws {
        try field.refuseUnknown(["task", "tasks", "cluster"])
        guard field["task"].isPresent != field["tasks"].isPresent else {
            throw field["task"].failure("is there together with tasks, or neither is: one of the two is asked")
        }
        tasks =
            field["task"].isPresent
            ? [try TaskSpec(field["task"])] : try field["tasks"].elements().map { try TaskSpec($0) }
        guard (1...Self.limit).contains(tasks.count) else {
            throw field["tasks"].failure("holds \(tasks.count) tasks, not 1 to \(Self.limit)")
        }
        cluster = try field["cluster"].ifPresent { try Cluster($0) }
    }

    /// The question as it stands on the wire.
    public var json: JSONValue {
        var object = JSONObject([("tasks", .array(tasks.map(\.json)))])
        object["cluster"] = cluster?.json
        return .object(object)
    }
}
