import Files
import Workflows

/// The answer of `capacity`: what will be asked for, and the nodes for it.
public struct CapacityPlan: Sendable, Hashable {
    /// The series.
    public var series: String
    /// What it is measured in, where that is known.
    public var unit: String?
    /// Seconds between forecasts.
    public var intervalSeconds: Double
    /// One for each interval up to the horizon.
    public var forecasts: [CapacityForecast]
    /// One for each forecast; none without a cluster.
    public var nodes: [NodeNeed]

    /// Forecasts in an answer, at the most.
    public static let limit = 2_000

    /// Forecasts `series` by `forecaster` for each interval up to `horizonSeconds`, and counts nodes by `planner`.
    ///
    /// A demand that was never below zero is not forecast below zero.
    /// - Throws: `InputError` that names `horizonSeconds` where it is under one interval or over a day, or `series` where
    ///   there is no value; what `forecaster` throws.
    public init(
        _ series: MetricSeries, horizonSeconds: Double, by forecaster: some CapacityForecaster,
        planner: CapacityPlanner? = nil
    ) throws {
        let steps = try series.steps(upTo: horizonSeconds)
        let isNeverNegative = series.values.allSatisfy { $0.isNaN || $0 >= 0 }
        let forecasts = try forecaster.forecast(series, steps: Array(1...steps)).map { forecast in
            guard isNeverNegative else { return forecast }
            return CapacityForecast(at: forecast.at, quantiles: forecast.quantiles.map { max($0, 0) })
        }
        guard forecasts.count == steps, forecasts.allSatisfy(\.isSound) else {
            throw InputError("its forecast has numbers that are none", field: "series")
        }
        self.forecasts = forecasts
        self.series = series.name
        unit = series.unit
        intervalSeconds = series.intervalSeconds
        nodes = try planner.map { planner in try forecasts.map { try planner.need($0) } } ?? []
    }

    /// How narrow the forecasts are: the mean of 1 - (p95 - p05) / (|p95| + |p05|), from 0 to 1.
    public var confidence: Double {
        let shares = forecasts.map { forecast -> Double in
            let size = abs(forecast.p95) + abs(forecast.p05)
            return size > 0 ? 1 - min((forecast.p95 - forecast.p05) / size, 1) : 1
        }
        return shares.reduce(0, +) / Double(max(shares.count, 1))
    }

    /// Its members on the wire.
    public var members: [(String, JSONValue)] {
        var object = JSONObject([
            ("forecast", .array(forecasts.map(\.json))), ("nodes", .array(nodes.map(\.json))),
            ("series", .string(series)),
        ])
        object["unit"] = unit.map(JSONValue.string)
        object["intervalSeconds"] = .number(intervalSeconds)
        return object.members
    }
}

extension MetricSeries {
    /// Intervals up to `horizonSeconds`, which is at least one of them, and a day at the most.
    fileprivate func steps(upTo horizonSeconds: Double) throws -> Int {
        func failure(_ problem: String) -> InputError {
            InputError("is \(JSONValue.text(of: horizonSeconds)), \(problem)", field: "horizonSeconds")
        }
        guard horizonSeconds >= intervalSeconds else {
            throw failure("less than the interval of the series, \(JSONValue.text(of: intervalSeconds)) s")
        }
        guard horizonSeconds <= max(86_400, intervalSeconds) else { throw failure("more than a day, 86400") }
        let steps = (horizonSeconds / intervalSeconds + 1e-9).rounded(.down)
        guard steps <= Double(CapacityPlan.limit) else {
            throw failure("\(JSONValue.text(of: steps)) intervals, more than \(CapacityPlan.limit)")
        }
        return Int(steps)
    }
}
