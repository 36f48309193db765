import Foundation
import Workflows

/// The cost that is to be expected of an allocation of memory, from the quantiles of a forecast.
///
/// E(a) = Σᵢ w(a, yᵢ) s / n + price · P(y > a), where yᵢ are the quantiles (i + ½) / n of the forecast, w is the memory
/// that ``RetriedAttempts`` waste, and s the duration.
public struct ExpectedWaste: Sendable {
    /// Equally likely values.
    private let values: [Double]
    private let levels: [(level: Double, value: Double)]
    private let seconds: Double

    /// The most that may fail of a type that nothing is known of, as a share.
    public static let mostFailures = 0.05

    private static let points = 200

    /// The costs for a task whose memory is forecast by `quantity` and that runs for `seconds`.
    public init(_ quantity: PredictedQuantity, seconds: Double) {
        let quantiles = quantity.quantiles.isEmpty ? ForecastLevels.interpolated(quantity) : quantity.quantiles
        levels = Array(zip(ForecastLevels.all, quantiles))
        let logarithms = quantiles.map { log($0) }
        values = Self.pieces.map { piece in
            let (low, width) = (ForecastLevels.all[piece.place], piece.width)
            let slope = (logarithms[piece.place + 1] - logarithms[piece.place]) / width
            return exp(min(max(logarithms[piece.place] + slope * (piece.level - low), -600), 600))
        }
        self.seconds = seconds
    }

    /// Of each value its level, the one of ``ForecastLevels/all`` before it, and how far the next one is from that: ln y is linear
    /// between the levels, and as in the outermost piece beyond them.
    private static let pieces: [(level: Double, place: Int, width: Double)] = (0..<points).map { point in
        let (all, level) = (ForecastLevels.all, (Double(point) + 0.5) / Double(points))
        let place = min(max((all.firstIndex { $0 >= level } ?? all.count - 1) - 1, 0), all.count - 2)
        return (level, place, all[place + 1] - all[place])
    }

    /// The cost of `allocation` bytes, in GB·h, and the share of tasks that fail.
    public func cost(of allocation: Double) -> (gigabyteHours: Double, failures: Double) {
        var (wasted, failures) = (0.0, 0)
        for value in values {
            let attempts = RetriedAttempts(allocation: allocation, used: value)
            wasted += attempts.wastedBytes
            failures += min(attempts.failures, 1)
        }
        let share = Double(failures) / Double(values.count)
        return (
            wasted / Double(values.count) * seconds / 3.6e12 + MemorySizing.failurePrice * share, share
        )
    }

    /// The cheapest of the upper quantiles, with or without a tenth more, that fails rarely enough.
    public func cheapest(samples: Int) -> (bytes: Double, basis: SizingBasis) {
        var best: (bytes: Double, basis: SizingBasis)?
        var least = Double.infinity
        for (level, value) in levels where level >= 0.9 {
            for margin in [1, 1.1] {
                let bytes = min(max(value * margin, 1), .greatestFiniteMagnitude)
                let (cost, failures) = cost(of: bytes)
                guard failures <= Self.mostFailures, cost < least else { continue }
                least = cost
                best = (bytes, SizingBasis(source: .fallback, percentile: level, margin: margin, samples: samples))
            }
        }
        // The last resort: costs that are not finite.
        let top = levels[levels.count - 1]
        return best
            ?? (
                min(max(top.value * 1.1, 1), .greatestFiniteMagnitude),
                SizingBasis(source: .fallback, percentile: top.level, margin: 1.1, samples: samples)
            )
    }
}

extension ForecastLevels {
    /// Quantiles at ``all`` through the three of `quantity`: ln y is linear in the normal score on either side of the
    /// median.
    public static func interpolated(_ quantity: PredictedQuantity) -> [Double] {
        let center = log(quantity.p50)
        return normalScores.map { score in
            let reach = score < 0 ? center - log(quantity.p05) : log(quantity.p95) - center
            return exp(min(max(center + score * reach, -600), 600))
        }
    }
}
