/// Rebuilds a schedule from its other end: each task, the last to end first, as early as there is room when time runs from that
/// end.
///
/// Twice of it, backwards and forwards, is the double justification of Valls, Ballestín and Quintanilla, "Justification and
/// RCPSP: a technique that pays", 2005: no schedule becomes longer, for where a task was there still is room when its turn
/// comes. It is the serial method of Kelley (1963), which fills gaps that are already behind.
///
/// Only the ends of tasks that lie behind all starts so far are kept in a queue; up to the last start there are segments. Most
/// tasks start near it, so that little of the profile is looked at and changed.
struct JustificationPass {
    private let problem: CumulativeProblem
    /// No task is moved by more than this beyond where it was, in seconds.
    private let reach: Double
    private var sorting: DescendingOrder
    private var list: [Int32]
    private var profile: RoomProfile
    private var running: EndQueue
    /// When each task of the last schedule starts and ends.
    private(set) var starts: [Double]
    private(set) var ends: [Double]

    /// Tasks between two looks at the clock.
    private static let tasksBetweenLooks = 2048

    init(_ problem: CumulativeProblem, reach: Double) {
        self.problem = problem
        self.reach = reach
        let count = problem.taskCount
        sorting = DescendingOrder(count: count)
        list = [Int32](repeating: 0, count: count)
        profile = RoomProfile(taskCount: count, hasMemory: problem.hasMemory)
        running = EndQueue(capacity: count)
        starts = [Double](repeating: 0, count: count)
        ends = starts
    }

    /// The makespan of the schedule that is rebuilt from one whose time runs the other way, given by when its tasks end: no
    /// task before one that it waits for there. Nil if `isOver` says so before it is there.
    mutating func run(_ others: [Double], isOver: () -> Bool = { false }) -> Double? {
        sorting.sort(problem.topologicalOrder, by: others, into: &list)
        profile.clear(cores: problem.cores, memory: problem.memory)
        running.clear()
        guard let first = list.first else { return 0 }
        let length = others[Int(first)]
        var makespan = 0.0
        var floor = 0
        for place in list.indices {
            if place % Self.tasksBetweenLooks == Self.tasksBetweenLooks - 1, isOver() { return nil }
            let task = Int(list[place])
            var earliest = max(0, length - others[task] - reach)
            while floor &+ 1 < profile.count, profile.times[floor &+ 1] <= earliest { floor &+= 1 }
            for parent in problem.parents(of: task) { earliest = max(earliest, ends[Int(parent)]) }
            schedule(task, from: earliest, floor: floor)
            makespan = max(makespan, ends[task])
        }
        return makespan
    }

    private mutating func schedule(_ task: Int, from earliest: Double, floor: Int) {
        let duration = problem.durations[task]
        guard duration > 0 else {
            (starts[task], ends[task]) = (earliest, earliest)
            return
        }
        let (demand, memory) = (problem.demands[task], problem.memoryDemands[task])
        while earliest >= profile.last, !running.isEmpty, ends[running.first] <= earliest { releaseFirst() }
        var (start, place) = (earliest, profile.count - 1)
        if earliest < profile.last { place = profile.segment(of: earliest, from: floor) }
        while true {
            if let fit = profile.fit(demand, memory, for: duration, from: start, in: place) {
                let end = fit.start + duration
                (starts[task], ends[task]) = (fit.start, end)
                if profile.hold(fit, demand, memory, until: end) { running.push(task, at: end) }
                return
            }
            releaseFirst()
            place = profile.count - 1
            start = max(earliest, profile.last)
        }
    }

    /// The next task behind the last segment ends.
    private mutating func releaseFirst() {
        precondition(!running.isEmpty, "a task that fits on a node fits when nothing runs")
        let task = running.first
        running.pop()
        profile.release(cores: problem.demands[task], memory: problem.memoryDemands[task], at: ends[task])
        // What was lost by rounding is there again.
        if running.isEmpty { profile.releaseAll(cores: problem.cores, memory: problem.memory) }
    }
}
