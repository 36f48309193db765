import Files

extension Bottleneck {
    /// The bottleneck as it stands on the wire.
    public var json: JSONValue {
        .object(
            JSONObject([
                ("task", .string(task)), ("probability", .number(probability)), ("delaySeconds", .number(delaySeconds)),
                ("resource", .string(resource)), ("reason", .string(reason)),
            ]))
    }
}

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

extension OptimizationSuggestion {
    /// The suggestion as it stands on the wire.
    public var json: JSONValue {
        let gain = JSONObject([
            ("p05", .number(gainSeconds.p05)), ("p50", .number(gainSeconds.p50)), ("p95", .number(gainSeconds.p95)),
        ])
        return .object(
            JSONObject([
                ("id", .string(id)), ("type", .string(type)), ("tasks", .array(tasks.map(JSONValue.string))),
                ("reason", .string(reason)), ("gainSeconds", .object(gain)), ("cost", .number(cost)),
                ("risk", .number(risk)), ("verified", .bool(verified)), ("changes", .array(changes.map(\.json))),
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
            changes: try field["changes"].elements().map { try TaskChange($0) })
    }
}

extension BottleneckAnalysis {
    /// The members that `bottlenecks` answers with.
    public var members: [(String, JSONValue)] {
        let profile = parallelism.map {
            JSONValue.object(JSONObject([("at", .number($0.at)), ("tasks", .integer($0.tasks))]))
        }
        let analysis = JSONObject([
            ("criticalPath", .array(criticalPath.map(JSONValue.string))),
            ("criticalPathSeconds", .number(criticalPathSeconds)), ("meanParallelism", .number(meanParallelism)),
            ("parallelism", .array(profile)), ("slackSeconds", .array(slackSeconds.map(JSONValue.number))),
        ])
        return [("bottlenecks", .array(bottlenecks.map(\.json))), ("analysis", .object(analysis))]
    }
}

extension OptimizationPlan {
    /// The members that `suggestions` answers with.
    public var suggestionMembers: [(String, JSONValue)] {
        [("suggestions", .array(suggestions.map(\.json)))] + outcomeMembers
    }

    /// The members that say what is gained by which set of suggestions.
    public var outcomeMembers: [(String, JSONValue)] {
        let points = pareto.map { point in
            JSONValue.object(
                JSONObject([
                    ("suggestions", .array(point.suggestions.map(JSONValue.string))),
                    ("makespan", .number(point.use.makespan)), ("cost", .number(point.use.cost)),
                    ("gigabyteHours", .number(point.use.gigabyteHours)), ("quality", .number(point.quality)),
                ]))
        }
        return [
            ("pareto", .array(points)), ("recommended", .array(recommended.map(JSONValue.string))),
            ("before", analysis.before.json), ("after", after.json),
        ]
    }

    /// The members that `optimize` answers with.
    public var members: [(String, JSONValue)] { analysis.members + suggestionMembers }
}

extension AppliedOptimization {
    /// The members that `apply` answers with.
    public var members: [(String, JSONValue)] {
        [
            ("workflow", document.json), ("changes", .array(changes.map(\.json))), ("before", before.json),
            ("after", after.json),
        ]
    }
}

extension WfFormatDocument {
    /// The document with `changes` written into the object `tactus` of its tasks.
    /// - Throws: `InputError` that names a task that is not there.
    public func applying(_ changes: [TaskChange]) throws -> WfFormatDocument {
        let places = workflow.places
        var tasks = json["workflow"]?["specification"]?["tasks"]?.array ?? []
        for change in changes {
            guard let place = places[change.task], var task = tasks[place].object else {
                throw InputError("\"\(change.task)\" is no task of the workflow", field: "task")
            }
            var own = task["tactus"]?.object ?? JSONObject()
            if change.cores != nil || change.memoryBytes != nil {
                var request = own["request"]?.object ?? JSONObject()
                if let cores = change.cores { request["cores"] = .number(cores) }
                if let memory = change.memoryBytes { request["memoryBytes"] = .number(memory) }
                own["request"] = .object(request)
            }
            if let priority = change.priority { own["priority"] = .number(priority) }
            task["tactus"] = .object(own)
            tasks[place] = .object(task)
        }
        var root = json.object ?? JSONObject()
        var body = root["workflow"]?.object ?? JSONObject()
        var specification = body["specification"]?.object ?? JSONObject()
        specification["tasks"] = .array(tasks)
        body["specification"] = .object(specification)
        root["workflow"] = .object(body)
        return try WfFormatDocument(.object(root))
    }
}
