import Files
import Workflows

extension ForecasterEvaluation {
    /// One line for each tested forecast: the series, the steps from the origin, the places of the origin and of what was
    /// forecast, the value that came, what errors are scaled by, and the forecast at each level.
    public var predictionsCSV: String {
        var csv = CSV(
            columns: ["series", "steps", "origin", "place", "at", "actual", "scale"]
                + ForecastLevels.all.map { "q\(JSONValue.text(of: $0))" })
        for (backtest, horizons) in zip(backtests, forecasts) {
            for (step, rows) in zip(backtest.steps, horizons) {
                for row in rows {
                    let place = row.origin + step
                    csv.append(
                        [backtest.series.name, "\(step)", "\(row.origin)", "\(place)"]
                            + ([backtest.series.moment(at: place), row.actual, backtest.scale] + row.quantiles)
                            .map { CSV.number($0) })
                }
            }
        }
        return csv.text
    }

    /// What a peer needs to run on the very same windows: one line for each value of each series, with the part it lies in
    /// (`train` or `test`) and the values that a day has; a gap is empty. Each place from the last of `train` on is an
    /// origin, and its line is the last that may be known there.
    public var windowsCSV: String {
        var csv = CSV(columns: ["series", "place", "at", "value", "part", "period"])
        for backtest in backtests {
            let series = backtest.series
            for (place, value) in series.values.enumerated() {
                csv.append([
                    series.name, "\(place)", CSV.number(series.moment(at: place)), CSV.number(value),
                    place < backtest.trainingCount ? "train" : "test", "\(series.dailyPeriod)",
                ])
            }
        }
        return csv.text
    }
}
