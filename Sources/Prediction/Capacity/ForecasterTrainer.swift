import Workflows

/// Makes a forecaster from series: what `train forecaster` does, and the training part of a backtest.
public protocol ForecasterTrainer: Sendable {
    /// The kind of model, as in the catalog.
    var kind: String { get }

    /// A forecaster that has learned from `series`; a function of them and of `seed` alone.
    ///
    /// - Throws: `InputError` with the series that has too few values to learn from.
    func train(on series: [MetricSeries], seed: UInt64) throws -> any CapacityForecaster
}
