import Simulation

/// Dynamic priority scheduling: the ready task with the largest difference of bottom and top level, on the node on which it
/// ends first, behind what is there; of equal tasks and nodes the first.
///
/// The bottom level is the upward rank. The top level is the longest path from the start of the workflow to the task, of
/// which the part that is placed counts as it is placed, without what tasks wait for their nodes:
///
///     top(t) = max over parents p of top(p) + duration(p, node of p) + (t is placed on that node ? 0 : transfer(p, t))
///
/// so that of two tasks with as much behind them the one goes first that could start earlier.
///
/// The difference of the levels as a dynamic priority goes back to Sih, Lee, "A compile-time scheduling heuristic for
/// interconnection-constrained heterogeneous processor architectures", 1993, section 3. This is the form in which SAGA 2.0.2
/// has it under this name without a source, by its answers.
struct DPS: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        let ranks = instance.upwardRanks
        if isOver() { return nil }
        var draft = PlanDraft(of: instance, on: board)
        var rooms = LastingRooms(of: draft)
        var tops = [Double](repeating: 0, count: instance.taskCount)
        var counts = ParentCounts(of: instance)
        var ready = TaskHeap()
        for task in counts.roots { ready.insert(task, key: -ranks[task]) }
        while let task = ready.pop()?.task {
            if isOver() { return nil }
            let arrival = draft.arrival(of: task)
            draft.place(task, arrival, at: rooms.twoEarliestFinishes(of: task, arrival, draft).best)
            tops[task] = Self.top(of: task, draft, tops)
            counts.place(task, of: instance) { ready.insert($0, key: Self.top(of: $0, draft, tops) - ranks[$0]) }
        }
        board = draft.board
        return draft.timetable
    }

    private static func top(of task: Int, _ draft: PlanDraft, _ tops: [Double]) -> Double {
        let node = draft.timetable.nodes[task]
        var top = 0.0
        draft.instance.forEachParent(of: task) { parent, transfer in
            let place = draft.timetable.nodes[parent]
            top = max(top, tops[parent] + draft.instance.duration(parent, on: place) + (place == node ? 0 : transfer))
        }
        return top
    }
}
