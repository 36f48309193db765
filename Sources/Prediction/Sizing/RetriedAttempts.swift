/// What an allocation of memory comes to when an attempt that has less than the task uses fails at its end, wastes its
/// whole allocation, and is tried again with the double.
public struct RetriedAttempts: Hashable, Sendable {
    /// Bytes that were allocated and not used, all attempts together; times the duration they are byte-seconds.
    public var wastedBytes: Double
    /// Attempts that failed.
    public var failures: Int

    /// The attempts of a task that uses `used` bytes and is first given `allocation`; less than one byte counts as one.
    ///
    /// - Complexity: O(log(used / allocation))
    public init(allocation: Double, used: Double) {
        var allocation = max(allocation, 1)
        (wastedBytes, failures) = (0, 0)
        while allocation < used {
            wastedBytes += allocation
            failures += 1
            allocation *= 2
        }
        wastedBytes += allocation - used
    }
}
