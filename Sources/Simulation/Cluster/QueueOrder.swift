/// The order in which a virtual cluster takes tasks that are ready: by priority, then by a key, then by when they became
/// ready, then by arrival and the file's order.
public struct QueueOrder: Sendable {
    /// Tells the keys of all tasks of a workflow; `place` counts arrivals.
    public typealias TaskKeys = @Sendable (_ arrival: Arrival, _ place: Int) -> [Double]

    enum Key: Sendable {
        /// When a task became ready.
        case ready
        /// Told when a task becomes ready.
        case task(@Sendable (_ task: Int, _ ready: Double) -> Double)
        /// Told for all tasks of a workflow when it arrives.
        case arrival(TaskKeys)
        /// Of a workflow, told again whenever what it holds or what remains of it changes; its tasks by keys of their own, if
        /// there are some, told when it arrives.
        case workflow(@Sendable (WorkflowShare) -> Double, within: TaskKeys?)
        /// The best of those that fit on a node, told for each node with room.
        case best(window: Int, @Sendable (_ candidates: [Candidate], _ node: CandidateNode) -> Int)
    }

    let key: Key
    /// Whether no task may pass one that waits for room.
    public var isStrict = false
    /// Whether tasks go to the nodes in turn, each to the next one with room behind the last, instead of to the first.
    public var takesNodesInTurn = false
    /// Seconds of waiting that make a task as urgent as one more of priority; nil where a larger priority always comes first.
    public var secondsPerPriority: Double?
    /// Seconds of waiting after which the task that has waited longest has a node kept free for it until it fits there; nil
    /// where a large task may be passed for ever.
    public var patienceSeconds: Double?
    /// What chooses among the tasks that come first; nil where the first is taken.
    var choice: Choosing?

    private init(_ key: Key) { self.key = key }

    /// An order by a key that is told when a task becomes ready; smaller is earlier.
    public init(isStrict: Bool = false, key: @escaping @Sendable (_ task: Int, _ ready: Double) -> Double) {
        self.init(.task(key))
        self.isStrict = isStrict
    }

    /// The order in which tasks become ready, as a list: what has no room is passed by what has.
    ///
    /// List scheduling: Graham, "Bounds for certain multiprocessing anomalies", 1966.
    public static let arrival = QueueOrder(.ready)

    /// An order by keys, one for each task, that are told when a workflow arrives; smaller is earlier.
    public static func tasks(_ keys: @escaping TaskKeys) -> QueueOrder { QueueOrder(.arrival(keys)) }

    /// An order by a key of workflows, which changes as they run; smaller is earlier. Tasks of one workflow come in the order
    /// of the keys that `within` tells, else in the one in which they become ready.
    public static func workflows(
        within: TaskKeys? = nil, _ key: @escaping @Sendable (WorkflowShare) -> Double
    ) -> QueueOrder { QueueOrder(.workflow(key, within: within)) }

    /// Node by node, the best of those that fit there: `choose` gives its place among the candidates, which are the first
    /// `window` of them, of the largest priority, in the order in which they became ready.
    public static func best(
        window: Int, _ choose: @escaping @Sendable (_ candidates: [Candidate], _ node: CandidateNode) -> Int
    ) -> QueueOrder {
        precondition(window > 0, "a window of \(window) tasks")
        return QueueOrder(.best(window: window, choose))
    }
}

/// How a virtual cluster goes through what waits.
enum QueueMode {
    case lines, strict, workflows, best
}

/// What a workflow holds, and what remains of it.
public struct WorkflowShare: Sendable, Hashable {
    /// Its place among the arrivals.
    public var place: Int
    /// When it arrived.
    public var arrived: Double
    /// Its weight.
    public var weight: Double
    /// Cores that its tasks hold.
    public var coresHeld: Double
    /// Bytes that its tasks hold.
    public var memoryHeld: Double
    /// Cores times expected seconds at speed 1 of its tasks that have not ended.
    public var remainingCoreSeconds: Double
    /// Cores of the cluster.
    public var clusterCores: Double
    /// Bytes of memory of its nodes that have a limit.
    public var clusterMemory: Double
}

/// A task that fits on a node.
public struct Candidate: Sendable, Hashable {
    /// Cores that it asks for.
    public var cores: Double
    /// Bytes that it asks for.
    public var memory: Double
    /// Seconds that it is expected to take at speed 1.
    public var seconds: Double
    /// Seconds that it has waited.
    public var waited: Double
    /// Cores times expected seconds at speed 1 of the tasks of its workflow that have not ended.
    public var remainingCoreSeconds: Double
    var entry: WaitingLine.Entry
}

/// A node that has room.
public struct CandidateNode: Sendable, Hashable {
    /// Cores.
    public var cores: Double
    /// Cores that are free.
    public var freeCores: Double
    /// Bytes of memory; infinite without a limit.
    public var memory: Double
    /// Bytes of memory that are free.
    public var freeMemory: Double
    /// A task runs for its time over this.
    public var speed: Double
    /// Seconds that every task takes longer.
    public var overheadSeconds: Double
}
