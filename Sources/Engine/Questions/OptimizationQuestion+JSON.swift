import Files
import Scheduling
import Settings
import WorkflowOptimization
import Workflows

extension OptimizationQuestion {
    /// Reads what `optimize`, `bottlenecks` and `suggestions` are asked. Without a cluster the machines that the workflow
    /// was recorded on are taken.
    ///
    /// - Parameter settings: where the time for a search and the threshold of bottlenecks come from if they are not stated.
    public init(_ field: JSONField, _ settings: Settings) throws {
        try field.refuseUnknown([
            "workflow", "cluster", "policy", "objectives", "budgetMs", "bottleneckThreshold", "seed", "weights",
        ])
        let document = try WfFormatDocument(field["workflow"])
        guard let cluster = try field["cluster"].ifPresent({ try Cluster($0) }) ?? document.recordedCluster else {
            throw field["cluster"].failure("is missing, and the workflow names no machine with its cores")
        }
        let policy = try field["policy"].ifPresent { try SchedulingPolicy(named: $0.string()) } ?? .fifo
        let objectives = try field["objectives"].elementsIfPresent().map { field in
            let name = try field.string()
            guard let objective = Objective(rawValue: name) else {
                let known = Objective.allCases.map(\.rawValue).joined(separator: ", ")
                throw field.failure("\"\(name)\" is not known; there are \(known)")
            }
            return objective
        }
        let threshold = try field["bottleneckThreshold"].ifPresent { try $0.share() }
        let seed = try field["seed"].ifPresent { field in
            guard let value = UInt64(exactly: try field.int()) else { throw field.failure("is negative") }
            return value
        }
        let weights = try field["weights"].ifPresent { field in
            try field.object().keys.map { type in
                let known = SimulatingOptimizer.suggestionTypes
                guard known.contains(type) else {
                    throw field[type].failure("is no type of suggestion; there are \(known.joined(separator: ", "))")
                }
                return (type, try field[type].share())
            }
        }
        let budget = try field["budgetMs"].ifPresent(ScheduleQuestion.budget) ?? settings.targetLatencyMs
        self.init(
            document, on: cluster, policy: policy.rawValue,
            objectives: objectives.isEmpty ? Objective.allCases : objectives, budget: .milliseconds(budget),
            bottleneckThreshold: threshold ?? settings.bottleneckThreshold, seed: seed ?? 1,
            weights: Dictionary(uniqueKeysWithValues: weights ?? []))
    }

    /// The question as it stands on the wire.
    var json: JSONValue {
        var object = JSONObject([
            ("workflow", document.json), ("cluster", cluster.json), ("policy", .string(policy)),
            ("objectives", .array(objectives.map { .string($0.rawValue) })),
            ("budgetMs", .number(budget / .milliseconds(1))),
            ("bottleneckThreshold", .number(bottleneckThreshold)), ("seed", .integer(Int(clamping: seed))),
        ])
        if !weights.isEmpty {
            object["weights"] = .object(
                JSONObject(weights.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) }))
        }
        return .object(object)
    }
}
