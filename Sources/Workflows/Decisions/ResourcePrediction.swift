/// Who gave an answer.
public enum DecisionSource: String, Codable, Sendable {
    /// A learned model alone.
    case model
    /// Several, weighed or chosen among by their skill.
    case ensemble
    /// A rule without learned weights.
    case heuristic
}

/// The forecast of one target of one task.
public struct PredictedQuantity: Codable, Hashable, Sendable {
    /// `cores`, `bytes` or `seconds`.
    public var unit: String
    /// Quantile 0.05.
    public var p05: Double
    /// The median: the point forecast.
    public var p50: Double
    /// Quantile 0.95.
    public var p95: Double
    /// What to ask for: cores, bytes, or the time limit in seconds.
    public var allocation: Double
    /// What the forecast rests on, in one sentence.
    public var reason: String
    /// Who gave it.
    public var source: DecisionSource
    /// The forecast at each of ``ForecastLevels/all``, none below the one before; empty where only the three are known. It
    /// stays inside: the wire has the three.
    public var quantiles: [Double] = []

    /// What the allocation rests on.
    public var sizing: SizingBasis?

    private enum CodingKeys: String, CodingKey {
        case unit, p05, p50, p95, allocation, reason, source, sizing
    }

    /// A forecast in the unit of `target`, known at all ``ForecastLevels``.
    public init(
        _ target: ResourceTarget, quantiles: [Double], allocation: Double, reason: String, source: DecisionSource
    ) {
        precondition(
            quantiles.count == ForecastLevels.all.count,
            "\(quantiles.count) quantiles for \(ForecastLevels.all.count) levels")
        self.init(
            target, p05: quantiles[ForecastLevels.low], p50: quantiles[ForecastLevels.median],
            p95: quantiles[ForecastLevels.high], allocation: allocation, reason: reason, source: source)
        self.quantiles = quantiles
    }

    /// A forecast in the unit of `target`.
    public init(
        _ target: ResourceTarget, p05: Double, p50: Double, p95: Double, allocation: Double, reason: String,
        source: DecisionSource
    ) {
        self.unit = target.unit
        self.p05 = p05
        self.p50 = p50
        self.p95 = p95
        self.allocation = allocation
        self.reason = reason
        self.source = source
    }
}

/// What to ask for if an attempt fails.
public struct RetryStep: Codable, Hashable, Sendable {
    /// The kind of failure: `out-of-memory` or `timeout`.
    public var onFailure: String
    /// Memory to ask for then, in bytes.
    public var memoryBytes: Double
    /// Time limit to ask for then, in seconds.
    public var seconds: Double

    /// What to ask for after a failure of the kind `onFailure`.
    public init(onFailure: String, memoryBytes: Double, seconds: Double) {
        self.onFailure = onFailure
        self.memoryBytes = memoryBytes
        self.seconds = seconds
    }
}

/// The answer of `predict` for one task.
public struct ResourcePrediction: Codable, Hashable, Sendable {
    /// Cores in use on average.
    public var cpu: PredictedQuantity
    /// Peak resident memory.
    public var memory: PredictedQuantity
    /// Time on the node.
    public var duration: PredictedQuantity
    /// What to ask for after a failure.
    public var retry: [RetryStep]
    /// How many completed executions of the type it rests on.
    public var samples: Int
    /// Whether no completed execution of the type was known.
    public var cold: Bool

    /// The three forecasts with what they rest on.
    public init(
        cpu: PredictedQuantity, memory: PredictedQuantity, duration: PredictedQuantity, retry: [RetryStep],
        samples: Int, cold: Bool
    ) {
        self.cpu = cpu
        self.memory = memory
        self.duration = duration
        self.retry = retry
        self.samples = samples
        self.cold = cold
    }

    /// The forecast of `target`.
    public subscript(target: ResourceTarget) -> PredictedQuantity {
        get {
            switch target {
            case .cpu: cpu
            case .memory: memory
            case .duration: duration
            }
        }
        set {
            switch target {
            case .cpu: cpu = newValue
            case .memory: memory = newValue
            case .duration: duration = newValue
            }
        }
    }
}
