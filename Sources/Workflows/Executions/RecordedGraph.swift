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
