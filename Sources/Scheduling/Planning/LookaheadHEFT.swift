import Simulation

/// HEFT that looks one step ahead: tasks by their upward rank, each on the node after which the last of its children ends
/// first, into a gap where one is large enough.
///
/// For each node that a task may have, its children are placed for trial, by their rank, each where it ends first, knowing of
/// their other parents only those that are placed. Where the last of them ends as early, and without children, the node counts
/// on which the task itself ends first; of equally good nodes the first.
///
/// Bittencourt, Sakellariou, Madeira, "DAG scheduling using a lookahead variant of the heterogeneous earliest finish time
/// algorithm", 2010, section 3. It takes time in the dependencies times the square of the nodes.
struct LookaheadHEFT: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        let order = HEFT.order(of: instance)
        if isOver() { return nil }
        let children = Self.children(of: instance, order)
        var draft = PlanDraft(of: instance, on: board)
        for task in order {
            let arrival = draft.arrival(of: task)
            var best = (slot: PlanDraft.Slot(), last: Double.infinity)
            for node in draft.nodes(for: task) {
                if isOver() { return nil }
                let slot = draft.slot(of: task, arrival, on: node, in: .gap)
                // No child ends before its parent.
                guard slot.finish <= best.last else { continue }
                guard
                    let last = Self.lastEnd(
                        of: children[task], after: task, arrival, at: slot, draft, before: best.last, isOver)
                else { return nil }
                if (last, slot.finish) < (best.last, best.slot.finish) { best = (slot, last) }
            }
            draft.place(task, arrival, at: best.slot)
        }
        board = draft.board
        return draft.timetable
    }

    /// The children of each task in `order`.
    private static func children(of instance: SchedulingInstance, _ order: [Int]) -> [[Int]] {
        var children = [[Int]](repeating: [], count: instance.taskCount)
        for task in order {
            instance.forEachParent(of: task) { parent, _ in children[parent].append(task) }
        }
        return children
    }

    /// The end of the last of `children` if `task` is at `slot`; infinite if that is after `limit`, nil if time is over.
    private static func lastEnd(
        of children: [Int], after task: Int, _ arrival: FileArrival, at slot: PlanDraft.Slot, _ draft: PlanDraft,
        before limit: Double, _ isOver: () -> Bool
    ) -> Double? {
        guard !children.isEmpty else { return slot.finish }
        var trial = draft
        trial.place(task, arrival, at: slot)
        var last = slot.finish
        for child in children {
            if isOver() { return nil }
            let arrival = trial.arrival(of: child)
            let end = trial.earliestFinish(of: child, arrival, in: .gap)
            last = max(last, end.finish)
            if last > limit { return .infinity }
            trial.place(child, arrival, at: end)
        }
        return last
    }
}
