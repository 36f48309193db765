import Simulation

/// Sufferage: of the ready tasks the one that would lose most without its best node, there, behind what is there; of equal
/// tasks and nodes the first.
///
/// What a task loses is the time between its end on the node on which it ends first and its end on the next best; a task
/// with one node alone loses everything.
///
/// Maheswaran, Ali, Siegel, Hensgen, Freund, "Dynamic mapping of a class of independent tasks onto heterogeneous computing
/// systems", 1999, section 4; one task at a time, and for workflows over all that are ready, as by Canon and others,
/// "Comparative evaluation of the robustness of DAG scheduling heuristics", 2008, and in SAGA 2.0.2.
struct Sufferage: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        PlanDraft.ofReady(instance, by: .sufferage, on: &board, isOver: isOver)
    }
}
