import Foundation

/// What the line of a horizon reads of a series at an origin: differences from the last value over the day's standard
/// deviation, within ±6, and the time of day of the forecast.
///
/// | place | number |
/// |---|---|
/// | 0- | values 1 to a day before the last one (``lags(period:)``), and the means of an hour, six hours and a day |
/// | then 5 | yesterday at the time of the forecast, as it was and smoothed; the usual change from now to then, twice; the usual level then |
/// | then 24 | sine and cosine of the time of the forecast, 1 to 12 times a day |
/// | last | 1 |
enum LineFeatures {
    /// Sines and cosines of the time of day.
    static let harmonics = 12
    /// Of which so many are low.
    static let lowHarmonics = 2

    /// How far back the single values lie.
    static func lags(period: Int) -> [Int] {
        [1, 2, 3, 4, 5, 6, 8, 11, 17, 23, 35, 47, 71, 143, 287].filter { $0 < period }
    }

    /// Numbers that do not depend on the horizon.
    static func commonCount(period: Int) -> Int { lags(period: period).count + 3 }

    /// Numbers in all.
    static func count(period: Int) -> Int { commonCount(period: period) + 5 + 2 * harmonics + 1 }

    /// What does not depend on the horizon.
    static func common(_ history: DailyHistory, at origin: Int, scale: Double) -> [Float] {
        let (period, last) = (history.period, history.values[origin])
        var row = lags(period: period).map { clipped((history.values[origin - $0] - last) / scale) }
        for count in [max(period / 24, 1), max(period / 4, 1), period] {
            row.append(clipped(history.mean(count, upTo: origin, from: origin) / scale))
        }
        return row
    }

    /// The whole row of the horizon `step`, behind its `common` part.
    static func row(
        _ history: DailyHistory, at origin: Int, scale: Double, step: Int, common: [Float]
    ) -> [Float] {
        let period = history.period
        let (near, far) = (max(period / 96, 1), max(period / 72, 2))
        var row = common
        row.reserveCapacity(count(period: period))
        let differences = [
            history.yesterday(of: step, from: origin, reach: 0), history.yesterday(of: step, from: origin, reach: near),
            history.usualChange(from: origin, step: step, reach: 1),
            history.usualChange(from: origin, step: step, reach: far),
            history.usualLevel(at: step, from: origin, reach: far),
        ]
        for difference in differences { row.append(clipped(difference / scale)) }
        appendTime(history.angle(at: origin + step), harmonics: harmonics, to: &row)
        row.append(1)
        return row
    }

    /// Sines and cosines of multiples of `angle`.
    static func appendTime(_ angle: Double, harmonics: Int, to row: inout [Float]) {
        for multiple in 1...harmonics {
            row.append(Float(sin(Double(multiple) * angle)))
            row.append(Float(cos(Double(multiple) * angle)))
        }
    }

    private static func clipped(_ value: Double) -> Float { Float(min(max(value, -6), 6)) }
}
