import Simulation

/// What is said of the tasks of a workflow before it runs.
public struct BottleneckEstimate: Sendable, Equatable {
    /// For each task, the probability that the end of the workflow hangs on it.
    public var probabilities: [Double]
    /// For each task, the expected part of the makespan that it could delay: of the runs whose end hangs on it, its own time and
    /// what it waited for.
    public var delays: [Double]

    /// An estimate for as many tasks as there are values.
    public init(probabilities: [Double], delays: [Double]) {
        precondition(
            probabilities.count == delays.count, "\(probabilities.count) probabilities with \(delays.count) delays")
        (self.probabilities, self.delays) = (probabilities, delays)
    }
}

/// Says before a workflow runs on which of its tasks the end will hang: what many runs would show, such as a learned model
/// says it in the time of few.
public protocol BottleneckScorer: Sendable {
    /// What many runs with resampled durations would show; nil for a policy of which it knows nothing.
    ///
    /// - Parameters:
    ///   - timetable: the run of `instance` by `policy` with the durations as they are.
    ///   - spreads: the standard deviation of the logarithm of each duration.
    func bottlenecks(
        after timetable: Timetable, of instance: SchedulingInstance, spreads: [Double], policy: SchedulingPolicy
    ) -> BottleneckEstimate?
}
