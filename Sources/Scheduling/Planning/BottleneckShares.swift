import Foundation
import Kernels
import Simulation

/// How often and how long the end of a workflow hangs on each of its tasks, by runs whose durations are resampled.
///
/// A run hangs on the tasks of its ``DelayChain``. In each run every duration is multiplied with exp(σ z), z standard normal and σ
/// that of its task. Counting how often a task is critical is the criticality index of Van Slyke, "Monte Carlo methods and the
/// PERT problem", 1963, here with what waits for room as well.
public struct BottleneckShares: Sendable {
    /// For each task, the part of the runs in which the end hangs on it.
    public private(set) var probabilities: [Double]
    /// For each task, the mean part of the makespan that it could delay: on a chain its own time and what it waited for, which,
    /// where that was room, is the time of others on the chain as well.
    public private(set) var delays: [Double]

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
        probabilities = [Double](repeating: 0, count: instance.taskCount)
        delays = probabilities
        for _ in 0..<runs {
            let runtimes = zip(instance.runtimes, spreads).map { $0 * exp($1 * Double(generator.normal())) }
            add(policy.timetable(of: instance.with(runtimes: runtimes)), of: instance, share: 1 / Double(runs))
        }
    }

    /// Of the one run with the durations as they are, whose timetable is given.
    public init(_ timetable: Timetable, of instance: SchedulingInstance) {
        probabilities = [Double](repeating: 0, count: instance.taskCount)
        delays = probabilities
        add(timetable, of: instance, share: 1)
    }

    private mutating func add(_ timetable: Timetable, of instance: SchedulingInstance, share: Double) {
        let makespan = max(timetable.makespan, .leastNormalMagnitude)
        for link in DelayChain(timetable, of: instance).links {
            let seconds = timetable.ends[link.task] - timetable.starts[link.task] + link.waited
            probabilities[link.task] += share
            delays[link.task] += share * seconds / makespan
        }
    }
}
