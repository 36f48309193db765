/// Urgency that grows with waiting, so that nobody waits for ever behind those of larger priority.
///
/// A task of priority p that has waited for w seconds is as urgent as one of priority p + w / L that has just come,
/// with L = `secondsPerLevel`. All urgencies grow alike, so the order of two tasks never changes: the one with the
/// smaller key, since - p · L, is and stays the more urgent, and nothing is sorted anew as time passes.
///
/// The bound: of tasks with priorities of P at the most, only those that come within L · (P - p) seconds after it can
/// ever be taken before a task of priority p. From then on it moves up with every task that is taken.
///
/// Silberschatz, Galvin, Gagne, "Operating System Concepts", 10th edition, section 5.3.4; the key without re-sorting is
/// that of Kleinrock's linear priorities: "A delay dependent queue discipline", 1964.
public struct Ageing: Sendable, Hashable {
    /// Seconds of waiting that weigh as much as one level of priority.
    public let secondsPerLevel: Double

    /// Ageing by one level in `secondsPerLevel`, which is positive; infinite is no ageing.
    public init(secondsPerLevel: Double) {
        precondition(secondsPerLevel > 0, "\(secondsPerLevel) seconds for a level of priority: more than 0 are needed")
        self.secondsPerLevel = secondsPerLevel
    }

    /// One level in ten minutes.
    public static let standard = Ageing(secondsPerLevel: 600)

    /// The key of a task of `priority` that waits since the moment `since`: smaller is more urgent, at every moment.
    public func key(priority: Double, since: Double) -> Double { since - priority * secondsPerLevel }

    /// The urgency at the moment `now`, in levels of priority.
    public func urgency(priority: Double, since: Double, now: Double) -> Double {
        priority + (now - since) / secondsPerLevel
    }

    /// For how long after a task of `priority` came others of up to `largest` may come and still be taken before it, in
    /// seconds.
    public func passingSeconds(priority: Double, largest: Double) -> Double {
        max(0, largest - priority) * secondsPerLevel
    }
}
