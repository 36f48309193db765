import Foundation
import Scheduling
import Simulation
import Tensors

/// What a network that looks for bottlenecks reads of each task beside ``NodeFeatures``: how one run by first in, first out goes
/// if every task takes as long as is expected.
enum RunFeatures {
    /// Name and unit of each.
    static let columns: [(name: String, unit: String)] = [
        ("isOnChain", "0 or 1"), ("delay", "4 times the share of the makespan"), ("start", "of the makespan"),
        ("end", "of the makespan"), ("queued", "4 times the share of the makespan"),
        ("slack", "ln of 0.01 + what it may end later by, of the makespan"),
    ]

    static var count: Int { columns.count }

    /// [N, 6] of that run.
    static func values(_ timetable: Timetable, of instance: SchedulingInstance) -> Tensor {
        let shares = BottleneckShares(timetable, of: instance).estimate
        let makespan = max(timetable.makespan, .leastNormalMagnitude)
        let latest = latestEnds(timetable, instance)
        var values: [Float] = []
        values.reserveCapacity(instance.taskCount * count)
        for task in 0..<instance.taskCount {
            let (start, end) = (timetable.starts[task], timetable.ends[task])
            values.append(Float(shares.probabilities[task]))
            values.append(Float(4 * shares.delays[task]))
            values.append(Float(start / makespan))
            values.append(Float(end / makespan))
            values.append(Float(4 * (start - timetable.ready[task]) / makespan))
            values.append(Float(log(0.01 + max(0, latest[task] - end) / makespan)))
        }
        return Tensor(values, shape: [instance.taskCount, count])
    }

    /// When each task may end without the run ending later, if nothing but its descendants waits for it, and these need no time for
    /// its files.
    private static func latestEnds(_ timetable: Timetable, _ instance: SchedulingInstance) -> [Double] {
        var latest = [Double](repeating: timetable.makespan, count: instance.taskCount)
        for task in instance.graph.topologicalOrder.reversed() {
            for child in instance.graph.children(of: task) {
                let start = latest[child] - (timetable.ends[child] - timetable.starts[child])
                latest[task] = min(latest[task], start)
            }
        }
        return latest
    }
}
