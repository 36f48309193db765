import Decisions
import Files
import Workflows

/// Why a decision is as it is.
public struct Explanation: Sendable, Hashable {
    /// Something that moved the decision.
    public struct Factor: Sendable, Hashable {
        /// What it is about.
        public var name: String
        /// What it says.
        public var detail: String
        /// By how much it moved the decision; nil where that was not found.
        public var effect: Effect?

        init(name: String, detail: String, effect: Effect? = nil) {
            self.name = name
            self.detail = detail
            self.effect = effect
        }

        /// That time was over before `count` parts were left out; nothing where all of them were.
        static func untried(_ count: Int) -> [Factor] {
            count > 0 ? [Factor(name: "state", detail: "\(count) parts were not left out, as time was over")] : []
        }

        var json: JSONValue {
            var object = JSONObject([("name", .string(name)), ("detail", .string(detail))])
            object["effect"] = effect?.json
            return .object(object)
        }
    }

    /// What a part of the question or of the answer did, found by leaving it out.
    public enum Effect: Sendable, Hashable {
        /// By what it multiplied the median of each target, in the order of ``ResourceTarget``.
        case medians([Double])
        /// By what it multiplied the time until the last task ends.
        case makespan(Double)
        /// How many other tasks start on another node for its sake, or start at all, or wait.
        case changed(Int)
        /// By what it multiplied what a run uses; nil where without it nothing would be used, or prices are not known.
        case use(makespan: Double?, cost: Double?, gigabyteHours: Double?)
        /// By what it multiplied the median and the quantile 0.95 of a demand, nil where either is not above zero, and how many nodes
        /// more are needed for it; nil where none are counted.
        case demand(p50: Double?, p95: Double?, nodes: Int?)

        /// What it did to a run that uses `with`, and `without` it; nil where no factor is known.
        static func use(_ with: ResourceUse, without: ResourceUse) -> Effect? {
            func factor(_ figure: (ResourceUse) -> Double) -> Double? {
                figure(without) > 0 ? figure(with) / figure(without) : nil
            }
            let (makespan, cost, held) = (factor(\.makespan), factor(\.cost), factor(\.gigabyteHours))
            guard makespan != nil || cost != nil || held != nil else { return nil }
            return .use(makespan: makespan, cost: cost, gigabyteHours: held)
        }

        var json: JSONValue {
            switch self {
            case .medians(let factors):
                .object(JSONObject(zip(ResourceTarget.allCases, factors).map { ($0.rawValue, .number($1)) }))
            case .makespan(let factor): .object(JSONObject([("makespan", .number(factor))]))
            case .changed(let count): .object(JSONObject([("changed", .integer(count))]))
            case .use(let makespan, let cost, let gigabyteHours):
                Self.object([("makespan", makespan), ("cost", cost), ("gigabyteHours", gigabyteHours)])
            case .demand(let p50, let p95, let nodes):
                Self.object([("p50", p50), ("p95", p95), ("nodes", nodes.map(Double.init))])
            }
        }

        /// Those of `members` that are known.
        private static func object(_ members: [(name: String, value: Double?)]) -> JSONValue {
            .object(JSONObject(members.compactMap { name, value in value.map { (name, .number($0)) } }))
        }
    }

    /// What another way would have forecast.
    public struct AlternativeForecast: Sendable, Hashable {
        /// Which forecast of the answer, and by what.
        public var name: String
        /// The forecast.
        public var prediction: ResourcePrediction

        var json: JSONValue {
            let medians = ResourceTarget.allCases.map { ($0.rawValue, JSONValue.number(prediction[$0].p50)) }
            return .object(JSONObject([("name", .string(name))] + medians))
        }
    }

    /// Another way to decide, with what it would have led to.
    public struct Alternative: Sendable, Hashable {
        /// The rule.
        public var policy: String
        /// When the last task would have ended, in seconds.
        public var makespan: Double
        /// Price of the time that nodes would be on; nil where it was not counted.
        public var cost: Double?
        /// What else would be otherwise than decided; nil where the rule says it all.
        public var detail: String?
        /// Whether deadlines are kept as often as was asked; nil where none were asked about.
        public var isInTime: Bool?
        /// Whether attempts fail as seldom as was asked; nil where that was not asked.
        public var failsSeldom: Bool?

        var json: JSONValue {
            var object = JSONObject([("policy", .string(policy)), ("makespan", .number(makespan))])
            object["cost"] = cost.map(JSONValue.number)
            object["detail"] = detail.map(JSONValue.string)
            object["keepsDeadline"] = isInTime.map(JSONValue.bool)
            object["keepsFailureRate"] = failsSeldom.map(JSONValue.bool)
            return .object(object)
        }
    }

    /// The decision.
    public var record: DecisionRecord
    /// The decision in one sentence.
    public var summary: String
    /// What moved it, the most important first.
    public var factors: [Factor]
    /// What else was possible.
    public var alternatives: [Alternative]
    /// What else would have been forecast.
    public var forecasts: [AlternativeForecast] = []
    /// What else a demand would have been forecast to be.
    public var demands: [AlternativeDemand] = []

    /// The explanation as it stands on the wire.
    public var json: JSONValue {
        var object = JSONObject([
            ("decisionId", .string(record.id)), ("type", .string(record.type)), ("at", .number(record.at)),
            ("source", .string(record.source)), ("confidence", .number(record.confidence)),
            ("summary", .string(summary)),
            ("factors", .array(factors.map(\.json))), ("alternatives", .array(alternatives.map(\.json))),
        ])
        if !forecasts.isEmpty { object["forecasts"] = .array(forecasts.map(\.json)) }
        if !demands.isEmpty { object["demands"] = .array(demands.map(\.json)) }
        object["model"] = record.model?.json
        object["reason"] = record.reason.map(JSONValue.string)
        return .object(object)
    }
}
