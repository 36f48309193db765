/// What the time up to the end of a run went into, along the last task, the parent that it waited for longest, the one that
/// this waited for, and so on: the three add up to the makespan.
public struct MakespanShares: Sendable, Hashable {
    /// Seconds in which these tasks ran.
    public private(set) var running = 0.0
    /// Seconds in which they waited for files from other nodes.
    public private(set) var transfers = 0.0
    /// Seconds in which they waited for room on a node.
    public private(set) var room = 0.0

    /// The shares of `timetable`, a run of `instance`.
    ///
    /// - Complexity: linear in tasks and in the dependencies of those on the path.
    public init(_ timetable: Timetable, of instance: SchedulingInstance) {
        var next = timetable.ends.indices.max { timetable.ends[$0] < timetable.ends[$1] }
        while let task = next {
            running += timetable.ends[task] - timetable.starts[task]
            var (latest, arrival): (Int?, Double) = (nil, 0)
            instance.forEachParent(of: task) { parent, transfer in
                let isHere = timetable.nodes[parent] == timetable.nodes[task]
                let moment = timetable.ends[parent] + (isHere ? 0 : transfer)
                if latest == nil || moment > arrival { (latest, arrival) = (parent, moment) }
            }
            room += timetable.starts[task] - arrival
            transfers += latest.map { arrival - timetable.ends[$0] } ?? 0
            next = latest
        }
    }
}
