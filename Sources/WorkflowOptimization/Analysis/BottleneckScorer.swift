import Simulation

/// Tells before a workflow runs which of its tasks will hold it back, and in which order tasks are best taken: a rule, or
/// a learned model in its place.
public protocol BottleneckScorer: Sendable {
    /// For each task, how urgent it is: of tasks that are ready together the one with the largest is taken first.
    func priorities(for instance: SchedulingInstance) throws -> [Double]

    /// For each task, the probability that the end of the workflow hangs on it, or nil where only runs can tell.
    func bottleneckProbabilities(for instance: SchedulingInstance) throws -> [Double]?
}

/// Scores by the longest path behind each task, with its transfers and mean durations: the upward ranks of Topcuoglu, Hariri
/// and Wu, 2002, equation 5.
public struct UpwardRankScorer: BottleneckScorer {
    /// A scorer.
    public init() {}

    /// Upward ranks, in seconds.
    public func priorities(for instance: SchedulingInstance) -> [Double] {
        instance.graph.upwardRanks(costs: instance.meanDurations) { instance.transferSeconds(from: $0, to: $1) }
    }

    /// Nil: a rank is no probability.
    public func bottleneckProbabilities(for instance: SchedulingInstance) -> [Double]? { nil }
}
