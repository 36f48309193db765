/// Forecasts what tasks will use: the decision protocol behind `predict`.
///
/// A predictor is a value that holds what it has observed. Its forecasts are a function of that and of the question
/// alone: no clock, no chance.
public protocol ResourcePredictor: Sendable {
    /// Forecasts for `tasks`, in their order, from the executions observed so far.
    ///
    /// Every number is finite, and `0 < p05 <= p50 <= p95`; a task of an unknown type too has an answer.
    func predict(_ tasks: [TaskSpec]) throws -> [ResourcePrediction]

    /// Learns from one execution that has ended. One that is not usable teaches nothing about the targets.
    mutating func observe(_ execution: TaskExecution)

    /// Learns from many executions, in their order. What is fitted anew now and then may be fitted once for all of them,
    /// so that it is quicker than one by one.
    mutating func observe(_ executions: [TaskExecution])
}

extension ResourcePredictor {
    /// Learns from one after the other.
    public mutating func observe(_ executions: [TaskExecution]) {
        for execution in executions { observe(execution) }
    }

    /// The forecast for one task.
    public func predict(_ task: TaskSpec) throws -> ResourcePrediction {
        try predict([task])[0]
    }
}
