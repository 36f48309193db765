import Kernels
import Simulation

/// Schedules of a workflow on one node whose tasks hold many cores each: a static key, and a search.
///
/// ```swift
/// let scheduler = CumulativeScheduler(instance)
/// let found = scheduler?.search(seed: 1, iterations: 100)
/// ```
public struct CumulativeScheduler: Sendable {
    private let searchProblem: SearchProblem
    private let problem: CumulativeProblem
    private let levels: [Double]
    private let classes: DemandClasses
    /// No schedule is shorter, in seconds: at least the contract's bound, and larger where the last moments cannot be filled.
    public let lowerBound: Double

    /// What a search came to.
    public struct Found: Sendable {
        /// The best timetable.
        public let timetable: Timetable
        /// The iterations that were completed, so that the run can be repeated by count.
        public let iterations: Int
    }

    /// A scheduler for `instance`; nil where the cluster has not exactly one node.
    public init?(_ instance: SchedulingInstance) {
        searchProblem = SearchProblem(instance)
        guard let problem = CumulativeProblem(searchProblem) else { return nil }
        self.problem = problem
        levels = problem.bottomLevels
        classes = DemandClasses(problem.demands, limit: 1)
        lowerBound = problem.lowerBound
    }

    /// Scales of the static key that are worth a try, in cores, in equal ratios.
    public func scales(_ count: Int) -> [Double] { CumulativeKey.scales(count, cores: problem.cores) }

    /// Tasks start as soon as there is room, the one with the largest bottom level * (1 + demand / scale) first; with an infinite
    /// scale, which is in cores, by critical path.
    ///
    /// - Parameter serialFrom: as ``ListScheduler`` takes it.
    public func timetable(scale: Double, serialFrom: Double = .infinity) -> Timetable {
        var keys = levels
        CumulativeKey(scale: scale).write(levels: levels, demands: problem.demands, classes: classes, into: &keys)
        if problem.isSerial(from: serialFrom) {
            var pass = SerialPass(problem)
            guard pass.run(keys) != nil else { preconditionFailure("a pass without an end of time ends") }
            return problem.timetable(starts: pass.starts, ends: pass.ends)
        }
        var pass = ListPass(problem)
        guard pass.run(keys) != nil else { preconditionFailure("a pass without an end of time ends") }
        return problem.timetable(starts: pass.starts, ends: pass.ends)
    }

    /// Searches for at most `iterations`, or until `isOver`, or until no better schedule is possible; the first one, by
    /// critical path, is made in any case.
    public func search(seed: UInt64, iterations: Int = .max, isOver: () -> Bool = { false }) -> Found {
        let first = timetable(scale: .infinity)
        guard var search = CumulativeSearch(searchProblem) else { return Found(timetable: first, iterations: 0) }
        var generator = SeededGenerator(seed: seed)
        let slice = search.improve(first, iterations: iterations, bound: lowerBound, using: &generator, isOver: isOver)
        return Found(timetable: slice.timetable ?? first, iterations: slice.iterations)
    }
}
