import Workflows

/// What to ask for, given a forecast.
public enum Sizing {
    /// Memory: a tenth over the quantile 0.95. Time limit: half as much again, because a task that runs into it is lost
    /// whole. Cores: the quantile 0.95.
    public static func allocation(_ target: ResourceTarget, p95: Double) -> Double {
        switch target {
        case .cpu: p95
        case .memory: p95 * 1.1
        case .duration: p95 * 1.5
        }
    }

    /// What to ask for after a failure: twice of what was short, and no more of the other.
    public static func retries(memoryBytes: Double, seconds: Double) -> [RetryStep] {
        [
            RetryStep(onFailure: "out-of-memory", memoryBytes: memoryBytes * 2, seconds: seconds),
            RetryStep(onFailure: "timeout", memoryBytes: memoryBytes, seconds: seconds * 2),
        ]
    }
}
