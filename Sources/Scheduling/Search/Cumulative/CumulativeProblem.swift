import Simulation

/// A workflow on one node as a project with a renewable resource: tasks that hold many of the node's cores, and maybe of its
/// memory, for a time, and wait for their parents.
///
/// The makespan is sought (PS | prec | Cmax in the notation of Brucker and others, "Resource-constrained project scheduling",
/// 1999). Neighbours of task i lie at `offsets[i]..<offsets[i + 1]`. A task of no length holds nothing.
struct CumulativeProblem: Sendable {
    let taskCount: Int
    /// Cores that may be held at a time: those of the node, and what rounding may take.
    let cores: Double
    /// The same of memory; infinite where no task can wait for it.
    let memory: Double
    /// Seconds of each task.
    let durations: [Double]
    /// Cores that each task holds.
    let demands: [Double]
    /// Bytes that each task holds.
    let memoryDemands: [Double]
    private(set) var parentOffsets: [Int32]
    private(set) var parents: [Int32]
    private(set) var childOffsets: [Int32]
    private(set) var children: [Int32]
    /// All tasks, each behind its parents.
    private(set) var topologicalOrder: [Int32]

    /// The part of the node that may be held beyond what it has: fractions of cores do not add up exactly.
    static let slack = 1e-12

    /// The same problem; nil where it has not exactly one node.
    init?(_ problem: SearchProblem) {
        guard problem.nodeCount == 1 else { return nil }
        let isEmpty = problem.isEmpty
        taskCount = problem.taskCount
        durations = problem.lengths
        demands = problem.cores.enumerated().map { isEmpty[$0] ? 0 : $1 }
        memoryDemands = problem.memory.enumerated().map { isEmpty[$0] ? 0 : $1 }
        cores = problem.nodeCores[0] * (1 + Self.slack)
        let canRunOut = memoryDemands.reduce(0, +) > problem.nodeMemory[0]
        memory = canRunOut ? problem.nodeMemory[0] * (1 + Self.slack) : .infinity
        (parentOffsets, parents) = (problem.parentOffsets, problem.parents)
        (childOffsets, children) = (problem.childOffsets, problem.children)
        topologicalOrder = problem.topologicalOrder
    }

    /// The same with time running backwards: parents are children.
    var reversed: CumulativeProblem {
        var reversed = self
        swap(&reversed.parentOffsets, &reversed.childOffsets)
        swap(&reversed.parents, &reversed.children)
        reversed.topologicalOrder.reverse()
        return reversed
    }

    var hasMemory: Bool { memory < .infinity }

    func parents(of task: Int) -> ArraySlice<Int32> {
        parents[Int(parentOffsets[task])..<Int(parentOffsets[task + 1])]
    }

    func children(of task: Int) -> ArraySlice<Int32> {
        children[Int(childOffsets[task])..<Int(childOffsets[task + 1])]
    }

    /// The longest time from the start of each task to the end of the last behind it, if nothing waited for cores.
    var bottomLevels: [Double] {
        var levels = durations
        for task in topologicalOrder.reversed() {
            levels[Int(task)] += children(of: Int(task)).reduce(0) { max($0, levels[Int($1)]) }
        }
        return levels
    }

    /// The timetable of `starts` and `ends`. Both, since the one does not follow from the other: a task that starts early and
    /// runs for very long ends at a moment from which its start is off by more than the length of short tasks.
    func timetable(starts: [Double], ends: [Double]) -> Timetable {
        var timetable = Timetable(count: taskCount)
        for task in 0..<taskCount {
            timetable.nodes[task] = 0
            timetable.ready[task] = parents(of: task).reduce(0) { max($0, ends[Int($1)]) }
        }
        (timetable.placed, timetable.starts, timetable.ends) = (starts, starts, ends)
        return timetable
    }

    /// Which tasks hang together, numbered from 0: the jobs, where the workflow is a list of them. Union-find with path
    /// halving (Tarjan and van Leeuwen, 1984).
    var components: (ofTask: [Int32], count: Int) {
        var leaders = Array(0..<taskCount)
        func leader(_ task: Int) -> Int {
            var task = task
            while leaders[task] != task {
                leaders[task] = leaders[leaders[task]]
                task = leaders[task]
            }
            return task
        }
        for task in 0..<taskCount {
            for parent in parents(of: task) {
                let (first, second) = (leader(task), leader(Int(parent)))
                leaders[max(first, second)] = min(first, second)
            }
        }
        var numbers = [Int32](repeating: -1, count: taskCount)
        var found: Int32 = 0
        let components = (0..<taskCount).map { task -> Int32 in
            let leader = leader(task)
            if numbers[leader] < 0 {
                numbers[leader] = found
                found += 1
            }
            return numbers[leader]
        }
        return (components, Int(found))
    }
}
