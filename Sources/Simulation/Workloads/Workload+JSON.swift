import Files

extension Workload {
    /// Reads a workload as it stands in a file.
    ///
    /// - Throws: `InputError` that names the field: unknown, missing, of a wrong kind or out of range, another schema version,
    ///   a name twice, no positive weight.
    public init(_ field: JSONField) throws {
        try field.refuseUnknown([
            "schemaVersion", "arrivals", "count", "durationSeconds", "applications", "requests", "deadlineFactor",
            "trouble", "notes",
        ])
        let version = try field["schemaVersion"].int()
        guard version == Self.schemaVersion else {
            throw field["schemaVersion"].failure("is \(version); version \(Self.schemaVersion) is read")
        }
        let elements = try field["applications"].elements()
        guard !elements.isEmpty else {
            throw field["applications"].failure("is empty: a workload has at least one application")
        }
        var names: Set<String> = []
        let applications = try elements.map { element in
            let application = try Application(element)
            guard names.insert(application.name).inserted else {
                throw element["name"].failure("\"\(application.name)\" stands twice")
            }
            return application
        }
        let weights = applications.reduce(0) { $0 + $1.weight }
        guard weights > 0, weights.isFinite else {
            throw field["applications"].failure("has weights that add up to \(weights), not to a positive number")
        }
        self.init(
            arrivals: try ArrivalProcess(field["arrivals"]), extent: try Self.extent(field), applications: applications,
            requests: try field["requests"].ifPresent { try RequestRule($0) },
            deadlineFactor: try field["deadlineFactor"].ifPresent { try Distribution($0) },
            trouble: try field["trouble"].ifPresent { try ClusterTrouble($0) } ?? ClusterTrouble(),
            notes: try field["notes"].elementsIfPresent().map { try $0.string() })
    }

    private static func extent(_ field: JSONField) throws -> Extent {
        if let count = try field["count"].ifPresent({ try $0.int() }) {
            guard !field["durationSeconds"].isPresent else {
                throw field["durationSeconds"].failure("stands beside count")
            }
            guard (0...mostArrivals).contains(count) else {
                throw field["count"].failure("is \(count), not between 0 and \(mostArrivals)")
            }
            return .count(count)
        }
        guard field["durationSeconds"].isPresent else { throw field["count"].failure("is missing") }
        return .duration(seconds: try field["durationSeconds"].amount())
    }

    /// The workload as it stands in a file.
    public var json: JSONValue {
        var object = JSONObject([("schemaVersion", .integer(Self.schemaVersion))])
        if !notes.isEmpty { object["notes"] = .array(notes.map(JSONValue.string)) }
        object["arrivals"] = arrivals.json
        switch extent {
        case .count(let count): object["count"] = .integer(count)
        case .duration(let seconds): object["durationSeconds"] = .number(seconds)
        }
        object["requests"] = requests?.json
        object["deadlineFactor"] = deadlineFactor?.json
        if trouble != ClusterTrouble() { object["trouble"] = trouble.json }
        object["applications"] = .array(applications.map(\.json))
        return .object(object)
    }
}

extension Workload.Application {
    init(_ field: JSONField) throws {
        let kinds = ["workflow", "structure", "family"].filter { field[$0].isPresent }
        guard kinds.count == 1 else {
            throw field.failure(
                "is of \(kinds.isEmpty ? "no kind" : kinds.joined(separator: " and ")): exactly one of workflow, structure "
                    + "(fitted) and family must be there")
        }
        let own: Set = ["name", "weight"]
        let source: Workload.Source
        switch kinds[0] {
        case "workflow":
            try field.refuseUnknown(own.union(["workflow"]))
            let path = try field["workflow"].string()
            guard !path.isEmpty else { throw field["workflow"].failure("is empty") }
            source = .workflow(path: path)
        case "structure":
            try field.refuseUnknown(own.union(FittedApplication.members))
            source = .fitted(try FittedApplication(members: field))
        default:
            try field.refuseUnknown(own.union(SyntheticFamily.members))
            source = .family(try SyntheticFamily(members: field))
        }
        let name = try field["name"].string()
        guard !name.isEmpty else { throw field["name"].failure("is empty") }
        self.init(name: name, weight: try field["weight"].ifPresent { try $0.amount() } ?? 1, source: source)
    }

    var json: JSONValue {
        let members: [(String, JSONValue)] =
            switch source {
            case .workflow(let path): [("workflow", .string(path))]
            case .fitted(let fitted): fitted.fields
            case .family(let family): family.fields
            }
        return .object(JSONObject([("name", .string(name)), ("weight", .number(weight))] + members))
    }
}
