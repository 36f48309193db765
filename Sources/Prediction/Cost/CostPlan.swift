import Workflows

/// The cheapest way to run a workflow that was found, and what it is compared with.
public struct CostPlan: Sendable, Hashable {
    /// Nodes that are alike.
    public struct Choice: Sendable, Hashable {
        /// The name of their pool, else of the first such node of the cluster.
        public var pool: String
        /// Those of the cluster that are taken, in its order.
        public var nodes: [Cluster.Node]
    }

    /// What a task asks for.
    public struct Request: Sendable, Hashable {
        /// The task's identifier.
        public var task: String
        /// Cores.
        public var cores: Double
        /// Memory of the first attempt, in bytes; one that needs more is tried again with the double.
        public var memoryBytes: Double
    }

    /// What a run came to in the simulator; where durations are forecast, the means over the same draws.
    public struct Outcome: Sendable, Hashable {
        /// The rule that schedules.
        public var policy: String
        /// What the allocation goes by.
        public var allocation: String
        /// What the run uses.
        public var use: ResourceUse
        /// Failed attempts over tasks.
        public var failureRate: Double
        /// The part of the runs in which the deadline was kept; 1 without one.
        public var deadlineProbability: Double
    }

    /// A mix that nothing which was tried is both cheaper and shorter than.
    public struct Point: Sendable, Hashable {
        /// The names of the pools that it takes nodes of, and how many.
        public var counts: [Count]
        /// What it comes to.
        public var outcome: Outcome
    }

    /// Nodes of a pool.
    public struct Count: Sendable, Hashable {
        /// The name of the pool.
        public var pool: String
        /// How many.
        public var count: Int
    }

    /// The nodes that are taken, by pools, in the order in which rules look at them: those whose cores are the cheapest for
    /// what they do first.
    public var choices: [Choice]
    /// What every task asks for, in the order of the file.
    public var requests: [Request]
    /// What the run comes to.
    public var outcome: Outcome
    /// The same workflow first in, first out on the whole cluster as it is given, every task with its request as defined: the
    /// one that it states, else its recorded use rounded up to a power of two.
    public var baseline: Outcome
    /// What was asked for; nil where nothing was.
    public var deadlineSeconds: Double?
    /// No mix costs less, by the price of the work and of the ends of nodes alone.
    public var lowerBound: Double
    /// Whether every mix was simulated that may be cheaper, with each allocation under each of the rules.
    public var isProven: Bool
    /// Mixes that were simulated.
    public var iterations: Int
    /// Draws of the durations that each was run on.
    public var samples: Int
    /// What can be chosen among: from the cheapest to the shortest that was tried.
    public var front: [Point]

    /// By how much it is cheaper than the baseline, in the unit of the prices; negative where only more nodes keep the deadline.
    public var saved: Double { baseline.use.cost - outcome.use.cost }
    /// The same as a part of the baseline's cost.
    public var savedShare: Double { baseline.use.cost > 0 ? saved / baseline.use.cost : 0 }

    /// The mix that is taken, with what it comes to.
    public var point: Point {
        Point(counts: choices.map { Count(pool: $0.pool, count: $0.nodes.count) }, outcome: outcome)
    }

    /// The nodes that are taken, as a cluster of its own.
    public func cluster(of whole: Cluster) -> Cluster {
        Cluster(nodes: choices.flatMap(\.nodes), bandwidthBytesPerSecond: whole.bandwidthBytesPerSecond)
    }
}
