import Foundation

/// What a regression on lags knows at an origin t of the value h intervals later, for a day of m intervals.
///
/// In this order: the last values y[t], y[t - 1], …; means over the last 1, 3, 6, 12 and 24 hours; for the day before the
/// forecast's moment and the one before that, s = t + h - d m, the value there, means over ±15 minutes and ±1 hour around
/// it as far as they are known, y[t - d m] and the mean over ±30 minutes around that. Behind these ``values`` stand sines
/// and cosines of the time of day, up to two a day: trees read so far. Behind the first ``daily`` of all stand, for trees
/// that read everything, usual changes, means around s minus means around t - d m, over ±10 and ±30 minutes: of one and two
/// days before, and their means over the last three and seven days; the mean level of seven days around s minus y[t]; the
/// mean |change| over the last hour and day; and the time of day. What lies before the first value is y[t], and its usual
/// change 0.
struct LagFeatures: Sendable {
    /// m, intervals in a day.
    let period: Int
    /// Last values.
    let lags = 12
    /// How many features are values of the series or means of such.
    let values: Int
    /// How many features are these or tell the time of day by sines and cosines.
    let daily: Int
    /// How many features there are.
    let count: Int
    private let windows: [Int]
    private let near: (narrow: Int, middle: Int, wide: Int)
    private let reaches: [Int]

    /// Days that are looked back on.
    private static let days = 2
    /// Sines, and as many cosines.
    private static let harmonics = 2
    /// Days that usual changes are means of at the most.
    private static let week = 7

    init(period: Int) {
        self.period = period
        var windows: [Int] = []
        for part in [24, 8, 4, 2, 1] where period / part > 1 && period / part != windows.last {
            windows.append(period / part)
        }
        self.windows = windows
        values = lags + windows.count + Self.days * 5
        daily = values + 2 * Self.harmonics
        reaches = [max(period / 144, 1), max(period / 48, 1)]
        count = daily + 4 * reaches.count + 4
        near = (max(period / 96, 1), max(period / 48, 1), max(period / 24, 1))
    }

    /// The last origin from which nothing can be told yet.
    var firstOrigin: Int { max(period / 4, lags) }

    /// The feature at `place` of x as trees read it: values other than the last as their distance from that.
    func forTrees(_ x: [Double], _ place: Int) -> Double { place > 0 && place < values ? x[place] - x[0] : x[place] }

    /// Writes the features at `origin` for `step` into x [count].
    func fill(_ x: inout [Double], _ history: SeriesHistory, origin: Int, step: Int) {
        fillValues(&x, history, origin: origin, step: step)
        var next = values
        let place = (origin + step) % period
        let angle = 2 * Double.pi * Double(place) / Double(period)
        for harmonic in 1...Self.harmonics {
            x[next] = sin(angle * Double(harmonic))
            x[next + 1] = cos(angle * Double(harmonic))
            next += 2
        }
        for reach in reaches {
            let changes = usualChanges(history, origin: origin, step: step, reach: reach)
            (x[next], x[next + 1], x[next + 2], x[next + 3]) = changes
            next += 4
        }
        x[next] = usualLevel(history, origin: origin, step: step) - history.values[origin]
        x[next + 1] = history.meanChange(origin - max(period / 24, 1)...origin)
        x[next + 2] = history.meanChange(origin - period...origin)
        x[next + 3] = Double(place)
    }

    /// Writes the first ``values`` of the features at `origin` for `step` into x: those that regressions read.
    func fillValues(_ x: inout [Double], _ history: SeriesHistory, origin: Int, step: Int) {
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
    }

    /// What usually changes from the time of the origin to that of the forecast: a day ago, two days ago, and in the mean of
    /// three and of seven days; 0 where it is not known.
    private func usualChanges(
        _ history: SeriesHistory, origin: Int, step: Int, reach: Int
    ) -> (Double, Double, Double, Double) {
        var (first, second, three, sum, count) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for day in 1...Self.week {
            let before = origin - day * period
            let same = before + step
            guard before >= reach, same - reach <= origin else { continue }
            let change =
                history.mean(same - reach...min(same + reach, origin))
                - history.mean(before - reach...min(before + reach, origin))
            sum += change
            count += 1
            if day == 1 { first = change }
            if day == 2 { second = change }
            if day <= 3 { three = sum / count }
        }
        return (first, second, three, count > 0 ? sum / count : 0)
    }

    /// The mean over the last seven days of what was around the time of day of the forecast; y[t] where none is known.
    private func usualLevel(_ history: SeriesHistory, origin: Int, step: Int) -> Double {
        var (sum, count) = (0.0, 0.0)
        for day in 1...Self.week {
            let same = origin + step - day * period
            guard same >= near.narrow, same - near.narrow <= origin else { continue }
            sum += history.mean(same - near.narrow...min(same + near.narrow, origin))
            count += 1
        }
        return count > 0 ? sum / count : history.values[origin]
    }
}
