import Kernels
import Simulation

/// Tabu search over the order and the placement of tasks, by moves of tasks on a critical path.
///
/// Each iteration follows one of the longest paths, by chance where there are several, and makes the best move of one of
/// its tasks that was not moved lately, be it better or worse than staying. When nothing has been found for long it goes
/// back to the best, and makes some moves blindly.
///
/// Mastrolilli and Gambardella, "Effective neighbourhood functions for the flexible job shop problem", 2000; tabu search is
/// Glover's ("Tabu search, part I", 1989).
struct CriticalTaskSearch: SearchMember {
    static let name = "critical-task-search"

    /// Chosen by measurement on the development half of `Benchmarks/peers/compare_portfolio.py`.
    struct Settings {
        /// Tasks of a path whose moves are looked at.
        var candidates = 8
        /// Iterations for which a task stays where it was put, at the least, up to twice that; and at the most for each
        /// task that there is.
        var tenure = 32
        var tenureOfTasks = 0.25
        /// Iterations without anything better after which it goes back, for each task, and at the most.
        var patience = 4
        var mostPatience = 1500
        /// Moves that are then made blindly.
        var kicks = 20
        /// Tasks on each side of a moment that a task may change places with.
        var reach = 3
    }

    private let settings: Settings
    private let problem: SearchProblem
    private let tenure: Int
    private let patience: Int
    private var schedule: MachineSchedule?
    private var best: MachineSchedule?
    private var moves: CriticalMoves
    private var path: [Int32] = []
    private var tabuUntil: [Int]
    private var iteration = 0
    private var lastImprovement = 0
    private var kicks = 0

    init?(_ problem: SearchProblem) { self.init(problem, Settings()) }

    init?(_ problem: SearchProblem, _ settings: Settings) {
        guard problem.hasMachines else { return nil }
        self.problem = problem
        self.settings = settings
        tenure = max(1, min(settings.tenure, Int(settings.tenureOfTasks * Double(problem.taskCount))))
        patience = min(settings.mostPatience, settings.patience * problem.taskCount + 50)
        moves = CriticalMoves(problem, reach: settings.reach)
        tabuUntil = [Int](repeating: 0, count: problem.taskCount)
    }

    mutating func improve(
        _ incumbent: Timetable, iterations: Int, bound: Double, using generator: inout SeededGenerator,
        isOver: () -> Bool
    ) -> SearchSlice {
        let limit = incumbent.makespan
        if best.map({ $0.makespan > limit }) ?? true {
            schedule = MachineSchedule(problem, incumbent)
            best = schedule
            lastImprovement = iteration
        }
        guard var schedule = schedule.take(), var best = best.take() else { return SearchSlice(iterations: 0) }
        moves.generator = generator.split()
        var done = 0
        while done < iterations, best.makespan > bound, !isOver() {
            step(&schedule, best.makespan, &generator)
            iteration += 1
            done += 1
            if schedule.makespan < best.makespan {
                best = schedule
                lastImprovement = iteration
            } else if iteration - lastImprovement >= patience {
                schedule = best
                lastImprovement = iteration
                kicks = settings.kicks
            }
        }
        self.schedule = schedule
        self.best = best
        return SearchSlice(timetable: best.makespan < limit ? best.timetable() : nil, iterations: done)
    }

    /// One move.
    private mutating func step(_ schedule: inout MachineSchedule, _ best: Double, _ generator: inout SeededGenerator) {
        followCriticalPath(schedule, &generator)
        moves.clear(isBlind: kicks > 0)
        kicks = max(0, kicks - 1)
        // A part of a long path, drawn without repeats.
        let count = min(path.count, settings.candidates)
        for drawn in 0..<count {
            if path.count > count { path.swapAt(drawn, drawn + generator.below(path.count - drawn)) }
            let task = Int(path[drawn])
            moves.look(at: task, in: schedule, below: tabuUntil[task] > iteration ? best : .infinity)
        }
        guard let move = moves.best else { return }
        let source = Int(schedule.machine[move.task])
        let index = Int(schedule.place[move.task]) - Int(schedule.offsets[source])
        guard schedule.move(move.task, to: move.machine, at: move.index) else { return }
        tabuUntil[move.task] = iteration + tenure + generator.below(tenure)
        if move.partner >= 0, schedule.move(move.partner, to: source, at: index) {
            tabuUntil[move.partner] = iteration + tenure + generator.below(tenure)
        }
    }

    /// One of the longest paths, from its end.
    private mutating func followCriticalPath(_ schedule: MachineSchedule, _ generator: inout SeededGenerator) {
        path.removeAll(keepingCapacity: true)
        var (task, count) = (-1, 0)
        for sink in problem.sinks where schedule.end(Int(sink)) == schedule.makespan {
            count += 1
            if generator.below(count) == 0 { task = Int(sink) }
        }
        while task >= 0 {
            path.append(Int32(task))
            task = schedule.heads[task] > 0 ? critical(before: task, schedule, &generator) : -1
        }
    }

    /// A task whose end, or whose files, `task` starts with.
    private func critical(before task: Int, _ schedule: MachineSchedule, _ generator: inout SeededGenerator) -> Int {
        let (head, node) = (schedule.heads[task], schedule.node(task))
        let before = schedule.predecessor(task)
        var found = before >= 0 && schedule.end(before) == head ? before : -1
        var count = found >= 0 ? 1 : 0
        for edge in problem.parentEdges(task) {
            let parent = Int(problem.parents[edge])
            let end = schedule.end(parent)
            guard (schedule.node(parent) == node ? end : end + problem.parentTransfers[edge]) == head else { continue }
            count += 1
            if generator.below(count) == 0 { found = parent }
        }
        return found
    }
}
