import Files

extension PredictedQuantity {
    /// The forecast as it stands on the wire.
    public var json: JSONValue {
        var object = JSONObject([
            ("unit", .string(unit)), ("p05", .number(p05)), ("p50", .number(p50)), ("p95", .number(p95)),
            ("allocation", .number(allocation)), ("reason", .string(reason)), ("source", .string(source.rawValue)),
        ])
        object["sizing"] = sizing?.json
        return .object(object)
    }

    /// Whether its numbers are finite and in their order.
    public var isSound: Bool {
        [p05, p50, p95, allocation].allSatisfy { $0.isFinite && $0 > 0 } && p05 <= p50 && p50 <= p95
    }
}

extension ResourcePrediction {
    /// The answer for one task as it stands on the wire.
    public var json: JSONValue {
        let steps = retry.map { step in
            JSONValue.object(
                JSONObject([
                    ("onFailure", .string(step.onFailure)), ("memoryBytes", .number(step.memoryBytes)),
                    ("seconds", .number(step.seconds)),
                ]))
        }
        return .object(
            JSONObject([
                ("cpu", cpu.json), ("memory", memory.json), ("duration", duration.json), ("retry", .array(steps)),
                ("samples", .integer(samples)), ("cold", .bool(cold)),
            ]))
    }

    /// How narrow the forecasts are: the mean of √(p05 / p95) over the targets, from 0 to 1.
    public var confidence: Double {
        ResourceTarget.allCases.reduce(0) { $0 + (self[$1].p05 / self[$1].p95).squareRoot() } / 3
    }

    /// Who gave it: a heuristic only where it gave every part.
    public var source: DecisionSource {
        ResourceTarget.allCases.map { self[$0].source }.first { $0 != .heuristic } ?? .heuristic
    }
}
