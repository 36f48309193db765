import Workflows

/// One target of one tested task: what was forecast and what it was.
public struct PredictionRow: Hashable, Sendable {
    /// The execution's place in the history.
    public var row: Int
    /// The fold; 0 where there is one.
    public var fold: Int
    /// The workflow; empty where there is none.
    public var workflow: String
    /// The run; empty where there is none.
    public var run: String
    /// The task's identifier.
    public var taskID: String
    /// The task's type.
    public var taskType: String
    /// The target.
    public var target: ResourceTarget
    /// What was measured.
    public var actual: Double
    /// Quantile 0.05.
    public var p05: Double
    /// The point forecast.
    public var p50: Double
    /// Quantile 0.95.
    public var p95: Double
    /// What would have been asked for.
    public var allocation: Double
    /// Whether no completed execution of the type was known.
    public var cold: Bool
    /// Who gave the forecast.
    public var source: DecisionSource

    /// |p50 - actual| / actual, the absolute percentage error as a share.
    public var error: Double { abs(p50 - actual) / actual }

    /// 1 - min(error, 1)
    public var accuracy: Double { 1 - min(error, 1) }
}
