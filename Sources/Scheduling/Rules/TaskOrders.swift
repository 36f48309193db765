import Simulation

/// Orders of tasks by what is known of them when their workflow arrives.
extension QueueOrder {
    /// The workflow that arrived first: what MapReduce clusters began with.
    ///
    /// Zaharia and others, "Job scheduling for multi-user MapReduce clusters", UCB/EECS-2009-55, 2009, section 2.
    static let jobFIFO = QueueOrder.tasks { arrival, place in
        [Double](repeating: Double(place), count: arrival.instance.taskCount)
    }

    /// The shortest expected time first, which has the least mean waiting time on one machine.
    ///
    /// Smith, "Various optimizers for single-stage production", 1956.
    static let shortestFirst = QueueOrder.tasks { arrival, _ in arrival.expectedSeconds }

    /// The longest expected time first, which keeps the last end within 4/3 of the optimum on equal machines.
    ///
    /// Graham, "Bounds on multiprocessing timing anomalies", 1969.
    static let longestFirst = QueueOrder.tasks { arrival, _ in arrival.expectedSeconds.map { -$0 } }

    /// The earliest deadline first: that of the task, else that of its workflow; those without one come last.
    ///
    /// Liu and Layland, "Scheduling algorithms for multiprogramming in a hard-real-time environment", 1973.
    static let earliestDeadlineFirst = QueueOrder.tasks { arrival, _ in
        arrival.instance.deadlines.map { arrival.at + min($0, arrival.deadline ?? .infinity) }
    }

    /// The longest path behind a task first, by its expected times averaged over the nodes and with transfers: the upward rank
    /// of Topcuoglu, Hariri, Wu, "Performance-effective and low-complexity task scheduling", 2002, equation 5, as the order
    /// of a list in the manner of Kelley, "Critical-path planning and scheduling", 1961.
    static let criticalPathFirst = QueueOrder.tasks(pathKeys)

    static let pathKeys: TaskKeys = { arrival, _ in
        let instance = arrival.forecast.map(arrival.instance.with(runtimes:)) ?? arrival.instance
        return instance.graph.upwardRanks(costs: instance.meanDurations) {
            instance.transferSeconds(from: $0, to: $1)
        }.map { -$0 }
    }

    /// The larger priority first, where ``secondsPerPriority`` seconds of waiting make up for one of priority, and a task that
    /// has waited for ``patienceSeconds`` has a node kept free for it: the wait of every task is bounded by that, the tasks
    /// that were ready up to then, and the longest task.
    ///
    /// Ageing: Silberschatz, Galvin, Gagne, "Operating System Concepts", section on priority scheduling. Keeping a node free
    /// for one task: Lifka, "The ANL/IBM SP scheduling system", 1995.
    static let agedPriority = {
        var order = QueueOrder.arrival
        order.secondsPerPriority = 600
        order.patienceSeconds = 3600
        return order
    }()

    /// In the order in which tasks become ready, on the nodes in turn.
    ///
    /// Kleinrock, "Queueing Systems, Volume 2", 1976, section 4.4, has the rule for processors' time.
    static let roundRobin = {
        var order = QueueOrder.arrival
        order.takesNodesInTurn = true
        return order
    }()

    /// First in, first out, and nothing passes the first: first come, first served for parallel jobs.
    ///
    /// Schwiegelshohn and Yahyapour, "Analysis of first-come-first-serve parallel job scheduling", SODA 1998.
    static let strictArrival = {
        var order = QueueOrder.arrival
        order.isStrict = true
        return order
    }()
}
