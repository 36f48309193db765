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
}
