import Simulation

/// Earliest task first: of all ready tasks the one that can start first, on the node on which it can, behind what is there;
/// of equally early ones the first task, on the first node.
///
/// Hwang, Chow, Anger, Lee, "Scheduling precedence graphs in systems with interprocessor communication times", 1989, section 3.
/// Where several can start at once, which is common, the paper leaves the choice open; that of the first node, however slow
/// it is, is SAGA 2.0.2's too. (Others take the larger static level.)
///
/// A start never becomes earlier as more is placed, so that a task is looked at again only when it comes first.
struct ETF: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        var draft = PlanDraft(of: instance, on: board)
        var counts = ParentCounts(of: instance)
        var ready = TaskHeap()
        for task in counts.roots { ready.insert(task, key: board.start) }
        while let (key, task) = ready.pop() {
            if isOver() { return nil }
            let arrival = draft.arrival(of: task)
            let slot = draft.earliestStart(of: task, arrival, in: .end)
            if slot.start > key {
                ready.insert(task, key: slot.start)
                continue
            }
            draft.place(task, arrival, at: slot)
            counts.place(task, of: instance) { ready.insert($0, key: board.start) }
        }
        board = draft.board
        return draft.timetable
    }
}
