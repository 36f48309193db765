import Files
import Scheduling
import Workflows

/// What `schedule` is asked: a plan for a whole workflow, or places for tasks that are ready.
public struct ScheduleQuestion: Sendable {
    /// Which of the two.
    public enum Form: Sendable {
        /// Plan `document` on an empty cluster; with `predicts`, durations are forecast.
        case workflow(WfFormatDocument, Cluster, predicts: Bool)
        /// Place tasks on nodes that have room now.
        case ready([ReadyTask], ClusterState, PlacementConstraints)
    }

    /// What is to be scheduled.
    public var form: Form
    /// The rule.
    public var policy: SchedulingPolicy
    /// Time for a search, in milliseconds.
    public var budgetMs: Double

    /// Schedule `form`.
    public init(_ form: Form, policy: SchedulingPolicy = .portfolio, budgetMs: Double = 100) {
        self.form = form
        self.policy = policy
        self.budgetMs = budgetMs
    }

    /// Reads either form; `policy` and `budgetMs` stand in for what is not said.
    public init(_ field: JSONField, policy: SchedulingPolicy, budgetMs: Double) throws {
        let isWhole = field["workflow"].isPresent
        guard isWhole != field["ready"].isPresent else {
            throw field["workflow"].failure("is there together with ready, or neither is: one of the two is scheduled")
        }
        let common: Set = ["policy", "budgetMs", "objective"]
        try field.refuseUnknown(
            common.union(isWhole ? ["workflow", "cluster", "durations"] : ["ready", "state", "constraints"]))
        self.policy = try field["policy"].ifPresent { try SchedulingPolicy(named: $0.string()) } ?? policy
        self.budgetMs = try field["budgetMs"].ifPresent(Self.budget) ?? budgetMs
        if let objective = try field["objective"].ifPresent({ try $0.string() }), objective != "makespan" {
            throw field["objective"].failure("\"\(objective)\" is not known; there is makespan")
        }
        if isWhole {
            let durations = try field["durations"].ifPresent { try $0.string() } ?? "given"
            guard ["given", "predicted"].contains(durations) else {
                throw field["durations"].failure("\"\(durations)\" is not known; there are given, predicted")
            }
            form = .workflow(
                try WfFormatDocument(field["workflow"]), try Cluster(field["cluster"]),
                predicts: durations == "predicted")
        } else {
            form = .ready(
                try ReadyTask.list(field["ready"]), try ClusterState(field["state"]),
                try PlacementConstraints(field["constraints"]))
        }
    }

    /// Milliseconds for a search: above zero, an hour at the most.
    static func budget(_ field: JSONField) throws -> Double {
        let value = try field.positive()
        guard value <= 3_600_000 else { throw field.failure("is more than an hour") }
        return value
    }

    /// The question as it stands on the wire.
    public var json: JSONValue {
        var object: JSONObject
        switch form {
        case .workflow(let document, let cluster, let predicts):
            object = JSONObject([
                ("workflow", document.json), ("cluster", cluster.json),
                ("durations", .string(predicts ? "predicted" : "given")),
            ])
        case .ready(let tasks, let state, let constraints):
            object = JSONObject([
                ("ready", .array(tasks.map(\.json))), ("state", state.json), ("constraints", constraints.json),
            ])
        }
        object["policy"] = .string(policy.rawValue)
        object["budgetMs"] = .number(budgetMs)
        return .object(object)
    }
}
