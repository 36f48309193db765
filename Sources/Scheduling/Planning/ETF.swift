import Simulation

/// Earliest task first: of all ready tasks the one that can start first, on the node on which it can, behind what is there;
/// of equally early ones the first task, on the first node.
///
/// Hwang, Chow, Anger, Lee, "Scheduling precedence graphs in systems with interprocessor communication times", 1989, section 3.
/// Where several can start at once, which is common, the paper leaves the choice open; that of the first node, however slow
/// it is, is SAGA 2.0.2's too. (Others take the larger static level.)
struct ETF: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        PlanDraft.ofReady(instance, by: .earliestStart, on: &board, isOver: isOver)
    }
}
