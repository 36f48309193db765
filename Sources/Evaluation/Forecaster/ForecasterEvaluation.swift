import Prediction
import Workflows

/// A backtest with the windows and forecasts that it rests on.
public struct ForecasterEvaluation: Sendable {
    /// The figures.
    public var report: ForecasterReport
    /// The windows of each series.
    public var backtests: [SeriesBacktest]
    /// Forecasts of what is evaluated, then of each reference, by series, horizon and origin.
    var rows: [[[[ForecastRow]]]]

    /// Forecasts of what is evaluated, by series, horizon and origin.
    public var forecasts: [[[ForecastRow]]] { rows[0] }

    /// The references' kinds.
    let references: [String]

    /// - Parameters:
    ///   - kinds: ours first, then the references.
    ///   - rows: by kind, series, horizon and origin.
    init(
        _ backtests: [SeriesBacktest], kinds: [String], rows: [[[[ForecastRow]]]], of evaluator: ForecasterEvaluator
    ) {
        self.backtests = backtests
        self.rows = rows
        references = Array(kinds.dropFirst())
        var cells: [ForecasterReport.Cell] = []
        for (place, backtest) in backtests.enumerated() {
            for horizon in evaluator.horizons.indices where !rows[0][place][horizon].isEmpty {
                cells.append(
                    Self.cell(
                        backtest, horizonSeconds: evaluator.horizons[horizon], step: backtest.steps[horizon],
                        kinds: kinds, rows: rows.map { $0[place][horizon] }, seed: evaluator.seed))
            }
        }
        report = ForecasterReport(
            kind: kinds[0], seed: evaluator.seed, trainingShare: evaluator.trainingShare, cells: cells)
    }

    private static func cell(
        _ backtest: SeriesBacktest, horizonSeconds: Double, step: Int, kinds: [String], rows: [[ForecastRow]],
        seed: UInt64
    ) -> ForecasterReport.Cell {
        let metrics = rows.map { ForecastMetrics($0, scale: backtest.scale) }
        let best = metrics.indices.dropFirst().min { metrics[$0].mase < metrics[$1].mase } ?? 0
        let differences = zip(rows[best], rows[0]).map { ($0.absoluteError - $1.absoluteError) / backtest.scale }
        let difference = BlockBootstrap.estimate(
            differences, blockLength: BlockBootstrap.length(ofWindow: step), seed: seed)
        return ForecasterReport.Cell(
            series: backtest.series.name, horizonSeconds: horizonSeconds, scale: backtest.scale, ours: metrics[0],
            references: metrics.indices.dropFirst().map { .init(name: kinds[$0], metrics: metrics[$0]) },
            bestReference: kinds[best], skill: metrics[0].skill(over: metrics[best]), difference: difference,
            verdict: difference.low > 0 ? .better : difference.high < 0 ? .worse : .tie)
    }
}
