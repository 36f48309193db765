/// Which task runs where and when.
public struct Schedule: Codable, Hashable, Sendable {
    /// One task on one node, over the half-open interval from `start` to `end`, in seconds.
    public struct Placement: Codable, Hashable, Sendable {
        /// The task's identifier.
        public var id: String
        /// The node's name.
        public var node: String
        /// When it starts.
        public var start: Double
        /// When it ends.
        public var end: Double

        /// The task `id` on `node`.
        public init(id: String, node: String, start: Double, end: Double) {
            self.id = id
            self.node = node
            self.start = start
            self.end = end
        }
    }

    /// The tasks.
    public var tasks: [Placement]

    /// A schedule of `tasks`.
    public init(tasks: [Placement]) {
        self.tasks = tasks
    }

    /// When the last task ends; 0 without tasks.
    public var makespan: Double { tasks.map(\.end).max() ?? 0 }
}
