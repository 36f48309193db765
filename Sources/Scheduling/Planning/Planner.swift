import Simulation

/// A rule that plans a whole workflow at once. Priorities of tasks, which order queues, have no part in it.
protocol Planner: Sendable {
    /// Places every task of `instance` on `board`, none before its start; nil if `isOver` says so before all are placed, and
    /// then `board` is as it was.
    func plan(_ instance: SchedulingInstance, on board: inout PlanningBoard, isOver: () -> Bool) -> Timetable?
}

extension Planner {
    /// The plan for `instance` on an empty cluster; nil if `isOver` says so before it is whole.
    func plan(_ instance: SchedulingInstance, isOver: () -> Bool = { false }) -> Timetable? {
        var board = PlanningBoard(of: instance)
        return plan(instance, on: &board, isOver: isOver)
    }
}

extension SchedulingPolicy {
    /// The planner of this policy; nil for those that do not plan.
    var planner: (any Planner)? {
        switch self {
        case .heft: HEFT()
        case .cpop: CPoP()
        case .peft: PEFT()
        case .lookaheadHEFT: LookaheadHEFT()
        case .minMin: MinMin()
        case .maxMin: MaxMin()
        case .sufferage: Sufferage()
        case .mct: MCT()
        case .met: MET()
        case .olb: OLB()
        case .etf: ETF()
        case .dps: DPS()
        default: nil
        }
    }
}
