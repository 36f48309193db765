import Simulation

extension PlanDraft {
    /// Places the tasks level by level, those of a level in the order of the file, each where `slot` says; nil if `isOver` says so before all are placed.
    static func inOrder(
        _ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool,
        slot: (PlanDraft, Int, Arrival) -> Slot
    ) -> Timetable? {
        var draft = PlanDraft(of: instance, on: board)
        for task in instance.levels.joined() {
            if isOver() { return nil }
            let arrival = draft.arrival(of: task)
            draft.place(task, arrival, at: slot(draft, task, arrival))
        }
        board = draft.board
        return draft.timetable
    }
}
