import Kernels

/// Durations of all tasks, drawn several times from their forecasts: what is compared on them is compared on the same draws
/// (common random numbers).
///
/// Every second draw is the mirror image of the one before it, each normal score with the other sign (antithetic variates:
/// Hammersley and Morton, "A new Monte Carlo technique", 1956).
public struct DurationSamples: Sendable {
    /// By draw and task, in seconds at speed 1.
    public let runtimes: [[Double]]

    /// `count` draws of all `forecasts`; tasks are independent of each other.
    public init(of forecasts: [DurationForecast], count: Int, seed: UInt64) {
        precondition(count > 0, "\(count) samples")
        var generator = SeededGenerator(seed: seed)
        var scores: [Double] = []
        runtimes = (0..<count).map { draw in
            scores = draw % 2 == 1 ? scores.map { -$0 } : forecasts.map { _ in Double(generator.normal()) }
            return zip(forecasts, scores).map { $0.duration(at: $1) }
        }
    }

    /// Draws that were made elsewhere.
    public init(_ runtimes: [[Double]]) {
        precondition(!runtimes.isEmpty, "no samples")
        self.runtimes = runtimes
    }
}
