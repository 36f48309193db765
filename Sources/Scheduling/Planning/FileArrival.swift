import Simulation

/// When the files of a task can be on each node, from one look at its parents instead of one for each node.
///
/// Of all nodes at most one has them earlier than the others: the one on which the parent ran whose files would be the last
/// elsewhere.
struct FileArrival: Hashable {
    /// When the last parent has ended; not before the start of the plan.
    var ready: Double
    /// The node of the parent whose files are the last at other nodes; -1 without parents.
    private(set) var node = -1
    /// The latest arrival there.
    private var there: Double
    /// The latest arrival on every other node.
    private(set) var elsewhere: Double

    /// The arrivals of the files of `task`, of whose parents those count that are placed in `timetable`.
    init(of task: Int, _ instance: SchedulingInstance, _ timetable: Timetable, from start: Double) {
        ready = start
        there = start
        elsewhere = start
        var (node, elsewhere, ready) = (-1, start, start)
        instance.forEachParent(of: task) { parent, transfer in
            guard timetable.nodes[parent] >= 0 else { return }
            let end = timetable.ends[parent]
            ready = max(ready, end)
            if end + transfer >= elsewhere { (node, elsewhere) = (timetable.nodes[parent], end + transfer) }
        }
        var there = start
        instance.forEachParent(of: task) { parent, transfer in
            guard timetable.nodes[parent] >= 0 else { return }
            there = max(there, timetable.ends[parent] + (timetable.nodes[parent] == node ? 0 : transfer))
        }
        (self.node, self.ready, self.there, self.elsewhere) = (node, ready, there, elsewhere)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(elsewhere) }

    /// When they are on `node`.
    func moment(on node: Int) -> Double { node == self.node ? there : elsewhere }
}
