import Files

extension Workflow.Wishes {
    /// Reads the object `tactus` of a task; what is not known in it is left alone.
    ///
    /// - Throws: `InputError` that names the field: a wrong type, a probability or a quality outside 0 to 1, fewer than one
    ///   iteration or chunk.
    public init(_ field: JSONField) throws {
        self.init()
        deadline = try field["deadline"].ifPresent { try $0.amount() }
        priority = try field["priority"].ifPresent { try $0.double() } ?? 0
        cores = try field["request"]["cores"].ifPresent { try $0.positive() }
        memoryBytes = try field["request"]["memoryBytes"].ifPresent { try $0.positive() }
        pool = try field["pool"].ifPresent { try $0.string() }
        together = try field["together"].elementsIfPresent().map { try $0.string() }
        branchProbability = try field["branch"].ifPresent { try $0["probability"].share() }
        expectedIterations = try field["loop"].ifPresent { try $0["expectedIterations"].double(atLeast: 1) }
        divisible = try field["divisible"].ifPresent(Self.chunks)
        alternatives = try field["alternatives"].elementsIfPresent().map { try Workflow.Alternative($0) }
        alternative = try field["alternative"].ifPresent { try $0.string() }
        isUnchanged = try field["unchanged"].ifPresent { try $0.bool() } ?? false
    }

    private static func chunks(_ field: JSONField) throws -> ClosedRange<Int> {
        let most = try field["maximumChunks"].int()
        let least = try field["minimumChunks"].ifPresent { try $0.int() } ?? 1
        guard least >= 1 else { throw field["minimumChunks"].failure("is \(least), less than 1") }
        guard most >= least else { throw field["maximumChunks"].failure("is \(most), less than \(least)") }
        return least...most
    }

    /// The object as it stands in a file, without what is absent; empty where nothing is wished for.
    public var json: JSONObject {
        var object = JSONObject()
        object["deadline"] = deadline.map(JSONValue.number)
        if priority != 0 { object["priority"] = .number(priority) }
        var request = JSONObject()
        request["cores"] = cores.map(JSONValue.number)
        request["memoryBytes"] = memoryBytes.map(JSONValue.number)
        if !request.members.isEmpty { object["request"] = .object(request) }
        object["divisible"] = divisible.map {
            .object(
                JSONObject([
                    ("minimumChunks", .integer($0.lowerBound)), ("maximumChunks", .integer($0.upperBound)),
                ]))
        }
        if !alternatives.isEmpty { object["alternatives"] = .array(alternatives.map(\.json)) }
        object["alternative"] = alternative.map(JSONValue.string)
        object["branch"] = branchProbability.map { .object(JSONObject([("probability", .number($0))])) }
        object["loop"] = expectedIterations.map { .object(JSONObject([("expectedIterations", .number($0))])) }
        object["pool"] = pool.map(JSONValue.string)
        if !together.isEmpty { object["together"] = .array(together.map(JSONValue.string)) }
        if isUnchanged { object["unchanged"] = .bool(true) }
        return object
    }
}

extension Workflow.Alternative {
    /// Reads one element of `alternatives`.
    init(_ field: JSONField) throws {
        self.init(
            name: try field["name"].string(), runtimeSeconds: try field["runtimeInSeconds"].amount(),
            cores: try field["coreCount"].ifPresent { try $0.positive() },
            memoryBytes: try field["memoryInBytes"].ifPresent { try $0.amount() },
            quality: try field["quality"].ifPresent { try $0.share() } ?? 1)
    }

    /// It as it stands in a file.
    var json: JSONValue {
        var object = JSONObject([("name", .string(name)), ("runtimeInSeconds", .number(runtimeSeconds))])
        object["coreCount"] = cores.map(JSONValue.number)
        object["memoryInBytes"] = memoryBytes.map(JSONValue.number)
        object["quality"] = .number(quality)
        return .object(object)
    }
}
