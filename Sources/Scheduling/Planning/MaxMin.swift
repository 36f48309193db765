import Simulation

/// Max-min: of the tasks of a level the one whose first possible end is the latest, there, behind what is there; then the same
/// for those that remain, level by level; of equally good tasks and nodes the first.
///
/// Ibarra, Kim, "Heuristic algorithms for scheduling independent tasks on nonidentical processors", 1977, algorithm E; Braun
/// and others, 2001, section 3. Levels are taken as by ``MinMin``.
struct MaxMin: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        var draft = PlanDraft(of: instance, on: board)
        var left = Candidates(by: .latestFinish, in: draft)
        for tasks in instance.levels {
            for task in tasks {
                if isOver() { return nil }
                left.add(task, draft)
            }
            while !left.isEmpty {
                if isOver() { return nil }
                if left.placeLargest(in: &draft, isOver: isOver) == nil { return nil }
            }
        }
        board = draft.board
        return draft.timetable
    }
}
