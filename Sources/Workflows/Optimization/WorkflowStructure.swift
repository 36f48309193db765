/// What the shape of a workflow says before any of it has run.
public struct WorkflowStructure: Sendable, Hashable {
    /// A dependency.
    public struct Edge: Sendable, Hashable {
        /// What is waited for.
        public var parent: String
        /// What waits.
        public var child: String

        /// `child` waits for `parent`.
        public init(parent: String, child: String) {
            self.parent = parent
            self.child = child
        }
    }

    /// Tasks one behind the other, each the only child of the one before and waiting for it alone.
    public struct Chain: Sendable, Hashable {
        /// The tasks, in order.
        public var tasks: [String]
        /// Seconds that they take on their fastest nodes.
        public var seconds: Double

        /// The chain of `tasks`.
        public init(tasks: [String], seconds: Double) {
            self.tasks = tasks
            self.seconds = seconds
        }
    }

    /// A task that unusually many others wait for, or that waits for unusually many.
    public struct HotSpot: Sendable, Hashable {
        /// The task.
        public var task: String
        /// How many.
        public var count: Int

        /// `task` with its `count` neighbours.
        public init(task: String, count: Int) {
            self.task = task
            self.count = count
        }
    }

    /// Tasks that delay the end if they take a tenth of the critical path longer, the least slack first.
    public var nearCritical: [String] = []
    /// How many tasks stand on each level: a task's level is one more than the deepest of its parents'.
    public var widths: [Int] = []
    /// How many tasks could run at once if nothing lacked: from each moment, in seconds, to the next.
    public var profile: [ParallelismStep] = []
    /// The part of the longest path, transfers between different nodes included, that is transfers.
    public var transferShare = 0.0
    /// Dependencies beside which another path leads from the parent to the child.
    public var redundantEdges: [Edge] = []
    /// Dependencies of which that was not decided within the steps that were allowed.
    public var undecidedEdges = 0
    /// The longest chains, in seconds.
    public var chains: [Chain] = []
    /// Tasks that wait for the most others.
    public var fanIn: [HotSpot] = []
    /// Tasks that the most others wait for.
    public var fanOut: [HotSpot] = []

    /// Nothing is known.
    public init() {}
}

/// How many tasks run at once from a moment on, up to the next step.
public struct ParallelismStep: Sendable, Hashable {
    /// The moment, in seconds.
    public var at: Double
    /// Tasks.
    public var tasks: Int

    /// `tasks` from `at` on.
    public init(at: Double, tasks: Int) {
        self.at = at
        self.tasks = tasks
    }
}
