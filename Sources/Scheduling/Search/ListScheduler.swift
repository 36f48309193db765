import Simulation

/// Builds schedules of one workflow on an empty cluster from numbers that say which task goes first.
///
/// On one node tasks start whenever there is room, the largest number first (``ListPass``), or, where the longest path is what
/// binds, each task in turn as early as there is room (``SerialPass``). On several, each task in turn is put where it ends
/// first, of those whose parents are placed the one with the largest number (``ListDecoder``), as HEFT does with its ranks.
/// All arrays are kept from schedule to schedule.
///
/// ```swift
/// var scheduler = ListScheduler(instance)
/// let makespan = scheduler.makespan(of: priorities)
/// ```
public struct ListScheduler: Sendable {
    private let problem: SearchProblem
    private var cumulative: CumulativeProblem?
    private var pass: ListPass?
    private var serialPass: SerialPass?
    private var machines: MachineDecoder?
    private var resources: ResourceDecoder?
    private var priorityOrder: PriorityOrder

    /// A scheduler for `instance`.
    ///
    /// - Parameter serialFrom: on one node tasks, if they are no more than 2,000, are placed in turn where the longest path, over the
    ///   time that the work takes, is at least this.
    public init(_ instance: SchedulingInstance, serialFrom: Double = .infinity) {
        problem = SearchProblem(instance)
        priorityOrder = PriorityOrder(problem)
        if let cumulative = CumulativeProblem(problem) {
            self.cumulative = cumulative
            if cumulative.isSerial(from: serialFrom) {
                serialPass = SerialPass(cumulative)
            } else {
                pass = ListPass(cumulative)
            }
        } else if problem.hasMachines {
            machines = MachineDecoder(problem)
        } else {
            resources = ResourceDecoder(problem)
        }
    }

    /// Whether the cluster is one node, on which a list is all that there is to a schedule.
    public var isCumulative: Bool { cumulative != nil }

    /// On one node, the tasks by the priorities of the last schedule, the largest first; of equal ones the first of the file.
    public var order: [Int32] {
        guard let list = pass?.list ?? serialPass?.list else {
            preconditionFailure("a schedule on several nodes is not made by one order")
        }
        return list
    }

    /// The makespan of the schedule by `priorities`, one for each task and none of them a NaN, in seconds; nil if `isOver` says
    /// so before it is there.
    public mutating func makespan(of priorities: [Double], isOver: () -> Bool = { false }) -> Double? {
        precondition(
            priorities.count == problem.taskCount, "\(priorities.count) priorities for \(problem.taskCount) tasks")
        if cumulative != nil {
            return pass?.run(priorities, isOver: isOver) ?? serialPass?.run(priorities, isOver: isOver)
        }
        priorityOrder.apply(priorities)
        let length =
            machines?.decode(priorityOrder.order, isOver: isOver)
            ?? resources?.decode(priorityOrder.order, isOver: isOver)
        guard case .seconds(let makespan) = length else { return nil }
        return makespan
    }

    /// The schedule by `priorities`; nil if `isOver` says so before it is there.
    public mutating func timetable(of priorities: [Double], isOver: () -> Bool = { false }) -> Timetable? {
        guard makespan(of: priorities, isOver: isOver) != nil else { return nil }
        if let cumulative, let pass { return cumulative.timetable(starts: pass.starts, ends: pass.ends) }
        if let cumulative, let serialPass {
            return cumulative.timetable(starts: serialPass.starts, ends: serialPass.ends)
        }
        return machines?.timetable() ?? resources?.timetable()
    }
}
