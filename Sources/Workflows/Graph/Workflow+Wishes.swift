extension Workflow {
    /// What a user states about a task beside its records: the object `tactus` of a task in a WfFormat file.
    public struct Wishes: Sendable, Hashable {
        /// Seconds from the start of the workflow by which it should have ended.
        public var deadline: Double?
        /// A larger one is more urgent.
        public var priority = 0.0
        /// Cores to hold instead of the recorded ones.
        public var cores: Double?
        /// Memory to hold instead of the recorded peak, in bytes.
        public var memoryBytes: Double?
        /// The pool of nodes that it must run in.
        public var pool: String?
        /// Identifiers of tasks that must run on the same node.
        public var together: [String] = []
        /// The chance that it runs at all, 0 to 1; nil: it always does.
        public var branchProbability: Double?
        /// How often it runs on average, at least 1; nil: once.
        public var expectedIterations: Double?
        /// Into how many parts it may be divided, at least 1; nil: it is one.
        public var divisible: ClosedRange<Int>?
        /// Other ways to get its result.
        public var alternatives: [Alternative] = []
        /// The name of the one of them that is taken; nil: the task's own way, of quality 1.
        public var alternative: String?
        /// Whether its result exists and may be used instead of running it.
        public var isUnchanged = false

        /// Nothing is wished for.
        public init() {}
    }

    /// Another way to get a task's result.
    public struct Alternative: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Time at speed 1, in seconds.
        public var runtimeSeconds: Double
        /// Cores that it holds; nil: as many as the task.
        public var cores: Double?
        /// Memory that it holds, in bytes; nil: as much as the task.
        public var memoryBytes: Double?
        /// How good the result is: 1 is as good as the task's own, 0 is worth nothing.
        public var quality: Double

        /// The alternative `name`.
        public init(
            name: String, runtimeSeconds: Double, cores: Double? = nil, memoryBytes: Double? = nil, quality: Double = 1
        ) {
            self.name = name
            self.runtimeSeconds = runtimeSeconds
            self.cores = cores
            self.memoryBytes = memoryBytes
            self.quality = quality
        }
    }
}
