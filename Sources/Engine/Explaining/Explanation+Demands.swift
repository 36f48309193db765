import Files
import Workflows

extension Explanation {
    /// What other rules would have forecast of a demand, for the moment of the highest quantile 0.95 of the answer.
    public struct AlternativeDemand: Sendable, Hashable {
        /// The rules.
        public var name: String
        /// The forecast.
        public var forecast: CapacityForecast
        /// Nodes needed by it; nil where none are counted.
        public var needed: Int?

        init(name: String, outcome: CapacityInfluences.Outcome) {
            (self.name, forecast, needed) = (name, outcome.forecast, outcome.needed)
        }

        var json: JSONValue {
            var object = JSONObject([
                ("name", .string(name)), ("at", .number(forecast.at)), ("p50", .number(forecast.p50)),
                ("p95", .number(forecast.p95)),
            ])
            object["needed"] = needed.map(JSONValue.integer)
            return .object(object)
        }
    }
}

extension Explanation.Effect {
    /// What it did to a demand that is forecast as `with`, and as `without` it.
    static func demand(_ with: CapacityInfluences.Outcome, without: CapacityInfluences.Outcome) -> Explanation.Effect {
        func factor(_ value: (CapacityForecast) -> Double) -> Double? {
            let (with, without) = (value(with.forecast), value(without.forecast))
            return with > 0 && without > 0 ? with / without : nil
        }
        let nodes = with.needed.flatMap { with in without.needed.map { with - $0 } }
        return .demand(p50: factor(\.p50), p95: factor(\.p95), nodes: nodes)
    }
}
