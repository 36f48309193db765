import Kernels
import Prediction

/// Intervals for the mean of values that depend on their neighbours in time.
enum BlockBootstrap {
    /// Values in a block of errors of windows of `step` values: those of overlapping windows depend on each other as long as
    /// the windows do; below that, for two hours or so.
    static func length(ofWindow step: Int) -> Int { max(step, 24) }

    /// The mean of `values` with its 95 % interval from resampled blocks of neighbours (Künsch, "The Jackknife and the
    /// Bootstrap for General Stationary Observations", 1989), which wrap around the end.
    ///
    /// - Parameter length: values in a block; at most a quarter of them.
    static func estimate(_ values: [Double], blockLength length: Int, seed: UInt64) -> Estimate {
        precondition(!values.isEmpty, "no values to resample")
        let count = values.count
        let length = min(max(length, 1), max(count / 4, 1))
        // Sums of the first values, twice around, so that each block's sum is one difference.
        var sums = [0.0]
        for place in 0..<count + length { sums.append(sums[place] + values[place % count]) }
        var generator = SeededGenerator(seed: seed)
        let means = (0..<Bootstrap.draws).map { _ in
            var (total, left) = (0.0, count)
            while left > 0 {
                let start = Int(generator.next() % UInt64(count))
                let size = min(length, left)
                total += sums[start + size] - sums[start]
                left -= size
            }
            return total / Double(count)
        }.sorted()
        return Estimate(
            value: sums[count] / Double(count), low: quantile(0.025, ofSorted: means),
            high: quantile(0.975, ofSorted: means))
    }
}
