import Files

/// A workflow: its tasks, and which of them wait for which.
public struct Workflow: Sendable {
    /// One task of a workflow.
    public struct Task: Sendable, Hashable {
        /// Its identifier, which no other task has.
        public var id: String
        /// Its name.
        public var name: String
        /// The program that it runs.
        public var program: String?
        /// How many arguments the program is given.
        public var arguments: Int
        /// Time on the node that it was recorded on, in seconds.
        public var runtimeSeconds: Double?
        /// Cores that it was given.
        public var cores: Double?
        /// Peak resident memory, in bytes.
        public var memoryBytes: Double?
        /// Average use of the processor, in cores.
        public var cpu: Double?
        /// Identifiers of the files that it reads.
        public var inputFiles: [String]
        /// Identifiers of the files that it writes.
        public var outputFiles: [String]
        /// The node that it ran on.
        public var node: String?
        /// What its user says of it.
        public var wishes = Wishes()

        /// A task without records.
        public init(id: String, name: String? = nil, runtimeSeconds: Double? = nil) {
            self.id = id
            self.name = name ?? id
            self.runtimeSeconds = runtimeSeconds
            arguments = 0
            inputFiles = []
            outputFiles = []
        }
    }

    /// Its name.
    public var name: String
    /// Its tasks, in the order of the file.
    public private(set) var tasks: [Task]
    /// Which wait for which, by their places in `tasks`.
    public let graph: WorkflowGraph
    /// Sizes of files in bytes, by identifier; a file without a size has none.
    public let fileBytes: [String: Double]
    /// Numbers of the files, made once: a workflow is scheduled many times. Nil since a task's files were changed.
    private var numberedFiles: FileNumbers?

    /// A workflow of `tasks`; `edges` are pairs of identifiers, of a parent and its child.
    ///
    /// - Throws: `InputError` that names a task that stands twice or is not there, or the tasks of a cycle.
    public init(
        name: String, tasks: [Task], edges: [(parent: String, child: String)], fileBytes: [String: Double] = [:]
    ) throws {
        var places: [String: Int] = [:]
        for (place, task) in tasks.enumerated() {
            guard places.updateValue(place, forKey: task.id) == nil else {
                throw InputError("the task \"\(task.id)\" stands twice", field: "tasks[\(place)].id")
            }
        }
        let found = try edges.map { edge in
            guard let parent = places[edge.parent] else {
                throw InputError("\"\(edge.parent)\", a parent of \"\(edge.child)\", is no task", field: "parents")
            }
            guard let child = places[edge.child] else {
                throw InputError("\"\(edge.child)\", a child of \"\(edge.parent)\", is no task", field: "children")
            }
            return (parent, child)
        }
        try self.init(name: name, tasks: tasks, places: found, fileBytes: fileBytes)
    }

    /// A workflow of `tasks`, whose identifiers differ; `places` are pairs of the places of a parent and its child.
    ///
    /// - Throws: `InputError` that names the tasks of a cycle.
    init(
        name: String, tasks: [Task], places: [(parent: Int, child: Int)], fileBytes: [String: Double]
    ) throws {
        self.name = name
        self.tasks = tasks
        self.fileBytes = fileBytes
        numberedFiles = FileNumbers(tasks, fileBytes)
        graph = try WorkflowGraph(names: tasks.map(\.id), edges: places)
    }

    /// The place of each task by its identifier.
    public var places: [String: Int] {
        Dictionary(uniqueKeysWithValues: tasks.enumerated().map { ($1.id, $0) })
    }

    /// Changes what is known of a task; its identifier stays.
    public mutating func update(_ task: Int, _ change: (inout Task) -> Void) {
        let (id, reads, writes) = (tasks[task].id, tasks[task].inputFiles, tasks[task].outputFiles)
        change(&tasks[task])
        tasks[task].id = id
        if tasks[task].inputFiles != reads || tasks[task].outputFiles != writes { numberedFiles = nil }
    }

    /// The files of its tasks by number.
    var files: FileNumbers { numberedFiles ?? FileNumbers(tasks, fileBytes) }

    /// Total size of the files that a task reads, in bytes.
    public func inputBytes(of task: Int) -> Double {
        tasks[task].inputFiles.reduce(0) { $0 + (fileBytes[$1] ?? 0) }
    }

    /// Every dependency with the bytes of the files that the parent writes and the child reads; a file counts once.
    ///
    /// - Complexity: that of ``SharedFiles/steps``.
    public func edges() -> [(parent: Int, child: Int, bytes: Double)] { SharedFiles(self).edges() }
}

extension Workflow: Hashable {
    /// Whether both have the same name, tasks, dependencies and files.
    public static func == (one: Workflow, other: Workflow) -> Bool {
        one.name == other.name && one.graph == other.graph && one.fileBytes == other.fileBytes
            && one.tasks == other.tasks
    }

    /// By name and size: tasks are too many to be read each time.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(tasks.count)
    }
}
