/// Builds schedules task by task: each in the order of a list, as early as there is room.
///
/// The serial method of Kelley, "The critical-path method: resources planning and scheduling", 1963. A task keeps the room that it
/// found, whereas one of many cores is passed by small ones for as long as these have room where whatever fits starts
/// (``ListPass``). Some list leads to a shortest schedule, which none need do there; on average lists do better there
/// where work is what binds (Kolisch, "Serial and parallel resource-constrained project scheduling methods revisited", 1996).
struct SerialPass {
    private let problem: CumulativeProblem
    private let fileOrder: [Int32]
    private var sorting: DescendingOrder
    /// The tasks by the keys of the last schedule, the largest first; of equal ones the first of the file.
    private(set) var list: [Int32]
    /// For each task the largest key of it and of what is behind it: none comes before one that it waits for.
    private var urgencies: [Double]
    private var pass: JustificationPass

    init(_ problem: CumulativeProblem) {
        self.problem = problem
        fileOrder = (0..<problem.taskCount).map { Int32($0) }
        sorting = DescendingOrder(count: problem.taskCount)
        list = fileOrder
        urgencies = [Double](repeating: 0, count: problem.taskCount)
        // With no bound on how early a task may start, what is rebuilt is the order alone.
        pass = JustificationPass(problem, reach: .infinity)
    }

    /// When each task of the last schedule starts and ends.
    var starts: [Double] { pass.starts }
    var ends: [Double] { pass.ends }

    /// The makespan of the schedule by `keys`, the largest first; a task is as urgent as the most urgent one behind it. Nil if
    /// `isOver` says so before it is there.
    mutating func run(_ keys: [Double], isOver: () -> Bool = { false }) -> Double? {
        sorting.sort(fileOrder, by: keys, into: &list)
        for task in problem.topologicalOrder.reversed() {
            let behind = problem.children(of: Int(task)).reduce(-Double.infinity) { max($0, urgencies[Int($1)]) }
            urgencies[Int(task)] = max(keys[Int(task)], behind)
        }
        return pass.run(urgencies, isOver: isOver)
    }
}
