import Kernels
import Prediction

/// Intervals by resampling task types within their workflow (Efron, 1979).
enum Bootstrap {
    /// Resamples of each estimate.
    static let draws = 1_000

    /// The mean over groups of the means over their values.
    static func mean(_ groups: [[Double]]) -> Double {
        guard !groups.isEmpty else { return 0 }
        return groups.reduce(0) { $0 + $1.reduce(0, +) / Double(max($1.count, 1)) } / Double(groups.count)
    }

    /// That mean with its 95 % interval; nil for no groups.
    static func estimate(_ groups: [[Double]], seed: UInt64) -> Estimate? {
        guard !groups.isEmpty else { return nil }
        var generator = SeededGenerator(seed: seed)
        let means = (0..<draws).map { _ in
            let total = groups.reduce(0) { total, group in
                let sum = group.indices.reduce(0) { sum, _ in
                    sum + group[Int(generator.next() % UInt64(group.count))]
                }
                return total + sum / Double(group.count)
            }
            return total / Double(groups.count)
        }.sorted()
        return Estimate(
            value: mean(groups), low: quantile(0.025, ofSorted: means), high: quantile(0.975, ofSorted: means))
    }

    /// The part of the means of `count` of the values, drawn with replacement, that lie below `mean`.
    static func rank(of mean: Double, amongMeansOf count: Int, _ values: [Double], seed: UInt64 = 1) -> Double {
        var generator = SeededGenerator(seed: seed)
        let draws = 10 * draws
        let below = (0..<draws).count { _ in
            let sum = (0..<count).reduce(0) { sum, _ in sum + values[Int(generator.next() % UInt64(values.count))] }
            return sum / Double(count) < mean
        }
        return Double(below) / Double(draws)
    }

    /// The sum of `values` over that of `others`, pairs resampled together, with its 95 % interval; 0 where the others sum up to
    /// nothing.
    static func ratio(of values: [Double], to others: [Double], seed: UInt64) -> Estimate {
        precondition(values.count == others.count, "\(values.count) values beside \(others.count)")
        guard !values.isEmpty else { return Estimate(value: 0, low: 0, high: 0) }
        func over(_ sum: Double, _ other: Double) -> Double { other > 0 ? sum / other : 0 }
        var generator = SeededGenerator(seed: seed)
        let ratios = (0..<draws).map { _ in
            var (sum, other) = (0.0, 0.0)
            for _ in values.indices {
                let place = Int(generator.next() % UInt64(values.count))
                sum += values[place]
                other += others[place]
            }
            return over(sum, other)
        }.sorted()
        return Estimate(
            value: over(values.reduce(0, +), others.reduce(0, +)), low: quantile(0.025, ofSorted: ratios),
            high: quantile(0.975, ofSorted: ratios))
    }
}
