import Files
import Foundation
import Workflows

/// A series without gaps, with sums that give the mean of any range at once: what forecasts are made from.
struct DailyHistory: Sendable {
    /// The values, gaps filled.
    let values: [Double]
    /// Whether a value was measured, and not filled in.
    let isMeasured: [Bool]
    /// Intervals in a day, P.
    let period: Int
    /// The first interval's place in its day.
    private let firstPhase: Int
    private let center: Double
    /// Sums of the first values, and of their squares, less the center.
    private let sums: [Double]
    private let squares: [Double]
    /// Days that are averaged over.
    private static let days = 14

    /// - Throws: `InputError` with the name of a series without values.
    init(_ series: MetricSeries) throws {
        values = try series.filledValues()
        isMeasured = series.values.map { !$0.isNaN }
        period = series.dailyPeriod
        let day = Double(period) * series.intervalSeconds
        let moment = series.startedAt.truncatingRemainder(dividingBy: day)
        firstPhase = Int(((moment < 0 ? moment + day : moment) / series.intervalSeconds).rounded()) % period
        center = values[0]
        var (sums, squares) = ([0.0], [0.0])
        sums.reserveCapacity(values.count + 1)
        squares.reserveCapacity(values.count + 1)
        for (place, value) in values.enumerated() {
            let distance = value - center
            sums.append(sums[place] + distance)
            squares.append(squares[place] + distance * distance)
        }
        (self.sums, self.squares) = (sums, squares)
    }

    /// The angle of the time of day of the interval at `place`, in radians.
    func angle(at place: Int) -> Double { 2 * .pi * Double((firstPhase + place) % period) / Double(period) }

    /// The mean of `count` values up to and with `place`, less that at `origin`.
    func mean(_ count: Int, upTo place: Int, from origin: Int) -> Double {
        (sums[place + 1] - sums[place + 1 - count]) / Double(count) - (values[origin] - center)
    }

    /// What differences are measured in at `origin`: the standard deviation of the day before, and never 0.
    func scale(at origin: Int) -> Double {
        let n = Double(period)
        let mean = (sums[origin + 1] - sums[origin + 1 - period]) / n
        let variance = (squares[origin + 1] - squares[origin + 1 - period]) / n - mean * mean
        let least = 1e-6 * max(abs(mean + center), abs(values[origin]), 1e-6)
        return max(max(variance, 0).squareRoot(), least)
    }

    /// The mean of the values within `reach` of `place`, none of them behind `origin`, less the center.
    private func smoothed(_ place: Int, reach: Int, origin: Int) -> Double {
        let end = min(place + reach, origin)
        let start = max(end - 2 * reach, 0)
        return (sums[end + 1] - sums[start]) / Double(end + 1 - start)
    }

    /// By how much the series changed over the same hours on earlier days, on average over up to two weeks; 0 where no
    /// day is known.
    ///
    /// - Parameter reach: how far it is smoothed.
    func usualChange(from origin: Int, step: Int, reach: Int) -> Double {
        var (total, count) = (0.0, 0.0)
        forEachDay(origin, step, reach) { day in
            let start =
                reach > 1 ? smoothed(origin - day, reach: reach, origin: origin) : values[origin - day] - center
            total += smoothed(origin + step - day, reach: reach, origin: origin) - start
            count += 1
        }
        return count > 0 ? total / count : 0
    }

    /// The mean of the values of the same time on earlier days, less that at `origin`; 0 where no day is known.
    func usualLevel(at step: Int, from origin: Int, reach: Int) -> Double {
        var (total, count) = (0.0, 0.0)
        forEachDay(origin, step, reach) { day in
            total += smoothed(origin + step - day, reach: reach, origin: origin)
            count += 1
        }
        return count > 0 ? total / count - (values[origin] - center) : 0
    }

    /// Calls `body` with the intervals from each earlier day's `step` to that of `origin`.
    private func forEachDay(_ origin: Int, _ step: Int, _ reach: Int, _ body: (Int) -> Void) {
        let first = (step - 1) / period + 1
        for day in first..<first + Self.days where origin - day * period >= reach { body(day * period) }
    }

    /// The last day before and with `origin`, as differences from the value there over `scale`, within ±8.
    func window(at origin: Int, scale: Double) -> [Float] {
        let last = values[origin]
        return (origin + 1 - period...origin).map { Float(min(max((values[$0] - last) / scale, -8), 8)) }
    }

    /// Yesterday's value at the time of the forecast, less that at `origin`, smoothed over `reach`.
    func yesterday(of step: Int, from origin: Int, reach: Int) -> Double {
        let day = ((step - 1) / period + 1) * period
        return smoothed(origin + step - day, reach: reach, origin: origin) - (values[origin] - center)
    }
}
