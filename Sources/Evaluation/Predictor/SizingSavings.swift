import Prediction
import Workflows

/// What tasks would have held under recommended sizes and under the requests, on the same executions.
public struct SizingSavings: Codable, Hashable, Sendable {
    /// One side.
    public struct Use: Codable, Hashable, Sendable {
        /// Gigabyte-hours held, failed attempts included.
        public var gigabyteHours = 0.0
        /// Core-hours held.
        public var coreHours = 0.0
        /// Attempts that failed for memory.
        public var failures = 0
    }

    /// Executions with memory.
    public var memoryRows = 0
    /// Those of them whose request was recorded; for the others it is the type's largest value so far, rounded up to a
    /// power of two.
    public var recordedRequests = 0
    /// Executions whose requested cores were recorded and whose use of them was measured.
    public var coreRows = 0
    /// Core-hours that they used beyond what they had asked for.
    public var coreHoursBeyondRequest = 0.0
    /// Seconds that they took.
    public var seconds = 0.0
    /// By how many more they would take with the recommended cores in the worst case
    /// (``CoreSizing/slowdown(used:cores:asked:)``).
    public var secondsLonger = 0.0
    /// With the recommended sizes.
    public var ours = Use()
    /// As requested.
    public var request = Use()

    /// Nothing yet.
    public init() {}

    /// Takes in an execution that had no part in `size`; `known` is what was known of its type.
    mutating func add(_ execution: TaskExecution, sizedBy size: ProcessSizing, known: SizingBaselines) {
        guard let seconds = execution[.duration] else { return }
        if let used = execution[.memory], let memory = size.memoryBytes {
            let request = known.allocations(for: execution.task, cold: memory)[2]
            memoryRows += 1
            if execution.task.memoryRequestBytes ?? 0 > 0 { recordedRequests += 1 }
            func add(_ allocation: Double, to use: inout Use) {
                let attempts = RetriedAttempts(allocation: allocation, used: used)
                use.gigabyteHours += (attempts.wastedBytes + used) * seconds / 3.6e12
                use.failures += attempts.failures
            }
            add(memory, to: &ours)
            add(request, to: &self.request)
        }
        if let used = execution[.cpu], let cores = size.cores, let requested = execution.task.cores, requested > 0 {
            coreRows += 1
            coreHoursBeyondRequest += max(0, used - requested) * seconds / 3600
            self.seconds += seconds
            secondsLonger += (CoreSizing.slowdown(used: used, cores: cores, asked: max(requested, used)) - 1) * seconds
            // A task that used more than it asked for held that; with fewer cores than it used, it takes longer in
            // proportion. Either way it is the larger of both, for as long as it ran.
            request.coreHours += max(requested, used) * seconds / 3600
            ours.coreHours += max(cores, used) * seconds / 3600
        }
    }

    /// Adds those of other executions.
    mutating func add(_ other: SizingSavings) {
        memoryRows += other.memoryRows
        recordedRequests += other.recordedRequests
        coreRows += other.coreRows
        coreHoursBeyondRequest += other.coreHoursBeyondRequest
        seconds += other.seconds
        secondsLonger += other.secondsLonger
        func add(_ use: Use, to total: inout Use) {
            total.gigabyteHours += use.gigabyteHours
            total.coreHours += use.coreHours
            total.failures += use.failures
        }
        add(other.ours, to: &ours)
        add(other.request, to: &request)
    }

    /// These and those of other executions.
    public func adding(_ other: SizingSavings) -> SizingSavings {
        var sum = self
        sum.add(other)
        return sum
    }

    /// Gigabyte-hours that the recommended sizes hold less; below zero where they hold more.
    public var gigabyteHoursSaved: Double { request.gigabyteHours - ours.gigabyteHours }

    /// Core-hours that the recommended sizes hold less; below zero where they hold more.
    public var coreHoursSaved: Double { request.coreHours - ours.coreHours }

    /// Failed attempts for 100 tasks, of ours and of the requests.
    public var failuresPer100: (ours: Double, request: Double) {
        let rows = Double(max(memoryRows, 1))
        return (100 * Double(ours.failures) / rows, 100 * Double(request.failures) / rows)
    }
}
