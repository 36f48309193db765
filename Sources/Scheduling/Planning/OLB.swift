import Simulation

/// Opportunistic load balancing: tasks level by level, each on the node that is free first, whatever it takes there
/// and wherever its files are; of equally good nodes the first.
///
/// Sources and order as for ``MCT``. A node is free when it has room for the task for good.
/// (A task of no length needs none, so that it goes to the first node; to SAGA it is like any other.)
struct OLB: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        PlanDraft.inOrder(instance, on: &board, isOver: isOver) { draft, _, task, arrival in
            var best = (node: -1, moment: Double.infinity)
            for node in draft.nodes(for: task) {
                let moment =
                    instance.runtimes[task] > 0
                    ? draft.lastingRoom(for: task, ready: draft.board.start, on: node) : draft.board.start
                if moment < best.moment { best = (node, moment) }
            }
            return draft.slot(of: task, arrival, on: best.node, in: .end)
        }
    }
}
