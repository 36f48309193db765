import Prediction

/// What memory allocations would have wasted and how often they would have failed.
///
/// Failed attempts count as ``RetriedAttempts`` says.
public struct SizingMetrics: Codable, Hashable, Sendable {
    /// Memory allocation quality: used / (used + wasted), in gigabyte-hours.
    public var quality: Double
    /// Failed attempts for 100 tasks.
    public var failuresPer100: Double
    /// Gigabyte-hours that the tasks used.
    public var usedGigabyteHours: Double
    /// Gigabyte-hours that were allocated and not used.
    public var wastedGigabyteHours: Double

    /// The metrics of `attempts`: for each task the memory it used and what was allocated, in bytes, and its duration in
    /// seconds.
    public init(_ attempts: [(used: Double, allocation: Double, duration: Double)]) {
        var (used, wasted, failures) = (0.0, 0.0, 0)
        for attempt in attempts {
            let gigabyteHours = attempt.duration / 3600 / 1e9
            let attempts = RetriedAttempts(allocation: attempt.allocation, used: attempt.used)
            used += attempt.used * gigabyteHours
            wasted += attempts.wastedBytes * gigabyteHours
            failures += attempts.failures
        }
        quality = used + wasted > 0 ? used / (used + wasted) : 0
        failuresPer100 = 100 * Double(failures) / Double(max(attempts.count, 1))
        usedGigabyteHours = used
        wastedGigabyteHours = wasted
    }
}
