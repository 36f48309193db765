import Simulation

/// Minimum completion time: tasks level by level, each on the node on which it ends first, behind what is there; of
/// equally good nodes the first.
///
/// For independent tasks: Armstrong, Hensgen, Kidd, "The relative performance of various mapping algorithms is independent
/// of sizable variances in run-time predictions", 1998; Braun and others, "A comparison of eleven static heuristics for
/// mapping a class of independent tasks onto heterogeneous distributed computing systems", 2001, section 3. Those take tasks in
/// an arbitrary order; here it is that of the levels (all parents of a task are on levels before), in a level that of the
/// file. SAGA 2.0.2 takes the levels too, in a level an arbitrary order.
struct MCT: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        PlanDraft.inOrder(instance, on: &board, isOver: isOver) { draft, rooms, task, arrival in
            rooms.twoEarliestFinishes(of: task, arrival, draft).best
        }
    }
}
