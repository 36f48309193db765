import Files
import Layers
import Prediction
import Tensors
import Workflows

/// Forecasts by lines over lags and earlier days, corrected by networks over the last day.
///
/// With y the last value and s the standard deviation of the day before it, the forecast of a horizon is
/// y + s (l + σ (g m + (q - m) + c)): l is the line's change, σ the spread of what the lines leave, q the networks'
/// quantile and m its median, g the share of the correction that is applied, and c what held-out values added. What lies
/// between two horizons that were learned is interpolated as a distance from the usual change over these hours; behind the
/// last of them the distance stays. Each quantile is then averaged with that of a ``RollingForecaster``: on the first part
/// of the series that this was developed on, their mean was nearer than either and its intervals held what they promise.
public struct LearnedForecaster<Network: ForecasterNetwork>: CapacityForecaster {
    /// The shape.
    public let architecture: ForecasterArchitecture
    var networks: ForecasterEnsemble<Network>
    var lines: ForecastLines
    /// σ [A]
    var spreads: [Float]
    /// What was learned of each series.
    var calibrations: [String: ForecastCalibration]
    /// The same over all series, for those that were not learned from.
    var pooled: ForecastCalibration

    /// Rules that learn from each value: they follow what changes, and their intervals what came lately.
    var rules = RollingForecaster(members: RollingTrainer.ensemble.members)
    /// How much of each quantile is theirs, up to a day ahead; behind that they know no rhythm.
    var ruleShare = 0.5

    /// Forecasts `series`.
    ///
    /// - Throws: `InputError` with the series' name where it has too few values, another interval than those that were
    ///   learned from, or values too large to reckon with.
    public func forecast(_ series: MetricSeries, steps: [Int]) throws -> [CapacityForecast] {
        guard series.dailyPeriod == architecture.period else {
            throw InputError(
                "has \(series.dailyPeriod) values a day; the forecaster has learned from \(architecture.period)",
                field: series.name)
        }
        guard series.values.count >= architecture.leastValues else {
            throw InputError(
                "has \(series.values.count) values; a forecast needs \(architecture.leastValues)", field: series.name)
        }
        let history = try DailyHistory(series)
        let origin = series.values.count - 1
        let question = ForecastQuestion(
            history, at: origin, lines: lines[series.name], architecture: architecture)
        let changes = changes(question, calibration: calibrations[series.name] ?? pooled)
        let curve = ForecastCurve(
            history, origin: origin, scale: question.scale, horizons: architecture.horizons, changes: changes)
        let isNeverNegative = history.values.allSatisfy { $0 >= 0 }
        return try zip(steps, rules.forecast(series, steps: steps)).map { step, rule in
            let own = curve.quantiles(at: step).map { history.values[origin] + question.scale * $0 }
            let share = step <= architecture.period ? ruleShare : 0
            let quantiles = zip(own, rule.quantiles).map { own, rule in
                let value = (1 - share) * own + share * rule
                return isNeverNegative ? max(value, 0) : value
            }
            guard quantiles.allSatisfy(\.isFinite) else {
                throw InputError("has values that are too large", field: series.name)
            }
            return CapacityForecast(at: series.moment(at: origin + step), quantiles: quantiles)
        }
    }

    /// Teaches the rules; the lines of a series that was learned from are fitted again on each whole hour of values, so that
    /// they are the same in however many pieces the values came.
    public mutating func observe(_ series: MetricSeries, from first: Int) throws {
        rules.observe(series, from: first)
        let hour = max(architecture.period / 24, 1)
        let known = series.values.count / hour * hour
        guard lines.series[series.name] != nil, series.dailyPeriod == architecture.period,
            known >= architecture.leastValues, known / hour > first / hour
        else { return }
        let whole = series.prefix(known)
        guard whole.values.contains(where: { !$0.isNaN }) else { return }
        try lines.refit(series.name, DailyHistory(whole), architecture: architecture)
    }

    /// Quantiles of the change to each horizon, over the scale [A][Q].
    private func changes(_ question: ForecastQuestion, calibration: ForecastCalibration) -> [[Double]] {
        let answer = networks(
            Tensor(question.window, shape: [1, architecture.patches, architecture.patchLength]),
            Tensor(question.context, shape: [1, question.context.count])
        ).scalars.map(Double.init)
        let levels = ForecastLevels.all.count
        return question.lines.indices.map { horizon in
            calibration.applied(to: answer[horizon * levels..<(horizon + 1) * levels], horizon: horizon)
                .map { Double(question.lines[horizon]) + Double(spreads[horizon]) * $0 }
        }
    }
}

/// Forecasts at the horizons that were learned, and what lies between them.
private struct ForecastCurve {
    let history: DailyHistory
    let origin: Int
    let scale: Double
    let horizons: [Int]
    /// [A][Q], over the scale.
    let changes: [[Double]]
    /// The usual change to each horizon.
    private let usual: [Double]

    init(_ history: DailyHistory, origin: Int, scale: Double, horizons: [Int], changes: [[Double]]) {
        (self.history, self.origin, self.scale, self.horizons, self.changes) =
            (history, origin, scale, horizons, changes)
        usual = horizons.map { Self.usualChange(history, origin, $0, scale) }
    }

    private static func usualChange(_ history: DailyHistory, _ origin: Int, _ step: Int, _ scale: Double) -> Double {
        history.usualChange(from: origin, step: step, reach: max(history.period / 72, 2)) / scale
    }

    /// Quantiles of the change to `step`, over the scale.
    func quantiles(at step: Int) -> [Double] {
        precondition(step > 0, "a forecast \(step) steps ahead")
        if let place = horizons.firstIndex(of: step) { return changes[place] }
        let base = Self.usualChange(history, origin, step, scale)
        func distances(_ place: Int) -> [Double] { changes[place].map { $0 - usual[place] } }
        guard let above = horizons.firstIndex(where: { $0 > step }), above > 0 else {
            return distances(horizons.count - 1).map { base + $0 }
        }
        let share = Double(step - horizons[above - 1]) / Double(horizons[above] - horizons[above - 1])
        return zip(distances(above - 1), distances(above)).map { base + $0 + share * ($1 - $0) }
    }
}
