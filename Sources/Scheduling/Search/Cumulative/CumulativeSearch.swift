import Glibc
import Kernels
import Simulation

/// A search for schedules of one node whose tasks hold many of its cores each.
///
/// It begins with a static key at forty scales (``CumulativeKey``), each built by a list pass. The best half of those schedules
/// is improved by double justification (``JustificationPass``), which gains most of what there is. Then the keys' weights are
/// varied, as an evolution strategy with one parent does (Rechenberg, 1973), once for schedules of list passes alone and once
/// for justified ones; and the best schedule is disturbed and justified again. No schedule is worse than the best of the
/// forty.
struct CumulativeSearch: SearchMember {
    static let name = "cumulative-search"

    /// What was chosen on lists of TPC-H jobs that no test uses.
    struct Settings {
        /// Static keys at the beginning.
        var scales = 40
        /// Of them, those that are justified.
        var justified = 20
        /// Justifications of one schedule at the most.
        var rounds = 2
        /// How far a task is moved beyond where it was, in mean lengths of tasks.
        var reach = 1.0
        /// The share of disturbances among the iterations behind the beginning.
        var disturbances = 0.5
        /// How far weights are varied for list passes, and for justified schedules.
        var deviations = (list: 0.3, justified: 0.15)
    }

    /// The best key of one kind, and what it came to.
    private struct Parent {
        var key: CumulativeKey
        var makespan = Double.infinity
    }

    private let settings: Settings
    private let problem: CumulativeProblem
    private let levels: [Double]
    private let classes: DemandClasses
    private let components: (ofTask: [Int32], count: Int)
    private var scales: [(scale: Double, makespan: Double)]
    private var listPass: ListPass
    private var forwards: JustificationPass
    private var backwards: JustificationPass
    private var keys: [Double]
    private var ends: [Double]
    private var shifts: [Double]
    private var listParent: Parent
    private var justifiedParent: Parent
    private var iteration = 0
    /// The starts of the best schedule that was built here.
    private var bestStarts: [Double]
    /// The ends of the best schedule, or of one that is as good.
    private(set) var bestEnds: [Double]
    private(set) var bestMakespan = Double.infinity
    /// No schedule is shorter.
    let lowerBound: Double

    init?(_ problem: SearchProblem) { self.init(problem, Settings()) }

    init?(_ problem: SearchProblem, _ settings: Settings) {
        guard let problem = CumulativeProblem(problem) else { return nil }
        self.settings = settings
        self.problem = problem
        levels = problem.bottomLevels
        classes = DemandClasses(problem.demands, limit: 40)
        components = problem.components
        scales = CumulativeKey.scales(settings.scales, cores: problem.cores).map { ($0, .infinity) }
        let reversed = problem.reversed
        let mean = problem.durations.reduce(0, +) / Double(max(1, problem.taskCount))
        listPass = ListPass(problem)
        forwards = JustificationPass(problem, reach: settings.reach * mean)
        backwards = JustificationPass(reversed, reach: settings.reach * mean)
        keys = [Double](repeating: 0, count: problem.taskCount)
        ends = keys
        (bestStarts, bestEnds) = (keys, keys)
        shifts = [Double](repeating: 0, count: components.count)
        listParent = Parent(key: CumulativeKey(scale: problem.cores, classCount: classes.count))
        justifiedParent = listParent
        lowerBound = problem.lowerBound
    }

    /// Whether a portfolio should run this search before its other rules: tasks of one node hold different numbers of cores,
    /// which none of those rules looks at, and are so many that all rules take a good part of the time there is.
    static func isBetterThanRules(for instance: SchedulingInstance) -> Bool {
        instance.nodeCount == 1 && instance.taskCount > 200 && instance.cores.contains { $0 != instance.cores[0] }
    }

    /// Whether no better schedule is possible.
    private var isOptimal: Bool { bestMakespan <= lowerBound * (1 + 1e-9) }
}

extension CumulativeSearch {
    mutating func improve(
        _ incumbent: Timetable, iterations: Int, bound: Double, using generator: inout SeededGenerator,
        isOver: () -> Bool
    ) -> SearchSlice {
        if incumbent.makespan < bestMakespan { adopt(incumbent) }
        let limit = bestMakespan
        var done = 0
        while done < iterations, !isOptimal, bestMakespan > bound, !isOver() {
            guard step(using: &generator, isOver: isOver) else { break }
            done += 1
        }
        let isBetter = bestMakespan < limit && bestMakespan < incumbent.makespan
        return SearchSlice(
            timetable: isBetter ? problem.timetable(starts: bestStarts, ends: bestEnds) : nil, iterations: done)
    }

    /// Goes on from a schedule that another found. Its times may be off by rounding; no task ends before its parents.
    private mutating func adopt(_ incumbent: Timetable) {
        bestMakespan = incumbent.makespan
        for task in problem.topologicalOrder {
            let parents = problem.parents(of: Int(task))
            bestEnds[Int(task)] = parents.reduce(incumbent.ends[Int(task)]) { max($0, bestEnds[Int($1)]) }
        }
    }

