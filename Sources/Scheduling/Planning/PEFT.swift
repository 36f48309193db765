import Simulation

/// Predicted earliest finish time: ready tasks by their mean optimistic cost, each on the node on which its end and what
/// must at least follow from there are the earliest, into a gap where one is large enough.
///
/// The optimistic cost of a task on a node is the time from its end there to the end of the workflow if every task behind it
/// could have the node that is best for it:
///
///     OCT(t, p) = max over children c of min over nodes w of OCT(c, w) + duration(c, w) + (w = p ? 0 : transfer(t, c))
///
/// It is the same on nodes that are alike, since staying on a node is never worse than going to one like it; so it takes
/// time in the dependencies times the kinds of nodes, not the nodes squared. Of equal tasks and nodes the first is taken.
///
/// Arabnejad, Barbosa, "List scheduling algorithm for heterogeneous systems by an optimistic cost table", 2014, equations 3
/// to 5.
struct PEFT: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        guard let costs = OptimisticCosts(of: instance, isOver: isOver) else { return nil }
        var draft = PlanDraft(of: instance, on: board)
        var counts = ParentCounts(of: instance)
        var ready = TaskHeap()
        for task in counts.roots { ready.insert(task, key: -costs.means[task]) }
        while let task = ready.pop()?.task {
            if isOver() { return nil }
            let arrival = draft.arrival(of: task)
            draft.place(task, arrival, at: Self.slot(of: task, arrival, draft, costs))
            counts.place(task, of: instance) { ready.insert($0, key: -costs.means[$0]) }
        }
        board = draft.board
        return draft.timetable
    }

    private static func slot(
        of task: Int, _ arrival: FileArrival, _ draft: PlanDraft, _ costs: OptimisticCosts
    ) -> PlanDraft.Slot {
        var best = PlanDraft.Slot()
        var bestEnd = Double.infinity
        for node in draft.nodes(for: task) {
            let length = draft.instance.duration(task, on: node)
            let rest = costs.cost(of: task, on: node)
            let limit = bestEnd - rest - length
            guard let start = draft.start(of: task, arrival, on: node, length: length, in: .gap, before: limit),
                start + length + rest < bestEnd
            else { continue }
            best = PlanDraft.Slot(node: node, start: start, finish: start + length)
            bestEnd = start + length + rest
        }
        return best
    }
}
