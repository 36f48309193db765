/// One attempt at one task.
public struct TaskRecord: Sendable, Hashable {
    /// How an attempt ended.
    public enum Outcome: UInt8, Sendable, Hashable {
        case completed
        /// It failed by itself.
        case error
        /// It held less memory than it needed.
        case outOfMemory
        /// It was ended for having run too long.
        case timeLimit
        /// Its node went down.
        case nodeLost
        /// Its workflow was given up.
        case givenUp
    }

    /// The workflow, by its place among the arrivals.
    public var arrival: Int
    /// The task, by its place in the workflow.
    public var task: Int
    /// The node, by its place in the cluster.
    public var node: Int
    /// 1 for the first attempt.
    public var attempt: Int
    /// Bytes that it held.
    public var memory: Double
    /// When its last parent had ended, or the attempt before.
    public var ready: Double
    /// From when on its node was held for it.
    public var placed: Double
    /// When it started: its files were there, and its node was on.
    public var start: Double
    /// When it ended; not before its start, unless it never came to that.
    public var end: Double
    /// How it ended.
    public var outcome: Outcome
}
