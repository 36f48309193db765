import Files

extension TaskChange {
    /// The change as it stands on the wire.
    public var json: JSONValue {
        var object = JSONObject([("task", .string(task))])
        object["cores"] = cores.map(JSONValue.number)
        object["memoryBytes"] = memoryBytes.map(JSONValue.number)
        object["priority"] = priority.map(JSONValue.number)
        return .object(object)
    }

    /// Reads a change as it stands on the wire.
    public init(_ field: JSONField) throws {
        self.init(
            task: try field["task"].string(), cores: try field["cores"].ifPresent { try $0.positive() },
            memoryBytes: try field["memoryBytes"].ifPresent { try $0.positive() },
            priority: try field["priority"].ifPresent { try $0.double() })
    }
}