    /// One iteration; false if `isOver` ended it.
    private mutating func step(using generator: inout SeededGenerator, isOver: () -> Bool) -> Bool {
        let (place, draws) = (iteration, settings.scales + min(settings.justified, settings.scales))
        let makespan: Double?
        if place < settings.scales {
            makespan = sweep(place, isOver)
        } else if place < draws {
            if place == settings.scales { scales.sort { $0.makespan < $1.makespan } }
            makespan = justifyKey(
                CumulativeKey(scale: scales[place - settings.scales].scale, classCount: classes.count), isOver)
        } else if generator.uniformDouble() < settings.disturbances {
            makespan = disturb(using: &generator, isOver)
        } else {
            makespan = vary(using: &generator, isOver)
        }
        guard makespan != nil else { return false }
        iteration += 1
        return true
    }

    /// The schedule of a static key.
    private mutating func sweep(_ place: Int, _ isOver: () -> Bool) -> Double? {
        let key = CumulativeKey(scale: scales[place].scale, classCount: classes.count)
        guard let makespan = list(key, isOver) else { return nil }
        scales[place].makespan = makespan
        if makespan < listParent.makespan { listParent = Parent(key: key, makespan: makespan) }
        return makespan
    }

    private mutating func vary(using generator: inout SeededGenerator, _ isOver: () -> Bool) -> Double? {
        if Bool.random(using: &generator) {
            let key = justifiedParent.key.varied(by: settings.deviations.justified, using: &generator)
            return justifyKey(key, isOver)
        }
        let key = listParent.key.varied(by: settings.deviations.list, using: &generator)
        guard let makespan = list(key, isOver) else { return nil }
        guard makespan <= listParent.makespan else { return makespan }
        listParent = Parent(key: key, makespan: makespan)
        return justify(key, isOver)
    }

    private mutating func justifyKey(_ key: CumulativeKey, _ isOver: () -> Bool) -> Double? {
        list(key, isOver) == nil ? nil : justify(key, isOver)
    }

    /// The schedule of a list pass by `key`.
    private mutating func list(_ key: CumulativeKey, _ isOver: () -> Bool) -> Double? {
        key.write(levels: levels, demands: problem.demands, classes: classes, into: &keys)
        guard let makespan = listPass.run(keys, isOver: isOver) else { return nil }
        if makespan < bestMakespan {
            bestMakespan = makespan
            (bestStarts, bestEnds) = (listPass.starts, listPass.ends)
        }
        return makespan
    }

    /// Justifies the schedule of the last list pass, which was by `key`.
    private mutating func justify(_ key: CumulativeKey, _ isOver: () -> Bool) -> Double? {
        ends = listPass.ends
        guard let makespan = justifyEnds(isOver) else { return nil }
        if makespan <= justifiedParent.makespan { justifiedParent = Parent(key: key, makespan: makespan) }
        return makespan
    }

    /// Justifies the schedule of `ends` until that gains nothing, for some rounds.
    private mutating func justifyEnds(_ isOver: () -> Bool) -> Double? {
        var best = Double.infinity
        for round in 0..<settings.rounds where !isOptimal {
            guard backwards.run(round == 0 ? ends : forwards.ends, isOver: isOver) != nil,
                let makespan = forwards.run(backwards.ends, isOver: isOver)
            else { return nil }
            if makespan <= bestMakespan {
                bestMakespan = makespan
                (bestStarts, bestEnds) = (forwards.starts, forwards.ends)
            }
            if makespan >= best * (1 - 1e-7) { break }
            best = makespan
        }
        return best
    }

    /// Justifies the best schedule with its tasks moved by chance: all jobs, some jobs, or each task by itself.
    private mutating func disturb(using generator: inout SeededGenerator, _ isOver: () -> Bool) -> Double? {
        let size = bestMakespan * 1e-4 * exp(Double(generator.uniformDouble()) * 7)
        switch generator.below(3) {
        case 0: shift(by: size, share: 1, using: &generator)
        case 1: shift(by: size, share: 0.1, using: &generator)
        default:
            for task in problem.topologicalOrder {
                let end = bestEnds[Int(task)] + size * Double(generator.normal())
                ends[Int(task)] = problem.parents(of: Int(task)).reduce(end) { max($0, ends[Int($1)]) }
            }
        }
        return justifyEnds(isOver)
    }

    /// Moves a share of the jobs, each as a whole.
    private mutating func shift(by size: Double, share: Double, using generator: inout SeededGenerator) {
        for job in shifts.indices {
            shifts[job] = generator.uniformDouble() < share ? size * Double(generator.normal()) : 0
        }
        for task in ends.indices { ends[task] = bestEnds[task] + shifts[Int(components.ofTask[task])] }
    }
}
