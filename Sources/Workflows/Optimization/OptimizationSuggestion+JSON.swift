import Files

extension OptimizationSuggestion {
    /// The suggestion as it stands on the wire.
    public var json: JSONValue {
        return .object(
            JSONObject([
                ("id", .string(id)), ("type", .string(type)), ("tasks", .array(tasks.map(JSONValue.string))),
                ("reason", .string(reason)), ("gainSeconds", gainSeconds.json), ("cost", .number(cost)),
                ("risk", .number(risk)), ("verified", .bool(verified)), ("weight", .number(weight)),
                ("changes", .array(changes.map(\.json))),
            ]))
    }

    /// Reads a suggestion as it stands on the wire.
    public init(_ field: JSONField) throws {
        let gain = field["gainSeconds"]
        self.init(
            id: try field["id"].string(), type: try field["type"].string(),
            tasks: try field["tasks"].elements().map { try $0.string() }, reason: try field["reason"].string(),
            gainSeconds: Gain(
                p05: try gain["p05"].double(), p50: try gain["p50"].double(), p95: try gain["p95"].double()),
            cost: try field["cost"].double(), risk: try field["risk"].double(), verified: try field["verified"].bool(),
            weight: try field["weight"].ifPresent { try $0.double() } ?? 1,
            changes: try field["changes"].elements().map { try WorkflowEdit($0) })
    }
}

extension OptimizationSuggestion.Gain {
    /// The quantiles as they stand on the wire.
    var json: JSONValue {
        .object(JSONObject([("p05", .number(p05)), ("p50", .number(p50)), ("p95", .number(p95))]))
    }
}
