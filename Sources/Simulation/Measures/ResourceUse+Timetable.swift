import Workflows

extension ResourceUse {
    /// Seconds without a task after which a node is off.
    public static let idleSeconds = 60.0

    /// The use of `timetable`, a run of `instance`.
    public init(_ timetable: Timetable, of instance: SchedulingInstance) {
        self.init(makespan: timetable.makespan, cost: 0, coreHours: 0, gigabyteHours: 0)
        var held = [[(from: Double, to: Double)]](repeating: [], count: instance.nodeCount)
        for task in 0..<instance.taskCount {
            let hours = (timetable.ends[task] - timetable.placed[task]) / 3600
            coreHours += instance.cores[task] * hours
            gigabyteHours += instance.memory[task] / 1e9 * hours
            if hours > 0 { held[timetable.nodes[task]].append((timetable.placed[task], timetable.ends[task])) }
        }
        cost = zip(instance.cluster.nodes, held).reduce(0) { sum, node in
            sum + node.0.pricePerHour * Self.secondsOn(node.1) / 3600
        }
    }

    /// How long a node is on that holds tasks in `intervals`: until it has had none for ``idleSeconds``.
    static func secondsOn(_ intervals: [(from: Double, to: Double)]) -> Double {
        var total = 0.0
        var end: Double?
        for interval in intervals.sorted(by: { $0.from < $1.from }) {
            if let last = end, interval.from <= last + idleSeconds {
                total += max(0, interval.to - last)
                end = max(last, interval.to)
            } else {
                total += interval.to - interval.from + idleSeconds
                end = interval.to
            }
        }
        return total
    }
}
