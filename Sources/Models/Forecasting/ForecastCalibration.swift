import Foundation
import Workflows

/// What held-out values said of a series' forecasts, for each horizon.
struct ForecastCalibration: Sendable, Equatable {
    /// Share of the networks' correction of the median that is applied: 0 where it did not help [A].
    var shares: [Double]
    /// What is added to each quantile, over scale and spread [A, Q]; 0 for the median.
    var offsets: [[Double]]

    /// Neither a correction nor an offset.
    static func none(horizons: Int) -> ForecastCalibration {
        ForecastCalibration(
            shares: [Double](repeating: 0, count: horizons),
            offsets: [[Double]](
                repeating: [Double](repeating: 0, count: ForecastLevels.all.count), count: horizons))
    }

    /// The forecast of a horizon, over scale and spread and from the line on: `quantiles` moved to the applied share of
    /// their median, and then by the offsets.
    func applied(to quantiles: ArraySlice<Double>, horizon: Int) -> [Double] {
        let median = quantiles[quantiles.startIndex + ForecastLevels.median]
        let center = shares[horizon] * median
        var result = zip(quantiles, offsets[horizon]).map { center + ($0 - median) + $1 }
        result[ForecastLevels.median] = center
        for place in (0..<ForecastLevels.median).reversed() { result[place] = min(result[place], result[place + 1]) }
        for place in ForecastLevels.median + 1..<result.count { result[place] = max(result[place], result[place - 1]) }
        return result
    }
}

/// Held-out origins of one series, by which shares and offsets are learned.
struct CalibrationSamples {
    /// Horizons, and the scale of each origin.
    let horizons: Int
    /// What came, over scale and spread and from the line on, by horizon; origins where nothing came are left out.
    private(set) var actual: [[Double]]
    /// The networks' quantiles, by horizon and origin.
    private(set) var quantiles: [[ArraySlice<Double>]]
    private var scales: [[Double]]

    private static let candidates = [0, 0.25, 0.5, 0.75, 1]
    /// By how much the mean absolute error must fall, as a share, before the networks have a say.
    private static let margin = 0.003

    /// - Parameter answers: the networks' quantiles of all samples [n, A, Q].
    init(_ samples: ForecastSamples, answers: [Float], spreads: [Float]) {
        horizons = spreads.count
        let levels = ForecastLevels.all.count
        (actual, quantiles, scales) = (
            .init(repeating: [], count: horizons), .init(repeating: [], count: horizons),
            .init(repeating: [], count: horizons)
        )
        for sample in 0..<samples.count {
            for horizon in 0..<horizons where samples.isKnown(sample, horizon) {
                let first = (sample * horizons + horizon) * levels
                actual[horizon].append(Double(samples.residual(sample, horizon) / spreads[horizon]))
                quantiles[horizon].append(answers[first..<first + levels].map(Double.init)[...])
                scales[horizon].append(samples.scales[sample])
            }
        }
    }

    /// The mean absolute error with each candidate share over that without any, by horizon; 1 where nothing came.
    var costs: [[Double]] {
        (0..<horizons).map { horizon in
            let errors = Self.candidates.map { share in
                actual[horizon].indices.reduce(0.0) { total, place in
                    let slice = quantiles[horizon][place]
                    let median = slice[slice.startIndex + ForecastLevels.median]
                    return total + scales[horizon][place] * abs(actual[horizon][place] - share * median)
                }
            }
            return errors.map { errors[0] > 0 ? $0 / errors[0] : 1 }
        }
    }

    /// The shares with the least `costs`; each is judged together with those of the neighbouring horizons.
    static func shares(_ costs: [[Double]]) -> [Double] {
        costs.indices.map { horizon in
            let neighbours = max(horizon - 1, 0)...min(horizon + 1, costs.count - 1)
            let smooth = candidates.indices.map { candidate in
                neighbours.reduce(costs[horizon][candidate]) { $0 + costs[$1][candidate] }
                    / Double(neighbours.count + 1)
            }
            let best = smooth.indices.min { smooth[$0] < smooth[$1] } ?? 0
            return smooth[best] < 1 - margin ? candidates[best] : 0
        }
    }

    /// How much a series' own costs count beside those of all at each horizon: all of it only with many values.
    func costWeight(_ horizon: Int) -> Double {
        let count = Double(actual[horizon].count)
        return count / (count + 300)
    }

    /// The offsets of each quantile that make it right on these samples, for given shares [A, Q]; nil where nothing came.
    ///
    /// Conformal quantiles of the errors of each quantile (Romano, Patterson and Candès, "Conformalized Quantile
    /// Regression", 2019), each level by itself.
    func offsets(shares: [Double]) -> [[Double]?] {
        let plain = ForecastCalibration(
            shares: shares, offsets: ForecastCalibration.none(horizons: horizons).offsets)
        return (0..<horizons).map { horizon in
            guard !actual[horizon].isEmpty else { return nil }
            let forecasts = quantiles[horizon].map { plain.applied(to: $0, horizon: horizon) }
            return ForecastLevels.all.enumerated().map { place, level in
                if place == ForecastLevels.median { return 0 }
                let errors = actual[horizon].indices.map { actual[horizon][$0] - forecasts[$0][place] }.sorted()
                let rank = (level * Double(errors.count + 1)).rounded(level > 0.5 ? .up : .down)
                return errors[min(max(Int(rank) - 1, 0), errors.count - 1)]
            }
        }
    }

    /// How much a series' own offsets count: forecasts of overlapping spans say little new.
    func offsetWeight(_ horizon: Int, step: Int) -> Double {
        let count = Double(actual[horizon].count) / max(Double(step) / 2, 3)
        return count / (count + 5)
    }
}
