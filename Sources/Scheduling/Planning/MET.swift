import Simulation

/// Minimum execution time: tasks level by level, each on the node on which it runs shortest, whatever is there; of
/// equally good nodes the first.
///
/// Sources and order as for ``MCT``. On nodes that are alike all tasks run on the first.
struct MET: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        PlanDraft.inOrder(instance, on: &board, isOver: isOver) { draft, _, task, arrival in
            let nodes = draft.nodes(for: task)
            let node = nodes.min { instance.duration(task, on: $0) < instance.duration(task, on: $1) }
            return draft.slot(of: task, arrival, on: node ?? -1, in: .end)
        }
    }
}
