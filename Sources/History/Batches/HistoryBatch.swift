import Workflows

/// A file that was imported, remembered so that importing it again adds nothing.
public struct ImportedSource: Hashable, Sendable {
    /// The file's name, without its folder.
    public var name: String
    /// SHA-256 of its bytes, in hexadecimal.
    public var digest: String
    /// The format that it was read as: `wfformat`, `nextflow`, ...
    public var format: String

    /// A file called `name` with the SHA-256 `digest`, read as `format`.
    public init(name: String, digest: String, format: String) {
        self.name = name
        self.digest = digest
        self.format = format
    }
}

/// The DAG of one run of a workflow, as it is kept beside the executions.
public struct RecordedGraph: Hashable, Sendable {
    /// A dependency between two tasks, by their places in `taskIDs`.
    public struct Edge: Hashable, Sendable {
        /// Place of the task that must end first.
        public var parent: Int
        /// Place of the task that waits for it.
        public var child: Int
        /// Bytes of the files that the parent writes and the child reads; 0 where that is not known.
        public var bytes: Double

        /// A dependency of `child` on `parent`.
        public init(parent: Int, child: Int, bytes: Double) {
            self.parent = parent
            self.child = child
            self.bytes = bytes
        }
    }

    /// Name of the workflow.
    public var workflow: String
    /// Name of the run.
    public var run: String
    /// Identifiers of its tasks, in the order of the source.
    public var taskIDs: [String]
    /// Its dependencies.
    public var edges: [Edge]

    /// The DAG of `run`.
    public init(workflow: String, run: String, taskIDs: [String], edges: [Edge]) {
        self.workflow = workflow
        self.run = run
        self.taskIDs = taskIDs
        self.edges = edges
    }
}

/// What one file holds: the unit in which a history grows.
public struct HistoryBatch: Hashable, Sendable {
    /// The file that it came from.
    public var source: ImportedSource
    /// Its executions, in the order of the file.
    public var executions: [TaskExecution]
    /// The DAGs of its runs, where the format has them.
    public var graphs: [RecordedGraph]

    /// The content of `source`.
    public init(source: ImportedSource, executions: [TaskExecution], graphs: [RecordedGraph] = []) {
        self.source = source
        self.executions = executions
        self.graphs = graphs
    }
}
