import Simulation

/// Critical path on a processor: ready tasks by the length of the longest path through them, those on the critical path
/// all on the node that runs them in the least time, every other where it ends first, into a gap where one is large enough.
///
/// The length of the path through a task is the sum of its upward and downward ranks. The critical path begins at the
/// first of the tasks without parents with the longest path, and goes on to the first child with a path of that length.
/// Its node is the first of those on which the most of its tasks fit and their durations add up to the least; those that
/// do not fit there go where they end first. Of equal tasks and equally good nodes the first is taken.
///
/// Topcuoglu, Hariri, Wu, "Performance-effective and low-complexity task scheduling for heterogeneous computing", 2002,
/// section 4.2. SAGA 2.0.2 adds a task's own duration to its downward rank too, so that only the first task of the path
/// is ever found to be critical; that is a mistake, and its plans differ from these.
struct CPoP: Planner {
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable? {
        let (upward, downward) = (instance.upwardRanks, instance.downwardRanks)
        let lengths = zip(upward, downward).map { $0 + $1 }
        if isOver() { return nil }
        var draft = PlanDraft(of: instance, on: board)
        let path = Self.criticalPath(of: instance, lengths)
        let node = Self.node(for: path, draft)
        var isCritical = [Bool](repeating: false, count: instance.taskCount)
        for task in path { isCritical[task] = true }
        var counts = ParentCounts(of: instance)
        var ready = TaskHeap()
        for task in counts.roots { ready.insert(task, key: -lengths[task]) }
        while let task = ready.pop()?.task {
            if isOver() { return nil }
            if isCritical[task], draft.nodes(for: task).contains(node) {
                let arrival = draft.arrival(of: task)
                draft.place(task, arrival, at: draft.slot(of: task, arrival, on: node, in: .gap))
            } else {
                draft.placeWhereItEndsFirst(task, in: .gap)
            }
            counts.place(task, of: instance) { ready.insert($0, key: -lengths[$0]) }
        }
        board = draft.board
        return draft.timetable
    }

    /// From the task without parents that has the longest path through it, always on to the child that has.
    static func criticalPath(of instance: SchedulingInstance, _ lengths: [Double]) -> [Int] {
        func longest(_ tasks: some Sequence<Int>) -> Int? {
            tasks.reduce(nil) { best, task in best.map { lengths[task] > lengths[$0] ? task : $0 } ?? task }
        }
        var path: [Int] = []
        var next = longest((0..<instance.taskCount).filter { instance.graph.parents(of: $0).isEmpty })
        while let task = next {
            path.append(task)
            next = longest(instance.graph.children(of: task))
        }
        return path
    }

    private static func node(for path: [Int], _ draft: PlanDraft) -> Int {
        var fitting = [Int](repeating: 0, count: draft.instance.nodeCount)
        var seconds = [Double](repeating: 0, count: draft.instance.nodeCount)
        for task in path {
            for node in draft.nodes(for: task) {
                fitting[node] += 1
                seconds[node] += draft.instance.duration(task, on: node)
            }
        }
        return fitting.indices.reduce(0) { best, node in
            (-fitting[node], seconds[node]) < (-fitting[best], seconds[best]) ? node : best
        }
    }
}
