import Workflows

/// What memory allocations would have wasted and how often they would have failed.
///
/// An attempt with less memory than the task used fails at its end, wastes its whole allocation, and is tried again with
/// the double.
public struct SizingMetrics: Codable, Hashable, Sendable {
    /// Memory allocation quality: used / (used + wasted), in gigabyte-hours.
    public var quality: Double
    /// Failed attempts for 100 tasks.
    public var failuresPer100: Double
    /// Gigabyte-hours that the tasks used.
    public var usedGigabyteHours: Double
    /// Gigabyte-hours that were allocated and not used.
    public var wastedGigabyteHours: Double

    /// The metrics of `attempts`: for each task the memory it used and what was allocated, in bytes, and its duration in
    /// seconds.
    public init(_ attempts: [(used: Double, allocation: Double, duration: Double)]) {
        var (used, wasted, failures) = (0.0, 0.0, 0)
        for attempt in attempts {
            let gigabyteHours = attempt.duration / 3600 / 1e9
            var allocation = max(attempt.allocation, 1)
            while allocation < attempt.used {
                wasted += allocation * gigabyteHours
                failures += 1
                allocation *= 2
            }
            used += attempt.used * gigabyteHours
            wasted += (allocation - attempt.used) * gigabyteHours
        }
        quality = used + wasted > 0 ? used / (used + wasted) : 0
        failuresPer100 = 100 * Double(failures) / Double(max(attempts.count, 1))
        usedGigabyteHours = used
        wastedGigabyteHours = wasted
    }
}

/// The memory that is asked for without a forecast: what the task's record says, else the largest value of its type so
/// far, rounded up to a power of two.
struct MemoryRequests {
    private var largest: [String: Double] = [:]

    mutating func observe(_ execution: TaskExecution) {
        guard execution.isUsable, let memory = execution[.memory] else { return }
        largest[execution.task.taskType] = max(largest[execution.task.taskType] ?? 0, memory)
    }

    /// The request for `task`; nil where nothing is known.
    func request(for task: TaskSpec) -> Double? {
        if let stated = task.memoryRequestBytes, stated > 0 { return stated }
        guard let largest = largest[task.taskType] else { return nil }
        var power = 1.0
        while power < largest { power *= 2 }
        return power
    }
}
