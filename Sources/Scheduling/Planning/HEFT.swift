import Simulation

/// Heterogeneous earliest finish time: tasks by their upward rank, each on the node on which it ends first, into a gap
/// where one is large enough.
///
/// Ranks use costs averaged over the nodes, and transfers between different nodes. Of tasks of equal rank the one that
/// stands first in topological order is taken, of equally good nodes the first.
///
/// Topcuoglu, Hariri, Wu, "Performance-effective and low-complexity task scheduling for heterogeneous computing", 2002,
/// section 4.
struct HEFT: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        let order = Self.order(of: instance)
        if isOver() { return nil }
        var draft = PlanDraft(of: instance, on: board)
        for task in order {
            if isOver() { return nil }
            draft.placeWhereItEndsFirst(task, in: .gap)
        }
        board = draft.board
        return draft.timetable
    }

    /// The tasks by their upward rank (equations 5 and 8 there), each behind its parents.
    static func order(of instance: SchedulingInstance) -> [Int] {
        let ranks = instance.upwardRanks
        var positions = [Int](repeating: 0, count: instance.taskCount)
        for (position, task) in instance.graph.topologicalOrder.enumerated() { positions[task] = position }
        return (0..<instance.taskCount).sorted {
            ranks[$0] != ranks[$1] ? ranks[$0] > ranks[$1] : positions[$0] < positions[$1]
        }
    }
}
