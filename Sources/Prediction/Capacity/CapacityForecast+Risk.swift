import Foundation
import Workflows

extension CapacityForecast {
    /// The probability of a value above `level`.
    ///
    /// Between two quantiles the distribution function is a line. Outside of them it goes on like an exponential
    /// distribution whose density is that of the outermost interval, so that there is no value without risk.
    public func probability(above level: Double) -> Double {
        let levels = ForecastLevels.all
        let last = levels.count - 1
        if level < quantiles[0] {
            let slope = Self.density(levels[0], levels[1], quantiles[0], quantiles[1])
            return 1 - levels[0] * Self.tail(distance: quantiles[0] - level, density: slope, share: levels[0])
        }
        if level >= quantiles[last] {
            let slope = Self.density(levels[last - 1], levels[last], quantiles[last - 1], quantiles[last])
            return (1 - levels[last])
                * Self.tail(distance: level - quantiles[last], density: slope, share: 1 - levels[last])
        }
        // The last quantile that is not above the level: of equal ones the highest.
        let place = quantiles.lastIndex { $0 <= level } ?? 0
        let width = quantiles[place + 1] - quantiles[place]
        let share = (level - quantiles[place]) / width
        return 1 - (levels[place] + share * (levels[place + 1] - levels[place]))
    }

    private static func density(_ low: Double, _ high: Double, _ from: Double, _ to: Double) -> Double {
        to > from ? (high - low) / (to - from) : .infinity
    }

    /// exp(-distance density / share), 1 at no distance.
    private static func tail(distance: Double, density: Double, share: Double) -> Double {
        guard distance > 0 else { return 1 }
        return density.isInfinite ? 0 : exp(-distance * density / share)
    }
}
