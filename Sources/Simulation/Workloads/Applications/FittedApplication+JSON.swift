import Files

extension FittedApplication {
    /// The members of an application of this kind beside those of every application.
    static let members: Set = ["structure", "scale", "tasks", "stages", "shapes"]

    /// Reads the members of a fitted application.
    ///
    /// - Throws: `InputError` that names the field: a process that stands twice, a stage that waits for itself or for a
    ///   later one, a shape that has not one count for each stage, or no tasks at all.
    init(members field: JSONField) throws {
        let word = try field["structure"].string()
        guard let structure = Structure(rawValue: word) else {
            throw field["structure"].failure(
                "\"\(word)\" is not known; there are "
                    + Structure.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var places: [String: Int] = [:]
        var tasks: [TaskModel] = []
        for element in try field["tasks"].elements() {
            let model = try TaskModel(element)
            guard places.updateValue(tasks.count, forKey: model.process) == nil else {
                throw element["process"].failure("\"\(model.process)\" stands twice")
            }
            tasks.append(model)
        }
        let stages = try field["stages"].elements().enumerated().map { place, element in
            try Stage(element, at: place, tasks: places)
        }
        guard !stages.isEmpty else { throw field["stages"].failure("is empty: an application has at least one stage") }
        let shapes = try field["shapes"].elements().map { try Shape($0, stages: stages.count) }
        guard shapes.contains(where: { $0.weight > 0 }) else {
            throw field["shapes"].failure("holds no shape with a positive weight")
        }
        self.init(
            structure: structure, tasks: tasks, stages: stages, shapes: shapes,
            scale: try field["scale"].ifPresent { try $0.positive() } ?? 1)
    }

    /// Its members as they stand in a file.
    var fields: [(String, JSONValue)] {
        [
            ("structure", .string(structure.rawValue)), ("scale", .number(scale)),
            ("tasks", .array(tasks.map(\.json))),
            ("stages", .array(stages.map { $0.json(tasks: tasks) })), ("shapes", .array(shapes.map(\.json))),
        ]
    }
}

extension FittedApplication.Stage {
    fileprivate init(_ field: JSONField, at place: Int, tasks: [String: Int]) throws {
        try field.refuseUnknown(["process", "after"])
        let process = try field["process"].string()
        guard let task = tasks[process] else { throw field["process"].failure("\"\(process)\" is none of the tasks") }
        self.init(
            task: task,
            links: try field["after"].elementsIfPresent().map { try FittedApplication.Link($0, before: place) })
    }

    fileprivate func json(tasks: [TaskModel]) -> JSONValue {
        var object = JSONObject([("process", .string(tasks[task].process))])
        if !links.isEmpty { object["after"] = .array(links.map(\.json)) }
        return .object(object)
    }
}

extension FittedApplication.Link {
    fileprivate init(_ field: JSONField, before place: Int) throws {
        try field.refuseUnknown(["stage", "pattern", "fanIn", "inputShare", "coverage"])
        let stage = try field["stage"].int()
        guard stage >= 0, stage < place else {
            throw field["stage"].failure("is \(stage), not a stage before this one, the stage \(place)")
        }
        let pattern: FittedApplication.Pattern
        switch try field["pattern"].string() {
        case "all": pattern = .all
        case "gather": pattern = .gather
        case "some": pattern = .some(try Distribution(field["fanIn"]))
        case let word: throw field["pattern"].failure("\"\(word)\" is not known; there are all, gather, some")
        }
        if case .some = pattern {
        } else if field["fanIn"].isPresent {
            throw field["fanIn"].failure("stands beside a pattern other than some")
        }
        self.init(
            stage: stage, pattern: pattern, inputShare: try field["inputShare"].ifPresent { try $0.share() } ?? 0,
            coverage: try field["coverage"].ifPresent { try $0.share() } ?? 1)
    }

    fileprivate var json: JSONValue {
        var object = JSONObject([("stage", .integer(stage))])
        switch pattern {
        case .all: object["pattern"] = .string("all")
        case .gather: object["pattern"] = .string("gather")
        case .some(let fanIn):
            object["pattern"] = .string("some")
            object["fanIn"] = fanIn.json
        }
        if inputShare > 0 { object["inputShare"] = .number(inputShare) }
        if coverage < 1 { object["coverage"] = .number(coverage) }
        return .object(object)
    }
}

extension FittedApplication.Shape {
    fileprivate init(_ field: JSONField, stages: Int) throws {
        try field.refuseUnknown(["counts", "weight"])
        let counts = try field["counts"].elements().map { element in
            let count = try element.int()
            guard count >= 0, count <= SchedulingInstance.mostTasks else {
                throw element.failure("is \(count), not between 0 and \(SchedulingInstance.mostTasks)")
            }
            return count
        }
        guard counts.count == stages else {
            throw field["counts"].failure("holds \(counts.count) counts for \(stages) stages")
        }
        guard counts.contains(where: { $0 > 0 }) else { throw field["counts"].failure("holds no tasks") }
        self.init(counts: counts, weight: try field["weight"].ifPresent { try $0.amount() } ?? 1)
    }

    fileprivate var json: JSONValue {
        .object(JSONObject([("counts", .array(counts.map(JSONValue.integer))), ("weight", .number(weight))]))
    }
}
