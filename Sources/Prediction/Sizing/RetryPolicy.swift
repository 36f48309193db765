import Workflows

/// What to ask for after a failure: twice of what was short, and no more of the other.
public enum RetryPolicy {
    /// Exit statuses of a task that ran out of memory: aborted (128 + 6), a bus error (128 + 7), killed (128 + 9), a memory
    /// violation (128 + 11).
    public static let outOfMemoryStatuses = [134, 135, 137, 139]
    /// Exit statuses of a task that ran into its time limit: `timeout` of coreutils, Grid Engine's and LSF's signal before
    /// the limit (128 + 12), and the request to end (128 + 15) that other schedulers send first.
    public static let timeoutStatuses = [124, 140, 143]

    /// One step for each kind of failure that asking for more can cure.
    public static func steps(memoryBytes: Double, seconds: Double) -> [RetryStep] {
        func doubled(_ value: Double) -> Double { min(value * 2, .greatestFiniteMagnitude) }
        return [
            RetryStep(onFailure: "out-of-memory", memoryBytes: doubled(memoryBytes), seconds: seconds),
            RetryStep(onFailure: "timeout", memoryBytes: memoryBytes, seconds: doubled(seconds)),
        ]
    }
}

/// The most that can be had: what the largest node offers.
public struct SizingLimits: Hashable, Sendable {
    /// Cores; nil is without a limit.
    public var cores: Double?
    /// Memory in bytes; nil is without a limit.
    public var memoryBytes: Double?

    /// Limits.
    public init(cores: Double? = nil, memoryBytes: Double? = nil) {
        self.cores = cores
        self.memoryBytes = memoryBytes
    }

    /// Those of the largest node of `cluster`; no limit of memory where a node has none.
    public init(_ cluster: Cluster) {
        cores = cluster.nodes.map(\.cores).max()
        let sizes = cluster.nodes.compactMap(\.memoryBytes)
        memoryBytes = sizes.count == cluster.nodes.count ? sizes.max() : nil
    }

    /// Cuts the allocations and retries of `prediction` to the limits. A retry that would ask for no more than the attempt
    /// before it is left out: it would fail in the same way.
    public func apply(to prediction: inout ResourcePrediction) {
        if let cores { Self.cut(&prediction.cpu, to: cores) }
        guard let memoryBytes else { return }
        Self.cut(&prediction.memory, to: memoryBytes)
        prediction.retry = prediction.retry.compactMap { step in
            var step = step
            step.memoryBytes = min(step.memoryBytes, memoryBytes)
            return step.onFailure == "out-of-memory" && step.memoryBytes <= prediction.memory.allocation ? nil : step
        }
    }

    private static func cut(_ quantity: inout PredictedQuantity, to limit: Double) {
        guard quantity.allocation > limit else { return }
        quantity.allocation = limit
        quantity.sizing?.cap = limit
    }
}
