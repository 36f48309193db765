import Files
import Prediction
import Workflows

/// Scores a kind of forecaster beside simple references, and the rules that answer where no learned one does, in one
/// rolling backtest, on the same windows.
///
/// The first part of each series is learned from. Then every place from its last on is an origin: the forecaster observes
/// the value there and forecasts each horizon whose value is in the series. What lies behind the origin is never seen.
public struct ForecasterEvaluator: Sendable {
    /// What is forecast.
    public var series: [MetricSeries]
    /// What is evaluated.
    public var trainer: any ForecasterTrainer
    /// Seconds from the origin to the forecast.
    public var horizons: [Double] = [300, 3600, 86_400]
    /// The share of each series that is learned from.
    public var trainingShare = 0.75
    /// Decides everything random.
    public var seed: UInt64

    /// The references that stand beside everything but themselves; the last is what a learned forecaster displaces.
    private static let references: [any ForecasterTrainer] = [
        NaiveTrainer.last, NaiveTrainer.seasonal, RollingTrainer.ridge, CapacityHeuristics.trainers[0],
    ]

    /// What is trained and tested: what is evaluated, then the references.
    public var kinds: [any ForecasterTrainer] { [trainer] + Self.references.filter { $0.kind != trainer.kind } }

    /// An evaluator of `trainer`.
    public init(_ series: [MetricSeries], of trainer: any ForecasterTrainer, seed: UInt64) {
        self.series = series
        self.trainer = trainer
        self.seed = seed
    }

    /// The part of each series that is learned from.
    ///
    /// - Throws: what ``run(progress:)`` throws before it trains.
    public func trainingParts() throws -> [MetricSeries] { try backtests().map(\.training) }

    private func backtests() throws -> [SeriesBacktest] {
        try series.map { try SeriesBacktest($0, horizons: horizons, trainingShare: trainingShare) }
    }

    /// Trains and tests.
    ///
    /// - Parameter progress: told of the kind of each finished piece of work: one for each kind and series.
    /// - Throws: `InputError` with the series that is too short, does not vary or has no value to forecast, or a horizon that
    ///   is not a multiple of its interval.
    public func run(progress: @escaping @Sendable (_ kind: String) -> Void = { _ in }) async throws
        -> ForecasterEvaluation
    {
        let (backtests, kinds) = (try backtests(), kinds)
        let rows = try await withThrowingTaskGroup(of: (kind: Int, rows: [[[ForecastRow]]]).self) { group in
            for (place, kind) in kinds.enumerated() {
                group.addTask {
                    let trained = try kind.train(on: backtests.map(\.training), seed: seed)
                    return (
                        place,
                        try backtests.map { backtest in
                            defer { progress(kind.kind) }
                            return try backtest.run(trained)
                        }
                    )
                }
            }
            var found = [[[[ForecastRow]]]](repeating: [], count: kinds.count)
            for try await result in group { found[result.kind] = result.rows }
            return found
        }
        return ForecasterEvaluation(backtests, kinds: kinds.map(\.kind), rows: rows, of: self)
    }
}
