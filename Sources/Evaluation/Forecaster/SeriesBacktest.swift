import Files
import Workflows

/// The windows of one series in a rolling backtest.
public struct SeriesBacktest: Sendable {
    /// The whole series.
    public let series: MetricSeries
    /// How many of its first values are learned from.
    public let trainingCount: Int
    /// Intervals from the origin to each forecast.
    public let steps: [Int]
    /// The mean |yₜ - yₜ₋ₘ| of the training part.
    public let scale: Double

    /// The part that is learned from.
    public var training: MetricSeries { series.prefix(trainingCount) }

    /// Divides `series`.
    init(_ series: MetricSeries, horizons: [Double], trainingShare: Double) throws {
        self.series = series
        trainingCount = Int((Double(series.values.count) * trainingShare).rounded())
        steps = try horizons.map { horizon in
            let step = (horizon / series.intervalSeconds).rounded()
            guard step >= 1, step <= 1e6, abs(step * series.intervalSeconds - horizon) < 1e-6 * horizon else {
                throw InputError(
                    "a horizon of \(JSONValue.text(of: horizon)) s is no multiple of its interval, "
                        + "\(JSONValue.text(of: series.intervalSeconds)) s", field: series.name)
            }
            return Int(step)
        }
        let period = series.dailyPeriod
        let known = (0..<max(trainingCount - period, 0)).compactMap { place -> Double? in
            let difference = abs(series.values[place + period] - series.values[place])
            return difference.isNaN ? nil : difference
        }
        scale = known.reduce(0, +) / Double(max(known.count, 1))
        guard known.count >= period / 2, scale > 0 else {
            throw InputError(
                "has too few values to be scored: its training part, \(trainingCount) values, must be longer than one "
                    + "and a half days and vary from day to day", field: series.name)
        }
        guard series.values[trainingCount...].contains(where: { !$0.isNaN }) else {
            throw InputError(
                "has no value behind its training part, \(trainingCount) values, to be scored by", field: series.name)
        }
    }

    /// The forecasts by `forecaster`, which was trained on ``training``; for each step, in the order of origins.
    func run(_ forecaster: any CapacityForecaster) throws -> [[ForecastRow]] {
        try run(forecaster, from: trainingCount - 1) { origin in origin >= trainingCount ? origin : nil }
    }

    /// The forecasts by `forecaster`, which was trained elsewhere, from the origins of the backtest at `moment` and behind
    /// it. It observes all values up to the first of them, as it does where it is asked, and then each.
    func run(_ forecaster: any CapacityForecaster, notBefore moment: Double) throws -> [[ForecastRow]] {
        let origins = trainingCount - 1..<series.values.count - 1
        guard let first = origins.first(where: { series.moment(at: $0) >= moment }) else {
            return [[ForecastRow]](repeating: [], count: steps.count)
        }
        return try run(forecaster, from: first) { origin in origin > first ? origin : 0 }
    }

    /// - Parameter news: the first place that the forecaster has not observed at an origin; nil where there is none.
    private func run(
        _ forecaster: any CapacityForecaster, from first: Int, news: (_ origin: Int) -> Int?
    ) throws -> [[ForecastRow]] {
        var forecaster = forecaster
        var rows = [[ForecastRow]](repeating: [], count: steps.count)
        for origin in first..<series.values.count - 1 {
            let known = series.prefix(origin + 1)
            if let place = news(origin) { try forecaster.observe(known, from: place) }
            let reached = steps.indices.filter { origin + steps[$0] < series.values.count }
            let asked = reached.sorted { steps[$0] < steps[$1] }
            for (place, forecast) in zip(asked, try forecaster.forecast(known, steps: asked.map { steps[$0] })) {
                let actual = series.values[origin + steps[place]]
                guard !actual.isNaN else { continue }
                guard forecast.isSound else {
                    throw InputError("the forecast from value \(origin) on is not sound", field: series.name)
                }
                rows[place].append(ForecastRow(origin: origin, actual: actual, quantiles: forecast.quantiles))
            }
        }
        return rows
    }
}
