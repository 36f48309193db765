import Simulation

/// Turns an order of tasks into times: each task, in that order, on the node on which it ends first, into a gap where one is
/// large enough. The second half of HEFT (Topcuoglu, Hariri, Wu, 2002), in arrays that are kept from order to order.
protocol ListDecoder {
    init(_ problem: SearchProblem)

    var problem: SearchProblem { get }
    /// When each task starts and ends in the last order.
    var starts: [Double] { get }
    var ends: [Double] { get }
    /// The node of `task` in the last order.
    func node(_ task: Int) -> Int

    /// Forgets the last order.
    mutating func clear()

    /// Puts `task`, which stands behind its parents, where it ends first; when that is.
    mutating func place(_ task: Int) -> Double

    /// The longest time from the start of each task to the end of all, at the least.
    var shortestRests: [Double] { get }
}

/// What came out of an order.
enum DecodedLength: Equatable {
    /// The makespan.
    case seconds(Double)
    /// It is known to be more than the limit, or there was no time left; the results are void.
    case tooLong, cutOff
}

extension ListDecoder {
    /// The makespan of `order`, in which every task stands behind its parents, unless it is more than `limit`.
    mutating func decode(_ order: [Int32], limit: Double = .infinity, isOver: () -> Bool = { false }) -> DecodedLength {
        clear()
        var makespan = 0.0
        for (count, task) in order.enumerated() {
            makespan = max(makespan, place(Int(task)))
            if starts[Int(task)] + shortestRests[Int(task)] > limit { return .tooLong }
            if count % 256 == 255, isOver() { return .cutOff }
        }
        return makespan <= limit ? .seconds(makespan) : .tooLong
    }

    /// The last order as a timetable.
    func timetable() -> Timetable {
        var timetable = Timetable(count: problem.taskCount)
        for task in 0..<problem.taskCount {
            timetable.nodes[task] = node(task)
            timetable.starts[task] = starts[task]
            timetable.placed[task] = starts[task]
            timetable.ends[task] = ends[task]
            for edge in problem.parentEdges(task) {
                timetable.ready[task] = max(timetable.ready[task], ends[Int(problem.parents[edge])])
            }
        }
        return timetable
    }
}
