import Kernels

/// How often attempts at a kind of task fail, by what they fail of: shares of all attempts.
public struct FailureShares: Sendable, Hashable {
    /// Killed for their memory: exit status 137. Such a task is tried again with double the memory, and does not run out of
    /// that.
    public var outOfMemory = 0.0
    /// Stopped at their time limit: exit status 124 (`timeout`) or 140 (SIGUSR2 of a batch system).
    public var timeout = 0.0
    /// Any other.
    public var error = 0.0

    /// Attempts at a task after which its workflow is given up, where a simulation sets no bound: a task whose attempts all fail comes
    /// to an end.
    public static let attemptsAtMost = 100

    /// Nothing fails.
    public init() {}

    /// All kinds together.
    public var total: Double { outOfMemory + timeout + error }

    /// The probability that an attempt runs out of memory at a task that has not done so before.
    ///
    /// A task does so once at the most. With r the probability that it does before it completes, and s the share of attempts
    /// that neither err nor last too long, it is attempted (1 + r) / s times, and r of those run out: a share m of all means
    /// r = m / (s - m). More than half of what is left by other failures cannot come of it.
    var outOfMemoryChance: Double {
        let others = max(0, 1 - timeout - error)
        guard outOfMemory > 0, others > 0 else { return 0 }
        return outOfMemory < others ? min(others, outOfMemory * others / (others - outOfMemory)) : others
    }

    /// How an attempt ends.
    ///
    /// - Parameter mayRunOut: whether the task has not run out of memory before.
    func outcome(mayRunOut: Bool, using generator: inout SeededGenerator) -> TaskRecord.Outcome {
        let drawn = generator.uniformDouble()
        if drawn < error { return .error }
        if drawn < error + timeout { return .timeLimit }
        return mayRunOut && drawn < error + timeout + outOfMemoryChance ? .outOfMemory : .completed
    }
}
