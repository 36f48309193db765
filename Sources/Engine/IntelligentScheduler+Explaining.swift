import Decisions
import Files
import Scheduling
import Workflows

/// Why a decision is as it is.
public struct Explanation: Sendable, Hashable {
    /// Something that moved the decision.
    public struct Factor: Sendable, Hashable {
        /// What it is about.
        public var name: String
        /// What it says.
        public var detail: String
        /// By what it multiplied the median of each target, in the order of ``ResourceTarget``; nil where that was not
        /// found.
        public var effect: [Double]?

        init(name: String, detail: String, effect: [Double]? = nil) {
            self.name = name
            self.detail = detail
            self.effect = effect
        }

        var json: JSONValue {
            var object = JSONObject([("name", .string(name)), ("detail", .string(detail))])
            object["effect"] = effect.map { effect in
                .object(
                    JSONObject(zip(ResourceTarget.allCases, effect).map { ($0.rawValue, JSONValue.number($1)) }))
            }
            return .object(object)
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

    /// The explanation as it stands on the wire.
    public var json: JSONValue {
        var object = JSONObject([
            ("decisionId", .string(record.id)), ("type", .string(record.type)), ("at", .number(record.at)),
            ("source", .string(record.source)), ("confidence", .number(record.confidence)),
            ("summary", .string(summary)),
            (
                "factors",
                .array(factors.map(\.json))
            ),
            (
                "alternatives",
                .array(
                    alternatives.map { alternative in
                        var object = JSONObject([
                            ("policy", .string(alternative.policy)), ("makespan", .number(alternative.makespan)),
                        ])
                        object["cost"] = alternative.cost.map(JSONValue.number)
                        return .object(object)
                    })
            ),
        ])
        if !forecasts.isEmpty { object["forecasts"] = .array(forecasts.map(\.json)) }
        object["model"] = record.model?.json
        object["reason"] = record.reason.map(JSONValue.string)
        return .object(object)
    }
}

extension DecisionRecord {
    /// The decision with its question and its answer as it stands on the wire.
    public func json() throws -> JSONValue {
        var object = JSONObject([
            ("decisionId", .string(id)), ("type", .string(type)), ("at", .number(at)), ("source", .string(source)),
            ("confidence", .number(confidence)), ("latencyMs", .number(latencyMs)),
            ("outcomesLearned", .integer(outcomesLearned)),
        ])
        object["model"] = model?.json
        object["reason"] = reason.map(JSONValue.string)
        object["seed"] = seed.map(JSONValue.integer)
        object["iterations"] = iterations.map(JSONValue.integer)
        object["input"] = try question().value
        object["output"] = try answer().value
        return .object(object)
    }
}

extension IntelligentScheduler {
    /// The decision with this identifier.
    /// - Throws: ``EngineError/unknownDecision(id:)``.
    public func decision(_ id: String) async throws -> DecisionRecord {
        guard let record = try await log.decision(id) else { throw EngineError.unknownDecision(id: id) }
        return record
    }

    /// Why the decision with this identifier is as it is.
    /// - Throws: ``EngineError/unknownDecision(id:)``.
    public func explanation(of id: String) async throws -> Explanation {
        let record = try await decision(id)
        var explanation = try await offload { try Explanation(of: record) }
        if record.type == "predict" { try await explainForecasts(&explanation) }
        return explanation
    }
}

extension Explanation {
    /// Reads from the record of a decision why it is as it is.
    init(of record: DecisionRecord) throws {
        self.init(record: record, summary: "", factors: [], alternatives: [])
        let answer = try record.answer()
        switch record.type {
        case "predict": try explainForecasts(answer)
        case "schedule" where answer["schedule"].isPresent: try explainSchedule(answer["schedule"])
        case "schedule": try explainPlacement(answer)
        case "capacity": try explainCapacity(answer)
        case "cost": try explainCost(answer)
        default: try explainSuggestions(answer)
        }
        if let reason = record.reason { factors.append(.init(name: "fallback", detail: reason)) }
    }

