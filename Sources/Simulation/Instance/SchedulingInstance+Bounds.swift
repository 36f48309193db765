extension SchedulingInstance {
    /// Seconds of each task on the fastest node that it fits on.
    public var shortestDurations: [Double] {
        (0..<taskCount).map { task in
            (0..<nodeCount).reduce(.infinity) { fits(task, on: $1) ? min($0, duration(task, on: $1)) : $0 }
        }
    }

    /// The length of the critical path with every task on its fastest node and without transfers, in seconds.
    public var criticalPathSeconds: Double {
        graph.upwardRanks(costs: shortestDurations).max() ?? 0
    }

    /// No schedule is shorter: the larger of the critical path at the fastest speed and total core-seconds over total
    /// core-speed, in seconds.
    public var lowerBound: Double {
        let work = zip(runtimes, cores).reduce(0) { $0 + $1.0 * $1.1 }
        let speed = cluster.nodes.reduce(0) { $0 + $1.cores * $1.speed }
        return work > 0 ? max(criticalPathSeconds, work / speed) : criticalPathSeconds
    }

    /// Seconds of each task, the mean over the nodes that it fits on.
    public var meanDurations: [Double] {
        (0..<taskCount).map { task in
            var (sum, count) = (0.0, 0)
            for node in 0..<nodeCount where fits(task, on: node) {
                sum += duration(task, on: node)
                count += 1
            }
            return sum / Double(max(count, 1))
        }
    }
}
