/// Decides where executors go.
public protocol SparkRule: Sendable {
    /// A stage of ``SparkCluster/openStages`` and how many of the executors go there, at the most; nil where the rest is left.
    func choose(in cluster: SparkCluster) -> SparkChoice?
}

/// Executors for a stage.
public struct SparkChoice: Sendable, Hashable {
    /// The stage, by its number among those of all jobs.
    public var stage: Int
    /// How many.
    public var executors: Int

    /// Executors for a stage.
    public init(_ executors: Int, for stage: Int) {
        self.stage = stage
        self.executors = executors
    }
}

/// Rules that go through jobs in an order.
///
/// Executors stay in their job as long as it can take any. The others go to the first job that has fewer than its cap.
public enum SparkOrder: String, CaseIterable, SparkRule {
    /// The first that came.
    case fifo
    /// The first that came of those that have less than an equal share of the executors, rounded up.
    case fair
    /// That with the least work left.
    case srpt
    /// That with the least work left of those that have less than an equal share of the executors, rounded up.
    case srptFair = "srpt-fair"

    /// The first stage of the executors' own job, else of the first job in the order.
    public func choose(in cluster: SparkCluster) -> SparkChoice? {
        if let own = cluster.sourceJob, let stage = cluster.firstOpenStage(of: own) {
            return SparkChoice(cluster.committable, for: stage)
        }
        let active = cluster.activeJobs.count
        let cap =
            self == .fair || self == .srptFair
            ? (cluster.executorCount + active - 1) / max(active, 1) : cluster.executorCount
        var best: (work: Double, stage: Int, room: Int)?
        for job in cluster.activeJobs where job != cluster.sourceJob {
            let room = cap - cluster.supply(of: job)
            let work = cluster.work(of: job)
            guard room > 0, best.map({ work < $0.work }) ?? true, let stage = cluster.firstOpenStage(of: job) else {
                continue
            }
            best = (work, stage, room)
            if self == .fifo || self == .fair { break }
        }
        return best.map { SparkChoice(min(cluster.committable, $0.room), for: $0.stage) }
    }
}
