import Simulation

/// Orders of workflows by what they hold and what remains of them.
extension QueueOrder {
    /// The workflow that holds the fewest cores, as in the fair schedulers of Hadoop and Spark.
    ///
    /// Zaharia and others, "Delay scheduling", 2010, section 2.
    public static let fair = QueueOrder.workflows { $0.coresHeld }

    /// The workflow that holds the fewest cores for its weight: weighted max-min fairness.
    ///
    /// Demers, Keshav, Shenker, "Analysis and simulation of a fair queueing algorithm", 1989.
    static let weightedFair = QueueOrder.workflows { $0.coresHeld / $0.weight }

    /// The workflow with the least remaining core-seconds, which has the least mean completion time on one machine.
    ///
    /// Schrage, "A proof of the optimality of the shortest remaining processing time discipline", 1968.
    public static let leastRemainingWork = QueueOrder.workflows { $0.remainingCoreSeconds }

    /// The workflow with the least remaining core-seconds, of its tasks the one with the longest path behind it.
    ///
    /// Schrage, "A proof of the optimality of the shortest remaining processing time discipline", 1968, among workflows; Kelley,
    /// "Critical-path planning and scheduling", 1961, within one.
    public static let leastRemainingWorkByPath = QueueOrder.workflows(within: pathKeys) { $0.remainingCoreSeconds }

    /// The workflow with the smallest dominant share: of its parts of the cluster's cores and memory, the larger one, for its
    /// weight.
    ///
    /// Ghodsi and others, "Dominant resource fairness: fair allocation of multiple resource types", 2011, algorithm 1.
    static let dominantResourceFair = QueueOrder.workflows { share in
        let memory = share.clusterMemory > 0 ? share.memoryHeld / share.clusterMemory : 0
        return max(share.coresHeld / share.clusterCores, memory) / share.weight
    }
}
