import Files

/// What a series will be at one moment.
public struct CapacityForecast: Sendable, Hashable {
    /// The moment, in Unix seconds.
    public var at: Double
    /// The forecast at each of ``ForecastLevels/all``, in the unit of the series, none below the one before.
    public var quantiles: [Double]

    /// A forecast for the moment `at`.
    public init(at: Double, quantiles: [Double]) {
        precondition(
            quantiles.count == ForecastLevels.all.count,
            "\(quantiles.count) quantiles for \(ForecastLevels.all.count) levels")
        self.at = at
        self.quantiles = quantiles
    }

    /// Quantile 0.05.
    public var p05: Double { quantiles[ForecastLevels.low] }
    /// The median: the point forecast.
    public var p50: Double { quantiles[ForecastLevels.median] }
    /// Quantile 0.95.
    public var p95: Double { quantiles[ForecastLevels.high] }

    /// Whether its numbers are finite and in their order.
    public var isSound: Bool {
        at.isFinite && quantiles.allSatisfy(\.isFinite) && zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 <= $1 }
    }

    /// The forecast as it stands on the wire.
    public var json: JSONValue {
        .object(
            JSONObject([("at", .number(at)), ("p05", .number(p05)), ("p50", .number(p50)), ("p95", .number(p95))]))
    }
}
