import Foundation
import Kernels
import Simulation

/// How often and how long the end of a workflow hangs on each of its tasks, by runs whose durations are resampled.
///
/// A run hangs on the tasks of its ``DelayChain``. In each run every duration is multiplied with exp(σ z), z standard normal and σ
/// that of its task. Counting how often a task is critical is the criticality index of Van Slyke, "Monte Carlo methods and the
/// PERT problem", 1963, here with what waits for room as well.
public struct BottleneckShares: Sendable {
    /// Runs that are counted.
    public private(set) var runs = 0
    /// For each task, the runs whose end hangs on it.
    private var hits: [Double]
    /// For each task, the sum of the parts of these runs' makespans that it could delay.
    private var parts: [Double]

    /// No runs, of a workflow of `taskCount` tasks.
    public init(taskCount: Int) {
        hits = [Double](repeating: 0, count: taskCount)
        parts = hits
    }

    /// Of `runs` runs of `instance` by `policy`.
    ///
    /// - Parameter spreads: σ of each task, the standard deviation of the logarithm of its duration.
    public init(
        _ instance: SchedulingInstance, spreads: [Double], runs: Int, policy: SchedulingPolicy = .fifo,
        using generator: inout SeededGenerator
    ) {
        precondition(
            spreads.count == instance.taskCount && runs > 0,
            "\(runs) runs with \(spreads.count) spreads for \(instance.taskCount) tasks")
        self.init(taskCount: instance.taskCount)
        for _ in 0..<runs {
            let runtimes = zip(instance.runtimes, spreads).map { $0 * exp($1 * Double(generator.normal())) }
            add(policy.timetable(of: instance.with(runtimes: runtimes)), of: instance)
        }
    }

    /// Of the one run with the durations as they are, whose timetable is given.
    public init(_ timetable: Timetable, of instance: SchedulingInstance) {
        self.init(taskCount: instance.taskCount)
        add(timetable, of: instance)
    }

    /// Counts a run.
    public mutating func add(_ timetable: Timetable, of instance: SchedulingInstance) {
        let makespan = max(timetable.makespan, .leastNormalMagnitude)
        runs += 1
        for link in DelayChain(timetable, of: instance).links {
            let seconds = timetable.ends[link.task] - timetable.starts[link.task] + link.waited
            hits[link.task] += 1
            parts[link.task] += seconds / makespan
        }
    }

    /// Counts other runs of the same workflow.
    public mutating func add(_ others: BottleneckShares) {
        precondition(hits.count == others.hits.count, "runs of \(others.hits.count) tasks beside \(hits.count)")
        runs += others.runs
        hits = zip(hits, others.hits).map { $0 + $1 }
        parts = zip(parts, others.parts).map { $0 + $1 }
    }

    /// For each task, the part of the runs in which the end hangs on it; 0 without any.
    public var probabilities: [Double] { hits.map { $0 / Double(max(runs, 1)) } }

    /// For each task, the mean part of the makespan that it could delay: on a chain its own time and what it waited for, which,
    /// where that was room, is the time of others on the chain as well.
    public var delays: [Double] { parts.map { $0 / Double(max(runs, 1)) } }

    /// What the runs say by themselves.
    public var estimate: BottleneckEstimate { BottleneckEstimate(probabilities: probabilities, delays: delays) }

    /// What the runs say beside `prior`, which counts for `weight` runs: for probabilities the mean of a beta distribution
    /// whose prior mean that is.
    public func estimate(beside prior: BottleneckEstimate, counting weight: Double) -> BottleneckEstimate {
        precondition(prior.delays.count == hits.count, "\(prior.delays.count) tasks beside \(hits.count)")
        precondition(weight > 0, "an estimate that counts for \(weight) runs")
        func mixed(_ sums: [Double], _ prior: [Double]) -> [Double] {
            zip(sums, prior).map { ($0 + weight * $1) / (Double(runs) + weight) }
        }
        return BottleneckEstimate(
            probabilities: mixed(hits, prior.probabilities), delays: mixed(parts, prior.delays))
    }
}
