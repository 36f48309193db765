import Foundation

/// What a regression on lags knows at an origin t of the value h intervals later, for a day of m intervals.
///
/// In this order: the last values y[t], y[t - 1], …; means over the last 1, 3, 6, 12 and 24 hours; for the day before the
/// forecast's moment and the one before that, s = t + h - d m, the value there, means over ±15 minutes and ±1 hour around
/// it as far as they are known, y[t - d m] and the mean over ±30 minutes around that; and sines and cosines of the time of
/// day, up to two a day. What lies before the first value is y[t].
struct LagFeatures: Sendable {
    /// m, intervals in a day.
    let period: Int
    /// Last values.
    let lags = 12
    /// How many features are values of the series or means of such; the time of day is behind them.
    let values: Int
    /// How many features there are.
    let count: Int
    private let windows: [Int]
    private let near: (narrow: Int, middle: Int, wide: Int)

    /// Days that are looked back on.
    private static let days = 2
    /// Sines, and as many cosines.
    private static let harmonics = 2

    init(period: Int) {
        self.period = period
        var windows: [Int] = []
        for part in [24, 8, 4, 2, 1] where period / part > 1 && period / part != windows.last {
            windows.append(period / part)
        }
        self.windows = windows
        values = lags + windows.count + Self.days * 5
        count = values + 2 * Self.harmonics
        near = (max(period / 96, 1), max(period / 48, 1), max(period / 24, 1))
    }

    /// The last origin from which nothing can be told yet.
    var firstOrigin: Int { max(period / 4, lags) }

    /// Whether the feature at `place` is a value of the series other than the last, so that trees read its distance from
    /// that.
    func isValue(_ place: Int) -> Bool { place > 0 && place < values }

    /// Writes the features at `origin` for `step` into x [count].
    func fill(_ x: inout [Double], _ history: SeriesHistory, origin: Int, step: Int) {
        let values = history.values
        let here = values[origin]
        for lag in 0..<lags { x[lag] = origin >= lag ? values[origin - lag] : here }
        var next = lags
        func add(_ value: Double) {
            x[next] = value
            next += 1
        }
        func mean(around place: Int, _ reach: Int) -> Double {
            let high = min(place + reach, origin)
            return place - reach >= 0 && high >= place - reach ? history.mean(place - reach...high) : here
        }
        for window in windows { add(origin + 1 >= window ? history.mean(origin - window + 1...origin) : here) }
        for day in 1...Self.days {
            let same = origin + step - day * period
            add(same >= 0 && same <= origin ? values[same] : here)
            add(mean(around: same, near.narrow))
            add(mean(around: same, near.wide))
            let before = origin - day * period
            add(before >= 0 ? values[before] : here)
            add(mean(around: before, near.middle))
        }
        let angle = 2 * Double.pi * Double((origin + step) % period) / Double(period)
        for harmonic in 1...Self.harmonics {
            add(sin(angle * Double(harmonic)))
            add(cos(angle * Double(harmonic)))
        }
    }
}
