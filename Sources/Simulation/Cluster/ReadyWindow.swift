/// What could be placed at one moment, and what surrounds it: what a ``TaskChooser`` chooses from.
///
/// Its tasks are in the order of the rule: those of the workflow that the rule puts first come first, so that the first task is
/// the one that the rule would take. They are of the largest priority among those with room, unless waiting makes up for
/// priority (``QueueOrder/secondsPerPriority``): then tasks of all priorities stand there.
public struct ReadyWindow: Sendable {
    /// A task with room on a node.
    public struct Candidate: Sendable, Hashable {
        /// Its place in its workflow.
        public var task: Int
        /// Cores that it asks for.
        public var cores: Double
        /// Bytes that it asks for.
        public var memory: Double
        /// Seconds that it is expected to take at speed 1.
        public var seconds: Double
        /// Seconds of the longest path from its start to the end of its workflow, as its order has them.
        public var pathSeconds: Double
        /// Seconds from now to the end of the longest path through a task of its workflow that is placed, as expected; 0
        /// without one. Where it is longer than ``pathSeconds``, this task may wait and delay nothing.
        public var placedPathSeconds: Double
        /// Its priority; larger is more urgent, 0 where none is stated.
        public var priority: Double
        /// Seconds that it has waited.
        public var waited: Double
        /// Tasks that wait for it.
        public var childCount: Int
        /// The node that it would go to.
        public var node: Int
        /// The pool of that node.
        public var pool: Int
        /// What its workflow holds, and what remains of it.
        public var workflow: WorkflowShare
        /// Cores times expected seconds of the tasks of its workflow that have not been placed.
        public var unplacedCoreSeconds: Double
        /// Tasks of its workflow that have not ended.
        public var unfinishedCount: Int
        /// Tasks of its workflow that wait.
        public var waitingCount: Int
        /// The moment by which its workflow should complete; infinite without one.
        public var deadline: Double
        /// The standard deviation of the logarithm of its seconds; 0 where none is told.
        public var deviation: Double
        /// By how much longer tasks of its workflow took than was believed: the mean of ln of their seconds over those believed, over
        /// those that have ended well and two more of 0.
        public var overrun: Double
        let slot: Int
    }

    /// The nodes of one pool together.
    public struct Pool: Sendable, Hashable {
        /// Nodes that are there.
        public var nodeCount: Int
        /// Their cores.
        public var cores: Double
        /// Those of them that are free.
        public var freeCores: Double
        /// Their bytes of memory; 0 where it has no limit.
        public var memory: Double
        /// Those of them that are free.
        public var freeMemory: Double
        /// Tasks on them.
        public var runningCount: Int
    }

    /// The tasks, one at the least.
    public internal(set) var candidates: [Candidate] = []
    /// The pools, nodes without a pool first.
    public internal(set) var pools: [Pool] = []
    /// The moment, in seconds.
    public internal(set) var now = 0.0
    /// The moment of the first arrival.
    public internal(set) var began = 0.0
    /// Workflows that have arrived.
    public internal(set) var arrivalCount = 0
    /// Those of them that have not ended.
    public internal(set) var aliveCount = 0
    /// Tasks that wait, with room or without.
    public internal(set) var waitingCount = 0
    /// The cores that they ask for.
    public internal(set) var waitingCores = 0.0
    /// Expected core-seconds of a workflow, the mean over those that have arrived.
    public internal(set) var meanCoreSeconds = 0.0
    /// Seconds of its longest path, likewise.
    public internal(set) var meanPathSeconds = 0.0
    /// The largest magnitude of a priority among their tasks; 0 where none is stated.
    public internal(set) var largestPriority = 0.0

    /// A window without tasks.
    public init() {}
}

/// Chooses the task that is placed next.
public protocol TaskChooser: Sendable {
    /// The place of the task among the candidates of `window`; a function of the window alone.
    ///
    /// - Parameter scratch: space that is kept from one choice to the next, empty before the first.
    func choose(from window: ReadyWindow, using scratch: inout ChoiceScratch) -> Int
}

/// Space for what a ``TaskChooser`` works out, so that it is allocated once.
public struct ChoiceScratch: Sendable {
    /// What is seen of the surroundings.
    public var state: [Float] = []
    /// What is seen of the tasks.
    public var features: [Float] = []
    /// What lies between them and the scores.
    public var hidden: [Float] = []
    /// Likewise, behind it.
    public var secondHidden: [Float] = []
    /// What each task is worth.
    public var scores: [Float] = []

    /// No space yet.
    public init() {}
}
