import Files
import Prediction
import Workflows

extension CostQuestion {
    /// Milliseconds for a search where nothing is said.
    public static let usualBudgetMs = 2000.0

    /// Reads what `cost` is asked about `document`, the workflow that stands there.
    ///
    /// - Throws: `InputError` that names the field: also where no node has a price.
    public init(_ field: JSONField, about document: WfFormatDocument) throws {
        try field.refuseUnknown([
            "workflow", "cluster", "deadlineSeconds", "maxFailureRate", "deadlineProbability", "durations", "budgetMs",
            "iterations", "seed",
        ])
        let cluster = try Cluster(field["cluster"])
        try cluster.checkPrices(path: "cluster.nodes")
        let durations = try field["durations"].ifPresent { try $0.string() } ?? "given"
        guard ["given", "predicted"].contains(durations) else {
            throw field["durations"].failure("\"\(durations)\" is not known; there are given, predicted")
        }
        let iterations = try field["iterations"].ifPresent { field in
            let value = try field.int()
            guard value > 0 else { throw field.failure("is \(value), not positive") }
            return value
        }
        let seed = try field["seed"].ifPresent { field in
            guard let value = UInt64(exactly: try field.int()) else { throw field.failure("is negative") }
            return value
        }
        let budget = try field["budgetMs"].ifPresent(ScheduleQuestion.budget) ?? Self.usualBudgetMs
        self.init(
            document.workflow, on: cluster,
            deadlineSeconds: try field["deadlineSeconds"].ifPresent { try $0.positive() },
            maxFailureRate: try field["maxFailureRate"].ifPresent { try $0.amount() } ?? Self.usualFailureRate,
            deadlineProbability: try field["deadlineProbability"].ifPresent { try $0.share() }
                ?? Self.usualDeadlineProbability,
            predictsDurations: durations == "predicted", budget: .milliseconds(budget), iterations: iterations,
            seed: seed ?? 1)
    }

    /// The question about `document` as it stands on the wire.
    func json(about document: WfFormatDocument) -> JSONValue {
        var object = JSONObject([("workflow", document.json), ("cluster", cluster.json)])
        object["deadlineSeconds"] = deadlineSeconds.map(JSONValue.number)
        object["maxFailureRate"] = .number(maxFailureRate)
        object["deadlineProbability"] = .number(deadlineProbability)
        object["durations"] = .string(predictsDurations ? "predicted" : "given")
        object["budgetMs"] = .number(budget / .milliseconds(1))
        object["iterations"] = iterations.map(JSONValue.integer)
        object["seed"] = .integer(Int(clamping: seed))
        return .object(object)
    }
}
