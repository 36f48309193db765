import Decisions
import Files
import Scheduling
import Workflows

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
        switch record.type {
        case "predict": try await explainForecasts(&explanation)
        case "schedule": try await explainSchedule(&explanation)
        case "optimize", "bottlenecks", "suggestions": try await explainOptimization(&explanation)
        case "apply": try await explainApplied(&explanation)
        case "capacity": try await explainCapacity(&explanation)
        case "cost": try await explainCost(&explanation)
        default: break
        }
        return explanation
    }

    /// Time for what moved one decision, beside a forecast: a second, or what a decision may take where that is longer.
    var explainingLimit: Duration { max(target, .seconds(1)) }

    /// Adds to `explanation` what `find` does. Where what moved the decision cannot be found, it is said, and what was read of the
    /// record stands.
    func measure(
        _ explanation: inout Explanation, by find: (inout Explanation) async throws -> Void
    ) async throws {
        var measured = explanation
        do {
            try await find(&measured)
            explanation = measured
        } catch let error where !(error is CancellationError) {
            let why =
                (error as? InputError)?.problem ?? (error as? EngineError).map { "\($0)" } ?? "an unexpected error"
            explanation.factors.append(.init(name: "state", detail: "what moved it was not found: \(why)"))
        }
    }
}
