extension SchedulingInstance {
    /// Seconds of each task on the fastest node that it fits on.
    public var shortestDurations: [Double] {
        let byNeed = fastestKinds
        return (0..<taskCount).map { task in
            let runtime = runtimes[task]
            guard runtime > 0 else { return 0 }
            return byNeed[needOf[task]].reduce(.infinity) { min($0, runtime / $1.speed + $1.overhead) }
        }
    }

    /// The length of the critical path with every task on its fastest node and without transfers, in seconds.
    public var criticalPathSeconds: Double {
        graph.upwardRanks(costs: shortestDurations).max() ?? 0
    }

    /// Seconds at speed 1 times cores, added up over all tasks.
    public var coreSeconds: Double { zip(runtimes, cores).reduce(0) { $0 + $1.0 * $1.1 } }

    /// No schedule is shorter: the larger of the critical path at the fastest speed and total core-seconds over total
    /// core-speed, in seconds.
    public var lowerBound: Double {
        let work = coreSeconds
        let speed = cluster.nodes.reduce(0) { $0 + $1.cores * $1.speed }
        return work > 0 ? max(criticalPathSeconds, work / speed) : criticalPathSeconds
    }

    /// For each need the kinds that are the fastest for some task: of those that fit, the ones with less overhead than
    /// every faster one.
    private var fastestKinds: [[NodeKinds.Kind]] {
        let sorted = kinds.all.sorted { ($1.speed, $0.overhead) < ($0.speed, $1.overhead) }
        return needs.map { need in
            var fastest: [NodeKinds.Kind] = []
            for kind in sorted where kind.overhead < fastest.last?.overhead ?? .infinity && need.fits(kind) {
                fastest.append(kind)
            }
            return fastest
        }
    }

    /// Seconds of each task, the mean over the nodes that it fits on.
    public var meanDurations: [Double] {
        let slowest = kinds.all.reduce(.infinity) { min($0, $1.speed) }
        let sums = needs.map { need in
            var (times, overheads, count) = (0.0, 0.0, 0.0)
            for (place, kind) in kinds.all.enumerated() where need.fits(kind) {
                let number = Double(kinds.nodes[place].count)
                times += number * (slowest / kind.speed)
                overheads += number * kind.overhead
                count += number
            }
            return (times: times, overheads: overheads, count: count)
        }
        return (0..<taskCount).map { task in
            let sum = sums[needOf[task]]
            return runtimes[task] > 0 ? (runtimes[task] / slowest * sum.times + sum.overheads) / sum.count : 0
        }
    }
}
