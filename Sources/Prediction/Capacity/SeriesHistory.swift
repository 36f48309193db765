import Foundation

/// The values of a series so far, with what makes means over windows and the size of its changes quick to tell.
///
/// A gap counts as the value before it.
struct SeriesHistory: Sendable {
    /// Values in a day.
    let period: Int
    /// The values without gaps [n].
    private(set) var values: [Double] = []
    /// Σ of the first k values, each minus the first one [n + 1].
    private var sums: [Double] = [0]
    /// Mean |change| with a half-life of a quarter of a day, and over all.
    private var recentChange = 0.0
    private var totalChange = 0.0
    /// Σ |change| up to each value [n].
    private var changeSums: [Double] = []
    private let forgetting: Double

    init(period: Int) {
        self.period = period
        forgetting = 1 - halving(over: Double(max(period / 4, 4)))
    }

    var count: Int { values.count }

    /// Adds a value; NaN for a gap, which the first value must not be.
    mutating func append(_ value: Double) {
        precondition(count > 0 || !value.isNaN, "a history that begins with a gap")
        let value = value.isNaN ? values[count - 1] : value
        if let last = values.last {
            let change = abs(value - last)
            totalChange += change
            recentChange += (change - recentChange) * max(forgetting, 1 / Double(count))
        }
        values.append(value)
        changeSums.append(totalChange)
        sums.append(sums[count - 1] + value - values[0])
    }

    /// The mean of the values at `places`, all of which are there.
    func mean(_ places: ClosedRange<Int>) -> Double {
        values[0] + (sums[places.upperBound + 1] - sums[places.lowerBound]) / Double(places.count)
    }

    /// The mean |change| from one value to the next, over `places` or as many of them as are there.
    func meanChange(_ places: ClosedRange<Int>) -> Double {
        let low = max(places.lowerBound, 0)
        return (changeSums[places.upperBound] - changeSums[low]) / Double(max(places.upperBound - low, 1))
    }

    /// How large changes are now, from one value to the next; never zero.
    var volatility: Double {
        let usual = totalChange / Double(max(count - 1, 1))
        return max(recentChange + 0.3 * usual, abs(values[count - 1]) * 1e-9, .leastNormalMagnitude)
    }
}

/// The factor by which something is left over after one of `steps` in which it halves.
func halving(over steps: Double) -> Double { exp2(-1 / steps) }
