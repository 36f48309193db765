import Simulation

/// When the files of a task can be on each node, from one look at its parents instead of one for each node.
///
/// Of all nodes at most one has them earlier than the others: the one on which the parent ran whose files would be the last
/// elsewhere.
struct FileArrival: Equatable {
    /// When the last parent has ended; not before the start of the plan.
    var ready: Double
    /// The node of the parent whose files are the last at other nodes; -1 without parents.
    var node: Int
    /// The latest arrival there.
    var there: Double
    /// The latest arrival on every other node.
    var elsewhere: Double

    /// When they are on `node`.
    func moment(on node: Int) -> Double { node == self.node ? there : elsewhere }
}

extension FileArrival {
    /// Files that are on every node at `moment`.
    init(everywhereAt moment: Double) { self.init(ready: moment, node: -1, there: moment, elsewhere: moment) }
}

extension PlanDraft {
    /// When the files of `task`, of whose parents those count that are placed, can be on each node.
    func arrival(of task: Int) -> FileArrival {
        var (node, elsewhere, ready) = (-1, board.start, board.start)
        instance.forEachParent(of: task) { parent, transfer in
            guard timetable.nodes[parent] >= 0 else { return }
            let end = timetable.ends[parent]
            ready = max(ready, end)
            if end + transfer >= elsewhere { (node, elsewhere) = (timetable.nodes[parent], end + transfer) }
        }
        var there = board.start
        instance.forEachParent(of: task) { parent, transfer in
            guard timetable.nodes[parent] >= 0 else { return }
            there = max(there, timetable.ends[parent] + (timetable.nodes[parent] == node ? 0 : transfer))
        }
        return FileArrival(ready: ready, node: node, there: there, elsewhere: elsewhere)
    }
}
