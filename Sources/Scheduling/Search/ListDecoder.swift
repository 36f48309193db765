import Simulation

/// Turns an order of tasks into times: each task, in that order, on the node on which it ends first, into a gap where one is
/// large enough. The second half of HEFT (Topcuoglu, Hariri, Wu, 2002), in arrays that are kept from order to order.
protocol ListDecoder {
    init(_ problem: SearchProblem)

    var problem: SearchProblem { get }
    /// When each task starts and ends in the last order.
    var starts: [Double] { get }
    var ends: [Double] { get }
    /// When the last task ends.
    var makespan: Double { get }

    /// The node of `task` in the last order.
    func node(_ task: Int) -> Int

    /// The makespan of `order`, in which every task stands behind its parents; infinite, and the results are void, once it is
    /// known to be more than `limit`.
    mutating func decode(_ order: [Int32], limit: Double) -> Double
}

extension ListDecoder {
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
