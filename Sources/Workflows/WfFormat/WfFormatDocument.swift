import Files

/// A workflow in WfFormat 1.5, the JSON format of WfCommons: what it says of the tasks, and how one run of them went.
///
/// The document is kept whole, so that writing it again loses nothing that is not understood here.
///
/// Coleman and others, "WfCommons: A framework for enabling scientific workflow research and development", 2022.
public struct WfFormatDocument: Sendable {
    /// One record of a task's execution.
    public struct Record: Sendable {
        /// The task, by its place in the workflow.
        public var task: Int
        /// The record in the document, for fields that are not read here.
        public var field: JSONField
    }

    /// A machine that tasks ran on.
    public struct Machine: Sendable, Hashable {
        /// Cores.
        public var cores: Double?
        /// Clock, in MHz.
        public var megahertz: Double?
        /// Memory, in bytes.
        public var memoryBytes: Double?
    }

    /// The whole document.
    public let json: JSONValue
    /// Tasks and dependencies, each task with what its last record says.
    public let workflow: Workflow
    /// Records of executions, in the order of the file; a task that was tried again has several.
    public let records: [Record]
    /// Machines by name.
    public let machines: [String: Machine]

    /// Reads the document `bytes`.
    /// - Throws: `InputError` that names the field: a cycle, a missing task, a wrong type, another schema version.
    public init(parsing bytes: [UInt8], file: String? = nil) throws {
        try self.init(JSONValue(parsing: bytes, file: file), file: file)
    }

    /// Reads the file at `path`.
    public init(contentsOf path: String) throws {
        try self.init(parsing: readBytes(of: path), file: path)
    }

    /// Reads the document that stands at `field` of another one; errors name the place in that one.
    public init(_ field: JSONField) throws {
        guard let json = field.value else { throw field.failure("is missing") }
        do {
            try self.init(json, file: field.file)
        } catch var error as InputError {
            error.field = error.field.map { "\(field.path).\($0)" } ?? field.path
            throw error
        }
    }

    /// Reads `json`.
    public init(_ json: JSONValue, file: String? = nil) throws {
        let root = JSONField(json, file: file)
        let version = try root["schemaVersion"].string()
        guard version == "1.5" else { throw root["schemaVersion"].failure("is \(version); WfFormat 1.5 is read") }
        let specification = root["workflow"]["specification"]
        var tasks = try specification["tasks"].elements().map(Self.task)
        let edges = try specification["tasks"].elements().flatMap(Self.edges)
        var fileBytes: [String: Double] = [:]
        for file in try specification["files"].elementsIfPresent() {
            fileBytes[try file["id"].string()] = try file["sizeInBytes"].ifPresent { try $0.amount() }
        }
        let places = Dictionary(tasks.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let execution = root["workflow"]["execution"]
        var records: [Record] = []
        for field in try execution["tasks"].elementsIfPresent() {
            let id = try field["id"].string()
            guard let place = places[id] else { throw field["id"].failure("\"\(id)\" is no task of the specification") }
            try Self.read(field, into: &tasks[place])
            records.append(Record(task: place, field: field))
        }
        var machines: [String: Machine] = [:]
        for field in try execution["machines"].elementsIfPresent() {
            machines[try field["nodeName"].string()] = Machine(
                cores: try field["cpu"]["coreCount"].ifPresent { try $0.amount() },
                megahertz: try field["cpu"]["speedInMHz"].ifPresent { try $0.amount() },
                memoryBytes: try field["memoryInBytes"].ifPresent { try $0.amount() })
        }
        self.json = json
        self.records = records
        self.machines = machines
        do {
            workflow = try Workflow(
                name: try root["name"].ifPresent { try $0.string() } ?? "", tasks: tasks, edges: edges,
                fileBytes: fileBytes)
        } catch var error as InputError {
            error.file = error.file ?? file
            error.field = error.field.map { "workflow.specification.\($0)" } ?? "workflow.specification.tasks"
            throw error
        }
    }

    private static func task(_ field: JSONField) throws -> Workflow.Task {
        var task = Workflow.Task(
            id: try field["id"].string(), name: try field["name"].ifPresent { try $0.string() })
        task.inputFiles = try field["inputFiles"].elementsIfPresent().map { try $0.string() }
        task.outputFiles = try field["outputFiles"].elementsIfPresent().map { try $0.string() }
        task.wishes = try field["tactus"].ifPresent { try Workflow.Wishes($0) } ?? Workflow.Wishes()
        return task
    }

    /// The dependencies that one task states: `parents` and the inverse of `children`.
    private static func edges(_ field: JSONField) throws -> [(parent: String, child: String)] {
        let id = try field["id"].string()
        return try field["parents"].elementsIfPresent().map { (try $0.string(), id) }
            + field["children"].elementsIfPresent().map { (id, try $0.string()) }
    }

    private static func read(_ field: JSONField, into task: inout Workflow.Task) throws {
        task.program = try field["command"]["program"].ifPresent { try $0.string() }
        task.arguments = try field["command"]["arguments"].elementsIfPresent().count
        task.runtimeSeconds = try field["runtimeInSeconds"].ifPresent { try $0.amount() }
        task.cores = try field["coreCount"].ifPresent { try $0.amount() }
        task.memoryBytes = try field["memoryInBytes"].ifPresent { try $0.amount() }
        task.cpu = try field["avgCPU"].ifPresent { try $0.amount() / 100 }
        task.node = try field["machines"].elementsIfPresent().first?.string()
    }
}
