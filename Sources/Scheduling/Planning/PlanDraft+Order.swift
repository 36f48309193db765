import Simulation

extension PlanDraft {
    /// Places the tasks level by level, those of a level in the order of the file, each where `slot` says; nil if `isOver` says so before all are placed.
    static func inOrder(
        _ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool,
        slot: (PlanDraft, inout LastingRooms, Int, FileArrival) -> Slot
    ) -> Timetable? {
        var draft = PlanDraft(of: instance, on: board)
        var rooms = LastingRooms(of: draft)
        for task in instance.levels.joined() {
            if isOver() { return nil }
            let arrival = draft.arrival(of: task)
            draft.place(task, arrival, at: slot(draft, &rooms, task, arrival))
        }
        board = draft.board
        return draft.timetable
    }

    /// Places one ready task after the other by `rule`; nil if `isOver` says so before all are placed.
    static func ofReady(
        _ instance: SchedulingInstance, by rule: Candidates.Rule, on board: inout PlanningBoard, isOver: () -> Bool
    ) -> Timetable? {
        var draft = PlanDraft(of: instance, on: board)
        var counts = ParentCounts(of: instance)
        var ready = Candidates(by: rule, in: draft)
        var fresh = counts.roots
        while true {
            for task in fresh {
                if isOver() { return nil }
                ready.add(task, draft)
            }
            if ready.isEmpty { break }
            if isOver() { return nil }
            guard let task = ready.placeLargest(in: &draft, isOver: isOver) else { return nil }
            fresh.removeAll(keepingCapacity: true)
            counts.place(task, of: instance) { fresh.append($0) }
        }
        board = draft.board
        return draft.timetable
    }
}
