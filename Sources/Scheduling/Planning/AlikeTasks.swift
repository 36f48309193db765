/// Ready tasks in lines of those that differ in their runtimes alone, so that the first of a line stands for all of it.
///
/// Wherever they go, all tasks of a line start at the same moment, and of two the shorter one ends no later. So the longest of
/// a line has the latest of their first ends, and only it need be compared with other lines.
struct AlikeTasks {
    /// What makes tasks alike.
    private struct Likeness: Hashable {
        var need: Int
        var cores: Double
        var memory: Double
        var arrival: FileArrival
        /// Tasks of no length need no room.
        var isEmpty: Bool
        /// Seconds at speed 1, where they matter to which line a task belongs.
        var runtime: Double
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

    init(_ order: Order) { self.order = order }

    /// Puts `task` in.
    ///
    /// - Returns: the number of its line.
    mutating func add(_ task: Int, _ arrival: FileArrival, _ draft: PlanDraft) -> Int {
        let runtime = draft.instance.runtimes[task]
        guard draft.instance.group(of: task) == nil else {
            // What it may do changes with where its group goes.
            lines.append(TaskHeap())
            addRun(of: task, runtime, to: lines.count - 1)
            return lines.count - 1
        }
        var likeness = Likeness(
            need: draft.need(of: task), cores: draft.instance.cores[task], memory: draft.instance.memory[task],
            arrival: arrival, isEmpty: runtime == 0, runtime: order == .equal ? runtime : 0)
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

    /// Of the tasks of `line` for which `isTied` holds, the first of the file; it must hold for the longest ones alone.
    ///
    /// Tasks of other runtimes end at the same moment where the difference is lost by rounding.
    mutating func firstTied(of line: Int, _ isTied: (Int) -> Bool) -> Int {
        var passed: [(key: Double, task: Int)] = []
        var best = Int.max
        while let run = lines[line].pop() {
            passed.append(run)
            guard let task = runs[run.task].first?.task, isTied(task) else { break }
            best = min(best, task)
        }
        for run in passed { lines[line].insert(run.task, key: run.key) }
        return best
    }

    /// Takes out `task`, the first of its runtime in `line`.
    mutating func remove(_ task: Int, from line: Int) {
        var passed: [(key: Double, task: Int)] = []
        while let run = lines[line].pop() {
            if runs[run.task].first?.task == task {
                _ = runs[run.task].pop()
                if runs[run.task].first != nil { passed.append(run) }
                break
            }
            passed.append(run)
        }
        for run in passed { lines[line].insert(run.task, key: run.key) }
    }
}
