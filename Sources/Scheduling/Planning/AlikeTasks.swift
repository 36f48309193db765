import Simulation

/// Ready tasks in lines of those that differ in their runtimes alone, so that the first of a line stands for all of it.
///
/// Wherever they go, all tasks of a line start at the same moment, and of two the shorter one ends no later. So the longest of
/// a line has the latest of their first ends, and only it need be compared with other lines.
struct AlikeTasks {
    /// What makes tasks alike.
    private struct Likeness: Hashable {
        /// What they hold, and where they fit.
        var holding: Int
        /// Nil where that makes no difference.
        var arrival: FileArrival?
        /// Seconds at speed 1, where they matter to which line a task belongs.
        var runtime: Double

        /// Of all that makes them alike as much as mostly differs, since every task is hashed. Adding 0 makes one of both zeros.
        func hash(into hasher: inout Hasher) {
            hasher.combine(UInt64(truncatingIfNeeded: holding) ^ (runtime + 0).bitPattern)
            hasher.combine(arrival.map { ($0.elsewhere + 0).bitPattern } ?? 0)
        }
    }

    /// How runtimes count.
    enum Order {
        /// The longest task comes first.
        case longestFirst
        /// They make no difference.
        case any
        /// Tasks of different runtimes are not alike.
        case equal
    }

    private let order: Order
    private var numbers: [Likeness: Int] = [:]
    private var runNumbers: [Likeness: Int] = [:]
    /// For each line its runs, the longest runtime first.
    private var lines: [TaskHeap] = []
    /// Tasks of one line and one runtime, the first of the file first.
    private var runs: [TaskHeap] = []

    /// None yet of at most `count` tasks.
    init(_ order: Order, count: Int) {
        self.order = order
        numbers.reserveCapacity(count)
        runNumbers.reserveCapacity(count)
    }

    /// Puts `task` in; `holding` is the number of what it holds, and `arrival` nil where its files make no difference.
    ///
    /// - Returns: the number of its line.
    mutating func add(_ task: Int, holding: Int, _ arrival: FileArrival?, _ instance: SchedulingInstance) -> Int {
        let runtime = instance.runtimes[task]
        guard instance.group(of: task) == nil else {
            // What it may do changes with where its group goes.
            lines.append(TaskHeap())
            addRun(of: task, runtime, to: lines.count - 1)
            return lines.count - 1
        }
        var likeness = Likeness(holding: holding, arrival: arrival, runtime: order == .equal ? runtime : 0)
        let line = numbers[likeness] ?? lines.count
        if line == lines.count {
            numbers[likeness] = line
            lines.append(TaskHeap())
        }
        likeness.runtime = order == .any ? 0 : runtime
        if let run = runNumbers[likeness] {
            if runs[run].first == nil { lines[line].insert(run, key: -likeness.runtime) }
            runs[run].insert(task, key: 0)
        } else {
            runNumbers[likeness] = runs.count
            addRun(of: task, likeness.runtime, to: line)
        }
        return line
    }

    private mutating func addRun(of task: Int, _ runtime: Double, to line: Int) {
        lines[line].insert(runs.count, key: -runtime)
        runs.append(TaskHeap())
        runs[runs.count - 1].insert(task, key: 0)
    }

    /// The task that stands for `line`; nil if none is left.
    func first(of line: Int) -> Int? { lines[line].first.flatMap { runs[$0.task].first?.task } }

    /// The task that would stand for `line` without all those of the runtime of the one that does; nil if there is none.
    func second(of line: Int) -> Int? { lines[line].second.flatMap { runs[$0.task].first?.task } }

    /// Puts the tasks of the runtime of the one that stands for `line` aside, until they are put back.
    mutating func putAside(from line: Int) -> (key: Double, task: Int)? { lines[line].pop() }

    /// Puts tasks back that were put aside.
    mutating func putBack(_ run: (key: Double, task: Int), into line: Int) {
        lines[line].insert(run.task, key: run.key)
    }

    /// Takes out `task`, the first of its runtime in `line`.
    mutating func remove(_ task: Int, from line: Int) {
        var passed: [(key: Double, task: Int)] = []
        while let run = lines[line].first {
            if runs[run.task].first?.task == task {
                _ = runs[run.task].pop()
                if runs[run.task].first == nil { _ = lines[line].pop() }
                break
            }
            _ = lines[line].pop()
            passed.append(run)
        }
        for run in passed { lines[line].insert(run.task, key: run.key) }
    }
}
