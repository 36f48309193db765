import Simulation
import Workflows

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

    /// Tasks that are alike.
    private struct Line {
        /// Its runs, the longest runtime first.
        var runs: TaskHeap
        /// The first run that it had.
        var firstRun: Int
    }

    /// Tasks of one line and one runtime, the first of the file first.
    private struct Run {
        var tasks: TaskHeap
        var runtime: Double
    }

    /// What makes tasks of one line those of one run.
    private struct Timing: Hashable {
        var line: Int
        var runtime: Double
    }

    private let order: Order
    private var lines: [Line] = []
    private var runs: [Run] = []
    /// The tasks that are alike have numbers; the line of each.
    private var likenesses = ValueNumbers<Likeness>()
    private var lineOf: [Int] = []
    /// So have the timings of runs that are not the first of their lines.
    private var timings = ValueNumbers<Timing>()
    private var runOf: [Int] = []

    /// None yet.
    init(_ order: Order) { self.order = order }

    /// Puts `task` in; `holding` is the number of what it holds, and `arrival` nil where its files make no difference.
    ///
    /// - Returns: the number of its line.
    mutating func add(_ task: Int, holding: Int, _ arrival: FileArrival?, _ instance: SchedulingInstance) -> Int {
        let runtime = instance.runtimes[task]
        // What a task of a group may do changes with where its group goes.
        guard instance.group(of: task) == nil else { return addLine(of: task, runtime) }
        let likeness = Likeness(holding: holding, arrival: arrival, runtime: order == .equal ? runtime : 0)
        let number = likenesses.number(of: likeness)
        let counted = order == .any ? 0 : runtime
        guard number < lineOf.count else {
            lineOf.append(addLine(of: task, counted))
            return lines.count - 1
        }
        let line = lineOf[number]
        let run = run(of: line, counted)
        if runs[run].tasks.first == nil { lines[line].runs.insert(run, key: -counted) }
        runs[run].tasks.insert(task, key: 0)
        return line
    }

    private mutating func addLine(of task: Int, _ runtime: Double) -> Int {
        lines.append(Line(runs: TaskHeap(), firstRun: runs.count))
        runs.append(Run(tasks: TaskHeap(), runtime: runtime))
        lines[lines.count - 1].runs.insert(runs.count - 1, key: -runtime)
        runs[runs.count - 1].tasks.insert(task, key: 0)
        return lines.count - 1
    }

    /// The run of the tasks of `runtime` in `line`, a new one if there is none.
    private mutating func run(of line: Int, _ runtime: Double) -> Int {
        if runs[lines[line].firstRun].runtime == runtime { return lines[line].firstRun }
        let number = timings.number(of: Timing(line: line, runtime: runtime))
        if number == runOf.count {
            runOf.append(runs.count)
            runs.append(Run(tasks: TaskHeap(), runtime: runtime))
        }
        return runOf[number]
    }

    /// The task that stands for `line`; nil if none is left.
    func first(of line: Int) -> Int? { lines[line].runs.first.flatMap { runs[$0.task].tasks.first?.task } }

    /// The task that would stand for `line` without all those of the runtime of the one that does; nil if there is none.
    func second(of line: Int) -> Int? { lines[line].runs.second.flatMap { runs[$0.task].tasks.first?.task } }

    /// Puts the tasks of the runtime of the one that stands for `line` aside, until they are put back.
    mutating func putAside(from line: Int) -> TaskHeap.Entry? { lines[line].runs.pop() }

    /// Puts tasks back that were put aside.
    mutating func putBack(_ run: TaskHeap.Entry, into line: Int) {
        lines[line].runs.insert(run.task, key: run.key)
    }

    /// Takes out `task`, the first of its runtime in `line`.
    mutating func remove(_ task: Int, from line: Int) {
        var passed: [TaskHeap.Entry] = []
        while let run = lines[line].runs.first {
            if runs[run.task].tasks.first?.task == task {
                _ = runs[run.task].tasks.pop()
                if runs[run.task].tasks.first == nil { _ = lines[line].runs.pop() }
                break
            }
            _ = lines[line].runs.pop()
            passed.append(run)
        }
        for run in passed { lines[line].runs.insert(run.task, key: run.key) }
    }
}
