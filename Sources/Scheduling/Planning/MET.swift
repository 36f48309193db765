import Simulation

/// Minimum execution time: tasks level by level, each on the node on which it runs shortest, whatever is there; of
/// equally good nodes the first.
///
/// Sources and order as for ``MCT``. On nodes that are alike all tasks run on the first.
struct MET: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        PlanDraft.inOrder(instance, on: &board, isOver: isOver) { draft, rooms, task, arrival in
            rooms.slot(of: task, arrival, on: rooms.shortest(of: task, draft), draft)
        }
    }
}
