import Simulation

/// Opportunistic load balancing: tasks level by level, each on the node that is free first, whatever it takes there
/// and wherever its files are; of equally good nodes the first.
///
/// Sources and order as for ``MCT``. A node is free when it has room for the task for good.
/// (A task of no length needs none, so that it goes to the first node; to SAGA it is like any other.)
struct OLB: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        PlanDraft.inOrder(instance, on: &board, isOver: isOver) { draft, rooms, task, arrival in
            let first = rooms.earliestStart(of: task, FileArrival(everywhereAt: draft.board.start), draft)
            return rooms.slot(of: task, arrival, on: first.node, draft)
        }
    }
}
