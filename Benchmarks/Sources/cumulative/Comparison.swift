import Kernels
import Scheduling
import Simulation

/// How long the schedules of one list are by each method, in seconds.
struct Comparison {
    /// The contract's bound: critical path or work.
    let plainBound: Double
    /// The one with what must run before the last moments.
    let bound: Double
    let criticalPath: Double
    /// By each of the forty scales.
    let statics: [Double]
    let search: Double
    let iterations: Int
    /// By `--policy portfolio` in the same time, and what found it.
    let portfolio: Double
    let foundBy: String

    var bestStatic: Double { statics.min() ?? .infinity }

    static let scaleCount = 40

    /// What the static key comes to by each scale.
    struct Statics {
        let scheduler: CumulativeScheduler
        let makespans: [Double]

        init(_ instance: SchedulingInstance) {
            guard let scheduler = CumulativeScheduler(instance) else { preconditionFailure("a list has one node") }
            self.scheduler = scheduler
            makespans = scheduler.scales(scaleCount).map { scheduler.timetable(scale: $0).makespan }
        }
    }

    init(_ instance: SchedulingInstance, seed: UInt64, iterations: Int, budget: Duration) throws {
        let known = Statics(instance)
        plainBound = instance.lowerBound
        bound = known.scheduler.lowerBound
        criticalPath = known.scheduler.timetable(scale: .infinity).makespan
        statics = known.makespans
        let clock = ContinuousClock()
        let began = clock.now
        // From the parsed instance on: also what is prepared for the search counts.
        guard let timed = CumulativeScheduler(instance) else { preconditionFailure("a list has one node") }
        let found = timed.search(seed: seed, iterations: iterations) { clock.now - began >= budget }
        try found.timetable.check(against: instance)
        search = found.timetable.makespan
        self.iterations = found.iterations
        let plan = try HeuristicScheduler(.portfolio).plan(instance.workflow, on: instance.cluster, budget: budget)
        portfolio = plan.schedule.makespan
        foundBy = plan.foundBy
    }
}

/// The mean of `values` and its bootstrap interval of 95 % (Efron, 1979; percentiles of 2,000 resamples).
func interval(_ values: [Double]) -> (mean: Double, low: Double, high: Double) {
    var generator = SeededGenerator(seed: 7)
    let means = (0..<2000).map { _ in
        values.indices.reduce(0) { sum, _ in sum + values[Int.random(in: values.indices, using: &generator)] }
            / Double(values.count)
    }.sorted()
    return (values.reduce(0, +) / Double(values.count), means[49], means[1949])
}
