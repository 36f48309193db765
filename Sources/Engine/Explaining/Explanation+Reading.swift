import Decisions
import Files
import Workflows

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
        case "apply": try explainApplied(answer)
        case "follow-up": try explainFollowUp(answer)
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
}
