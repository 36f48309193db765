/// What came of a stream of workflows on a cluster. Seconds, cores and bytes.
public struct SimulationResult: Sendable {
    /// What came of one workflow.
    public struct Workflow: Sendable, Hashable {
        /// When it arrived.
        public var arrived: Double
        /// When its last task ended; nil if it was given up, or waits for a node that never comes.
        public var completed: Double?
        /// Whether it completed behind its deadline or not at all though it has one, or one of its tasks ended behind its own.
        public var missedDeadline: Bool
        /// Attempts at its tasks, those that failed included.
        public var attempts: Int
        /// Attempts that did not end well.
        public var failures: Int

        /// Seconds from its arrival to the end of its last task.
        public var completionSeconds: Double? { completed.map { $0 - arrived } }
    }

    /// The workflows, in the order of their arrivals.
    public internal(set) var workflows: [Workflow] = []
    /// Attempts at tasks that have ended.
    public internal(set) var executions = 0
    /// Attempts that did not end well.
    public internal(set) var failures = 0
    /// Tasks that ended well; those of a branch that was not taken are none.
    public internal(set) var tasks = 0
    /// Starts and ends of attempts.
    public var taskEvents: Int { 2 * executions }
    /// Cores held, from a task's placement to its end, times seconds, failed attempts included.
    public internal(set) var coreSeconds = 0.0
    /// Bytes held, likewise.
    public internal(set) var byteSeconds = 0.0
    /// Price of the time that nodes are on.
    public internal(set) var cost = 0.0
    /// Seconds that nodes are on, added up.
    public internal(set) var nodeSeconds = 0.0
    /// Cores of the nodes that are in the cluster, on or off, times the seconds of ``makespan``.
    public internal(set) var availableCoreSeconds = 0.0
    /// The moment of the first arrival.
    public internal(set) var began = 0.0
    /// The moment of the last end.
    public internal(set) var ended = 0.0
    /// Every attempt in the order of their ends, if that was asked for.
    public internal(set) var records: [TaskRecord] = []

    /// Nothing yet.
    public init() {}

    /// Cores held times hours.
    public var coreHours: Double { coreSeconds / 3600 }
    /// Gigabytes (10^9 bytes) held times hours.
    public var gigabyteHours: Double { byteSeconds / 3.6e12 }
    /// Seconds from the first arrival to the end of the last task.
    public var makespan: Double { ended - began }
    /// The part of the cluster's core-seconds that tasks held, from the first arrival to the last end.
    public var utilisation: Double { availableCoreSeconds > 0 ? coreSeconds / availableCoreSeconds : 0 }
    /// Workflows that missed a deadline.
    public var missedDeadlines: Int { workflows.count { $0.missedDeadline } }

    /// Mean seconds from a workflow's arrival to the end of its last task, over those that completed; 0 without any.
    public var meanCompletion: Double {
        let seconds = workflows.compactMap(\.completionSeconds)
        return seconds.isEmpty ? 0 : seconds.reduce(0, +) / Double(seconds.count)
    }

    /// Of the same seconds the least that 95 in 100 do not exceed; 0 without any.
    public var p95Completion: Double {
        let seconds = workflows.compactMap(\.completionSeconds).sorted()
        return seconds.isEmpty ? 0 : seconds[(95 * seconds.count + 99) / 100 - 1]
    }
}
