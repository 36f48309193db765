import Files

extension TaskModel {
    /// Reads it as it stands in a file.
    public init(_ field: JSONField) throws {
        try field.refuseUnknown([
            "process", "cores", "inputBytes", "duration", "memory", "cpu", "branch", "loop", "failures", "stragglers",
        ])
        let process = try field["process"].string()
        guard !process.isEmpty else { throw field["process"].failure("is empty") }
        self.init(process: process, duration: try SizedQuantity(field["duration"]))
        cores = try field["cores"].ifPresent { try Distribution($0) }
        input = try field["inputBytes"].ifPresent { try Input($0) }
        memory = try field["memory"].ifPresent { try SizedQuantity($0) }
        cpu = try field["cpu"].ifPresent { try SizedQuantity($0) }
        if let branch = field["branch"].isPresent ? field["branch"] : nil {
            try branch.refuseUnknown(["probability"])
            branchProbability = try branch["probability"].share()
        }
        if let loop = field["loop"].isPresent ? field["loop"] : nil {
            try loop.refuseUnknown(["expectedIterations"])
            expectedIterations = try loop["expectedIterations"].double(atLeast: 1)
        }
        failures = try field["failures"].ifPresent { try FailureShares($0) } ?? FailureShares()
        stragglers = try field["stragglers"].ifPresent {
            try $0.refuseUnknown(["share", "factor"])
            return Stragglers(share: try $0["share"].share(), factor: try $0["factor"].double(atLeast: 1))
        }
    }

    /// It as it stands in a file, without what is absent.
    public var json: JSONValue {
        var object = JSONObject([("process", .string(process))])
        object["cores"] = cores?.json
        object["inputBytes"] = input?.json
        object["duration"] = duration.json
        object["memory"] = memory?.json
        object["cpu"] = cpu?.json
        if branchProbability < 1 {
            object["branch"] = .object(JSONObject([("probability", .number(branchProbability))]))
        }
        if expectedIterations > 1 {
            object["loop"] = .object(JSONObject([("expectedIterations", .number(expectedIterations))]))
        }
        if failures.total > 0 { object["failures"] = failures.json }
        object["stragglers"] = stragglers.map {
            .object(JSONObject([("share", .number($0.share)), ("factor", .number($0.factor))]))
        }
        return .object(object)
    }
}

extension TaskModel.Input {
    init(_ field: JSONField) throws {
        guard field.value?.object != nil, field["distribution"].isPresent else {
            self.init(bytes: try Distribution(field))
            return
        }
        try field.refuseUnknown(["forEachParent", "distribution", "fit"])
        self.init(
            bytes: try Distribution(field["distribution"]),
            isForEachParent: try field["forEachParent"].ifPresent { try $0.bool() } ?? false,
            fit: try field["fit"].ifPresent { try GoodnessOfFit($0) })
    }

    var json: JSONValue {
        guard isForEachParent || fit != nil else { return bytes.json }
        var object = JSONObject()
        if isForEachParent { object["forEachParent"] = .bool(true) }
        object["distribution"] = bytes.json
        object["fit"] = fit?.json
        return .object(object)
    }
}

extension FailureShares {
    init(_ field: JSONField) throws {
        try field.refuseUnknown(["outOfMemory", "timeout", "error"])
        outOfMemory = try field["outOfMemory"].ifPresent { try $0.share() } ?? 0
        timeout = try field["timeout"].ifPresent { try $0.share() } ?? 0
        error = try field["error"].ifPresent { try $0.share() } ?? 0
        guard total <= 1 else { throw field.failure("adds up to \(JSONValue.text(of: total)), more than 1") }
    }

    var json: JSONValue {
        .object(
            JSONObject(
                [("outOfMemory", outOfMemory), ("timeout", timeout), ("error", error)].filter { $0.1 > 0 }
                    .map { ($0.0, .number($0.1)) }))
    }
}
