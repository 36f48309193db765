import Files

extension WorkflowEdit {
    /// The edit as it stands on the wire: an object with the `task` that it is about and what becomes of it.
    public var json: JSONValue {
        func object(_ task: String?, _ name: String, _ value: JSONValue) -> JSONValue {
            .object(JSONObject([("task", .string(task ?? "")), (name, value)]))
        }
        func names(_ tasks: [String]) -> JSONValue { .array(tasks.dropFirst().map(JSONValue.string)) }
        return switch self {
        case .change(let change): change.json
        case .addEdge(let parent, let child): object(child, "addParent", .string(parent))
        case .removeEdge(let parent, let child): object(child, "removeParent", .string(parent))
        case .split(let task, let chunks): object(task, "chunks", .integer(chunks))
        case .merge(let tasks): object(tasks.first, "mergeWith", names(tasks))
        case .replace(let task, let alternative): object(task, "alternative", .string(alternative))
        case .pin(let task, let pool): object(task, "pool", .string(pool))
        case .together(let tasks): object(tasks.first, "togetherWith", names(tasks))
        case .skip(let task): object(task, "skip", .bool(true))
        }
    }

    /// Reads an edit as it stands on the wire.
    ///
    /// - Throws: `InputError` that names the field.
    public init(_ field: JSONField) throws {
        let task = try field["task"].string()
        func others(_ name: String) throws -> [String] {
            [task] + (try field[name].elements().map { try $0.string() })
        }
        if field["addParent"].isPresent {
            self = .addEdge(parent: try field["addParent"].string(), child: task)
        } else if field["removeParent"].isPresent {
            self = .removeEdge(parent: try field["removeParent"].string(), child: task)
        } else if field["chunks"].isPresent {
            self = .split(task: task, chunks: try field["chunks"].int())
        } else if field["mergeWith"].isPresent {
            self = .merge(tasks: try others("mergeWith"))
        } else if field["alternative"].isPresent {
            self = .replace(task: task, alternative: try field["alternative"].string())
        } else if field["pool"].isPresent {
            self = .pin(task: task, pool: try field["pool"].string())
        } else if field["togetherWith"].isPresent {
            self = .together(tasks: try others("togetherWith"))
        } else if field["skip"].isPresent {
            self = .skip(task: task)
        } else {
            self = .change(try TaskChange(field))
        }
    }
}
