import Simulation

/// The tasks that a repair may move: those that lost their place, and those within some steps of the disruption.
struct EditRegion {
    /// Whether each task may be moved.
    private(set) var isFree: [Bool]
    /// The tasks of the last step.
    private var edge: [Int]
    private let disturbed: DisturbedPlan

    /// Radius 0: what has no place, and nothing else.
    init(_ disturbed: DisturbedPlan) {
        self.disturbed = disturbed
        isFree = [Bool](repeating: false, count: disturbed.plan.instance.taskCount)
        for task in disturbed.lost + disturbed.joined { isFree[task] = true }
        edge = []
    }

    /// The tasks that may move after one step more: the first takes in the disturbed tasks themselves, what is planned on
    /// the disturbed nodes, and the children of the disturbed tasks; each further one the children of what the last one
    /// took in. False if there are none.
    mutating func grow(isFirst: Bool) -> Bool {
        let plan = disturbed.plan
        var found: [Int] = []
        func take(_ task: Int) {
            guard plan.progress[task] == .planned, !isFree[task] else { return }
            isFree[task] = true
            found.append(task)
        }
        if isFirst {
            for task in disturbed.seeds { take(task) }
            for task in 0..<plan.instance.taskCount where disturbed.nodes.contains(plan.timetable.nodes[task]) {
                take(task)
            }
        }
        for task in isFirst ? disturbed.seeds : edge {
            for child in plan.instance.graph.children(of: task) { take(child) }
        }
        edge = found
        return !found.isEmpty
    }
}
