import Simulation

/// Min-min: of the tasks of a level the one that can end first, there, behind what is there; then the same for those that
/// remain, level by level; of equally good tasks and nodes the first.
///
/// Ibarra, Kim, "Heuristic algorithms for scheduling independent tasks on nonidentical processors", 1977, algorithm D; Braun
/// and others, 2001, section 3. Those are for independent tasks. Of a workflow, the tasks of one level (all of whose parents
/// are on levels before) are independent; SAGA 2.0.2 too takes one level after the other.
///
/// An end never becomes earlier as more is placed, so that a task is looked at again only when it comes first.
struct MinMin: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        var draft = PlanDraft(of: instance, on: board)
        var rooms = LastingRooms(of: draft)
        for tasks in instance.levels {
            var left = TaskHeap()
            for task in tasks {
                if isOver() { return nil }
                let slot = rooms.twoEarliestFinishes(of: task, draft.arrival(of: task), draft).best
                left.insert(task, key: slot.finish)
            }
            while let (key, task) = left.pop() {
                if isOver() { return nil }
                let arrival = draft.arrival(of: task)
                let slot = rooms.twoEarliestFinishes(of: task, arrival, draft).best
                if slot.finish > key {
                    left.insert(task, key: slot.finish)
                    continue
                }
                draft.place(task, arrival, at: slot)
            }
        }
        board = draft.board
        return draft.timetable
    }
}
