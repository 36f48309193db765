import Decisions
import Files
import Workflows

/// An answer with where it comes from; it was written to the journal before it is given.
public struct Decision<Answer: Sendable>: Sendable {
    /// What identifies it.
    public var id: String
    /// The answer.
    public var answer: Answer
    /// Who gave it.
    public var source: DecisionSource
    /// The version that had a part in it; of several the one that decided most, a network before statistics.
    public var model: ModelReference?
    /// Why a heuristic answered instead.
    public var reason: String?
    /// From 0 to 1: for forecasts how narrow they are, for a schedule its lower bound over its makespan, for suggestions
    /// one minus their mean risk.
    public var confidence: Double
    /// Milliseconds from the parsed question to the answer.
    public var latencyMs: Double
    /// The whole answer as it stands on the wire.
    public var body: String
}

/// Several reasons as one; nil where there is none.
func joined(_ reasons: [String?]) -> String? {
    let told = reasons.compactMap(\.self)
    return told.isEmpty ? nil : told.joined(separator: "; ")
}

/// What an answer is made of before it is written down.
struct Draft<Answer: Sendable>: Sendable {
    var answer: Answer
    /// The answer's own members on the wire.
    var members: [(String, JSONValue)]
    var source: DecisionSource
    /// The versions that had a part in it, the one that decided most first.
    var models: [ModelReference] = []
    var reason: String?
    var confidence: Double
    var seed: Int?
    var iterations: Int?
    var outcomesLearned = 0
    /// Whether it stands on what rules forecast in place of a version, whoever decided on that.
    var standsOnFallback = false
    /// What was forecast for each task, where the answer is that.
    var forecasts: [TaskForecast]?

    /// The version that decided most.
    var model: ModelReference? { models.first }

    /// Whether rules stood in for a version. A reason alone is none: the champion gives one where it answers for a challenger.
    var isFallback: Bool { standsOnFallback || reason != nil && model == nil && source == .heuristic }

    /// The members that every answer has, behind its own.
    func body(id: String, latencyMs: Double) -> String {
        var object = JSONObject(members)
        object["decisionId"] = .string(id)
        object["source"] = .string(source.rawValue)
        object["model"] = model?.json
        if models.count > 1 { object["models"] = .array(models.map(\.json)) }
        object["reason"] = reason.map(JSONValue.string)
        object["confidence"] = .number(confidence)
        object["latencyMs"] = .number(latencyMs)
        return JSONValue.object(object).text()
    }
}
