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
    /// Moment of submission; nil where the history has none.
    public var submittedAt: Double?
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
    /// The forecast at each of ``ForecastLevels``; empty where only the three are known.
    public var quantiles: [Double]
    /// What would have been asked for.
    public var allocation: Double
    /// Completed executions of the type that could be known when the forecast was made.
    public var known: Int
    /// Whether no completed execution of the type was known.
    public var cold: Bool
    /// What the forecast rests on, in one sentence.
    public var reason: String
    /// Who gave the forecast.
    public var source: DecisionSource

    /// |p50 - actual| / actual, the absolute percentage error as a share.
    public var error: Double { abs(p50 - actual) / actual }

    /// 1 - min(error, 1)
    public var accuracy: Double { 1 - min(error, 1) }
}

extension Collection<PredictionRow> {
    /// The share of rows for which `condition` holds; 0 of none.
    func share(where condition: (PredictionRow) -> Bool) -> Double {
        Double(count(where: condition)) / Double(Swift.max(count, 1))
    }

    /// The mean of `value` over the rows; 0 of none.
    func mean(of value: (PredictionRow) -> Double) -> Double {
        reduce(0) { $0 + value($1) } / Double(Swift.max(count, 1))
    }
}
