import Files
import Workflows

/// Forecasts that the series stays as it was: the last value, or that of the same time of day.
///
/// With the period m of a day, the seasonal forecast for step h from origin t is y[t + h - m ⌈h / m⌉] (Hyndman and
/// Athanasopoulos, "Forecasting: Principles and Practice", 3rd edition, section 5.2); until a day is known it is the last
/// value. Quantiles are the errors that the same rule made at the last ``window`` origins.
public struct NaiveForecaster: CapacityForecaster, Hashable {
    /// Whether the value of the same time of day is taken, not the last one.
    public let isSeasonal: Bool

    /// Origins whose errors make the quantiles: a week of five-minute values.
    public static let window = 2016

    /// The rule.
    public init(isSeasonal: Bool) {
        self.isSeasonal = isSeasonal
    }

    /// Forecasts by the rule.
    public func forecast(_ series: MetricSeries, steps: [Int]) throws -> [CapacityForecast] {
        let values = try series.filledValues()
        let origin = values.count - 1
        return steps.map { step in
            var errors: [Double] = []
            for past in max(origin - step - Self.window + 1, 0)..<max(origin - step + 1, 0)
            where !series.values[past + step].isNaN {
                guard let point = point(values, origin: past, step: step, period: series.dailyPeriod) else { continue }
                errors.append(series.values[past + step] - point)
            }
            let point = point(values, origin: origin, step: step, period: series.dailyPeriod) ?? values[origin]
            return CapacityForecast(
                at: series.moment(at: origin + step),
                quantiles: ConformalQuantiles.around(point, sortedErrors: errors.sorted()))
        }
    }

    /// The forecast from `origin`; nil where the value that it would be is not known.
    private func point(_ values: [Double], origin: Int, step: Int, period: Int) -> Double? {
        guard isSeasonal else { return values[origin] }
        let place = origin + step - period * ((step - 1) / period + 1)
        return place >= 0 ? values[place] : nil
    }
}

/// Makes a ``NaiveForecaster``, which has nothing to learn.
public struct NaiveTrainer: ForecasterTrainer {
    /// The kind of model.
    public let kind: String
    private let forecaster: NaiveForecaster

    /// The kind `naive`: the last value.
    public static let last = NaiveTrainer(kind: "naive", forecaster: NaiveForecaster(isSeasonal: false))
    /// The kind `seasonal-naive`: the value of the same time of day.
    public static let seasonal = NaiveTrainer(kind: "seasonal-naive", forecaster: NaiveForecaster(isSeasonal: true))

    /// The rule, whatever `series` are.
    public func train(on series: [MetricSeries], seed: UInt64) -> any CapacityForecaster { forecaster }
}
