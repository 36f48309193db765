import Files

extension TaskSpec {
    /// Reads a task as it stands on the wire; only `process` must be there, and an unknown field is refused by its name.
    ///
    /// - Parameter others: names of further members that may stand beside its own.
    public init(_ field: JSONField, beside others: Set<String> = []) throws {
        try field.refuseUnknown(
            others.union([
                "workflow", "process", "tool", "inputBytes", "cores", "memoryRequestBytes", "attempt", "run", "node",
                "submittedAt", "features",
            ]))
        let process = try field["process"].string()
        guard !process.isEmpty else { throw field["process"].failure("is empty") }
        self.init(process: process)
        workflow = try field["workflow"].ifPresent { try $0.string() }
        tool = try field["tool"].ifPresent { try $0.string() }
        inputBytes = try field["inputBytes"].ifPresent { try $0.amount() }
        cores = try field["cores"].ifPresent { try $0.amount() }
        memoryRequestBytes = try field["memoryRequestBytes"].ifPresent { try $0.amount() }
        attempt = try field["attempt"].ifPresent { try $0.int() } ?? 1
        guard attempt >= 1 else { throw field["attempt"].failure("is \(attempt); the first is 1") }
        run = try field["run"].ifPresent { try $0.string() }
        node = try field["node"].ifPresent { try $0.string() }
        submittedAt = try field["submittedAt"].ifPresent { try $0.double() }
        if field["features"].isPresent {
            for (name, value) in try field["features"].object().members {
                guard let feature = value.double.map(FeatureValue.number) ?? value.string.map(FeatureValue.word) else {
                    throw field["features"][name].failure("is \(value.kindName), not a number or a text")
                }
                features[name] = feature
            }
        }
    }

    /// The task as it stands on the wire, without what is absent.
    public var json: JSONValue {
        var object = JSONObject()
        object["workflow"] = workflow.map(JSONValue.string)
        object["process"] = .string(process)
        object["tool"] = tool.map(JSONValue.string)
        object["inputBytes"] = inputBytes.map(JSONValue.number)
        object["cores"] = cores.map(JSONValue.number)
        object["memoryRequestBytes"] = memoryRequestBytes.map(JSONValue.number)
        object["attempt"] = .integer(attempt)
        object["run"] = run.map(JSONValue.string)
        object["node"] = node.map(JSONValue.string)
        object["submittedAt"] = submittedAt.map(JSONValue.number)
        let members = features.sorted { $0.key < $1.key }.map { name, value -> (String, JSONValue) in
            switch value {
            case .number(let number): (name, .number(number))
            case .word(let word): (name, .string(word))
            }
        }
        if !members.isEmpty { object["features"] = .object(JSONObject(members)) }
        return .object(object)
    }
}
