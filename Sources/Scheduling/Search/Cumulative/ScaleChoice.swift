import Simulation

/// The static key by many scales on workflows of one node, and the one scale that is best on all of them.
public struct ScaleChoice: Sendable {
    /// Scales that were tried, in cores, in equal ratios.
    public let scales: [Double]
    /// By each of them, for each workflow, how much longer the schedule is than its lower bound.
    public let gaps: [[Double]]

    /// Tries `count` scales on `instances`, all of which have one node of the same cores.
    ///
    /// - Parameter serialFrom: as ``ListScheduler`` takes it.
    /// - Returns: nil where one of them has not exactly one node.
    public init?(_ instances: [SchedulingInstance], count: Int = 40, serialFrom: Double = .infinity) {
        precondition(!instances.isEmpty && count > 0, "\(count) scales for \(instances.count) workflows")
        var (scales, gaps) = ([Double](), [[Double]]())
        for instance in instances {
            guard let scheduler = CumulativeScheduler(instance) else { return nil }
            scales = scheduler.scales(count)
            let bound = instance.lowerBound
            gaps.append(
                scales.map { scale in
                    let makespan = scheduler.timetable(scale: scale, serialFrom: serialFrom).makespan
                    return bound > 0 ? makespan / bound - 1 : 0
                })
        }
        self.scales = scales
        self.gaps = gaps
    }

    /// The place of the scale with the least mean gap.
    public var bestPlace: Int {
        let sums = scales.indices.map { place in gaps.reduce(0) { $0 + $1[place] } }
        return sums.indices.min { sums[$0] < sums[$1] } ?? 0
    }

    /// The scale with the least mean gap, in cores.
    public var best: Double { scales[bestPlace] }
}
