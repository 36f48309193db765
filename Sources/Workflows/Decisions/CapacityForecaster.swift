/// Forecasts what a cluster will be asked for: the decision protocol behind `capacity`.
///
/// A forecaster is a value that holds what it has learned. Its forecasts are a function of that and of the question
/// alone: no clock, no chance.
public protocol CapacityForecaster: Sendable {
    /// Forecasts `series` at moments behind its last value, from the values that it has.
    ///
    /// Every number is finite, and none of a forecast's quantiles lies below the one before. A series that was not
    /// learned from has an answer too.
    ///
    /// - Parameters:
    ///   - series: what is known, up to the moment of the question.
    ///   - steps: intervals from the last value to each moment, at least 1, rising.
    /// - Returns: one forecast for each step.
    /// - Throws: `InputError` where the series has too few values for any forecast.
    func forecast(_ series: MetricSeries, steps: [Int]) throws -> [CapacityForecast]

    /// Learns from the values of `series` from the place `first` on, which came after those that it was trained on or has
    /// observed. A forecaster that only learns in training keeps to this: it does nothing.
    mutating func observe(_ series: MetricSeries, from first: Int) throws
}

extension CapacityForecaster {
    /// Learns nothing.
    public mutating func observe(_ series: MetricSeries, from first: Int) {}
}