    private mutating func explainForecasts(_ answer: JSONField) throws {
        let predictions = try answer["predictions"].elements()
        let by = record.model.map { "\($0.name) \($0.version)" } ?? "a heuristic"
        summary = "\(predictions.count == 1 ? "a forecast" : "\(predictions.count) forecasts") by \(by)"
        for (place, prediction) in predictions.enumerated() {
            for target in ResourceTarget.allCases {
                factors.append(
                    .init(
                        name: "predictions[\(place)].\(target.rawValue)",
                        detail: try prediction[target.rawValue]["reason"].string()))
            }
        }
    }

    private mutating func explainSchedule(_ schedule: JSONField) throws {
        let (makespan, bound) = (try schedule["makespan"].double(), try schedule["lowerBound"].double())
        let found = try schedule["foundBy"].string()
        summary = "\(found) gave the schedule; it ends after \(JSONValue.text(of: makespan)) s"
        factors.append(.init(name: "lowerBound", detail: "no schedule ends before \(JSONValue.text(of: bound)) s"))
        alternatives = try schedule["alternatives"].elements().map {
            Alternative(
                policy: try $0["policy"].string(), makespan: try $0["makespan"].double(),
                cost: try $0["cost"].ifPresent { try $0.double() })
        }
    }

    private mutating func explainCapacity(_ answer: JSONField) throws {
        let (forecasts, needs) = (try answer["forecast"].elements(), try answer["nodes"].elements())
        summary = "\(forecasts.count) forecasts by \(record.model.map { "\($0.name) \($0.version)" } ?? "a heuristic")"
        if let highest = try forecasts.max(by: { try $0["p95"].double() < $1["p95"].double() }) {
            let (median, high) = (try highest["p50"].double(), try highest["p95"].double())
            factors.append(
                .init(
                    name: "highest",
                    detail: "at \(JSONValue.text(of: try highest["at"].double())) the median is "
                        + "\(JSONValue.text(of: median)), and one time in twenty it is above \(JSONValue.text(of: high))"
                ))
        }
        if let most = try needs.max(by: { try $0["needed"].int() < $1["needed"].int() }) {
            let risk = try most["riskWithPresentNodes"].double()
            factors.append(
                .init(
                    name: "nodes",
                    detail: "\(try most["needed"].int()) are needed at \(JSONValue.text(of: try most["at"].double())); "
                        + "with the present ones the risk of a shortage is \(JSONValue.text(of: risk))"))
        }
    }

    private mutating func explainPlacement(_ answer: JSONField) throws {
        let (placed, waiting) = (try answer["assignments"].elements(), try answer["deferred"].elements())
        summary = "\(placed.count) tasks start now, \(waiting.count) wait"
        for task in placed {
            factors.append(
                .init(name: try task["id"].string(), detail: "starts on \(try task["node"].string())"))
        }
        for task in waiting {
            factors.append(.init(name: try task["id"].string(), detail: try task["reason"].string()))
        }
    }

    private mutating func explainSuggestions(_ answer: JSONField) throws {
        let bottlenecks = try answer["bottlenecks"].elementsIfPresent()
        let suggestions = try answer["suggestions"].elementsIfPresent()
        summary = "\(bottlenecks.count) bottlenecks, \(suggestions.count) suggestions"
        for bottleneck in bottlenecks {
            factors.append(
                .init(name: try bottleneck["task"].string(), detail: try bottleneck["reason"].string()))
        }
        for suggestion in suggestions {
            factors.append(
                .init(name: try suggestion["id"].string(), detail: try suggestion["reason"].string()))
        }
        for change in try answer["changes"].elementsIfPresent() {
            factors.append(
                .init(name: try change["task"].string(), detail: change.value?.text() ?? ""))
        }
    }
}
