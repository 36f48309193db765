import Files
import Workflows

/// What `predict` is asked.
public struct PredictQuestion: Sendable {
    /// Tasks at the most.
    public static let limit = 10_000
    /// The tasks.
    public var tasks: [TaskSpec]

    /// What will these tasks need?
    public init(_ tasks: [TaskSpec]) {
        self.tasks = tasks
    }

    /// Reads `{"task": T}` or `{"tasks": [T]}`.
    public init(_ field: JSONField) throws {
        try field.refuseUnknown(["task", "tasks"])
        guard field["task"].isPresent != field["tasks"].isPresent else {
            throw field["task"].failure("is there together with tasks, or neither is: one of the two is asked")
        }
        tasks =
            field["task"].isPresent
            ? [try TaskSpec(field["task"])] : try field["tasks"].elements().map { try TaskSpec($0) }
        guard (1...Self.limit).contains(tasks.count) else {
            throw field["tasks"].failure("holds \(tasks.count) tasks, not 1 to \(Self.limit)")
        }
    }

    /// The question as it stands on the wire.
    public var json: JSONValue { .object(JSONObject([("tasks", .array(tasks.map(\.json)))])) }
}
