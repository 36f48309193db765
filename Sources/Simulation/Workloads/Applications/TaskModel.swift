import Files
import Workflows

/// What is known of one kind of task of an application, to draw tasks like it.
public struct TaskModel: Sendable, Hashable {
    /// The size of what a task reads.
    public struct Input: Sendable, Hashable {
        /// The size in bytes, or, where it is for each parent, what it is over the number of parents.
        public var bytes: Distribution
        /// Whether a task with more parents reads as much more.
        public var isForEachParent = false
        /// How well it describes what it was fitted to.
        public var fit: GoodnessOfFit?

        /// Inputs of these sizes.
        public init(bytes: Distribution, isForEachParent: Bool = false, fit: GoodnessOfFit? = nil) {
            self.bytes = bytes
            self.isForEachParent = isForEachParent
            self.fit = fit
        }
    }

    /// Tasks that take much longer than others of their kind at their size of input.
    public struct Stragglers: Sendable, Hashable {
        /// Their share of all.
        public var share: Double
        /// How many times as long they take.
        public var factor: Double

        /// A share of tasks that take `factor` times as long.
        public init(share: Double, factor: Double) {
            self.share = share
            self.factor = factor
        }
    }

    /// The step: `process` of its tasks.
    public var process: String
    /// Cores that it holds; nil where none were recorded.
    public var cores: Distribution?
    /// What it reads; nil where that is not known.
    public var input: Input?
    /// Seconds at speed 1.
    public var duration: SizedQuantity
    /// Peak memory in bytes; nil where it was not measured.
    public var memory: SizedQuantity?
    /// Cores in use on average; nil where they were not measured.
    public var cpu: SizedQuantity?
    /// The chance that a task of a run's graph runs at all.
    public var branchProbability = 1.0
    /// How often a task that runs does so, on average.
    public var expectedIterations = 1.0
    /// How often its attempts fail.
    public var failures = FailureShares()
    /// Those that are much slower, which `duration` does not hold.
    public var stragglers: Stragglers?

    /// A kind of task that takes `duration`.
    public init(process: String, duration: SizedQuantity) {
        self.process = process
        self.duration = duration
    }
}
