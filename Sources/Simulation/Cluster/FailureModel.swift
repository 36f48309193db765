import Glibc
import Kernels

/// What goes wrong by chance: attempts that fail or are slow, and nodes that go down.
///
/// Tasks of no length never fail.
public struct FailureModel: Sendable, Hashable {
    /// How much longer a straggler takes; what is drawn is at least 1.
    public enum Slowdown: Sendable, Hashable {
        /// Always this factor.
        case constant(Double)
        /// Uniform between 1 and a factor.
        case uniform(upTo: Double)
        /// Pareto with least value 1: P(factor > x) = x^-shape. Tails of stragglers in production are of this kind
        /// (Ananthanarayanan and others, "Reining in the outliers in Map-Reduce clusters using Mantri", 2010).
        case pareto(shape: Double)
        /// exp of the amount of a normal number with this standard deviation.
        case logNormal(deviation: Double)
    }

    /// The probability that an attempt fails; it does so after a part of its time that is uniform in (0, 1].
    public var errorProbability = 0.0
    /// The standard deviation of the logarithm of the memory that an attempt needs over the recorded one; an attempt that
    /// holds less than it needs fails at its end, and is tried again with double the memory. Nothing needs more than the
    /// largest node that its task fits on.
    public var memoryDeviation = 0.0
    /// An attempt is ended after this times its expected time on its node; the limit doubles with every attempt.
    public var timeLimitFactor: Double?
    /// The probability that an attempt is a straggler.
    public var stragglerProbability = 0.0
    /// How slow stragglers are.
    public var slowdown = Slowdown.pareto(shape: 2)
    /// Mean seconds from a node's start or repair to its failure, exponential; nil is never.
    public var secondsBetweenNodeFailures: Double?
    /// Seconds that the repair of a node takes.
    public var repairSeconds = 600.0
    /// Attempts at a task after which its workflow is given up; nil is without an end.
    public var attemptsAtMost: Int?

    /// Nothing goes wrong.
    public static let none = FailureModel()

    /// A model in which nothing goes wrong until it is said.
    public init() {}

    /// Whether anything but memory can happen to an attempt.
    var drawsAttempts: Bool { errorProbability > 0 || stragglerProbability > 0 || timeLimitFactor != nil }

    /// How long an attempt takes whose time would be `seconds`, was expected to be `expected`, and how it ends.
    ///
    /// - Parameters:
    ///   - shares: how often attempts at the task fail beside what is said here.
    ///   - mayRunOut: whether it has not run out of memory before.
    func attempt(
        _ number: Int, seconds: Double, expected: Double, shares: FailureShares?, mayRunOut: Bool,
        using generator: inout SeededGenerator
    ) -> (seconds: Double, outcome: TaskRecord.Outcome) {
        var seconds = seconds
        if stragglerProbability > 0, generator.uniformDouble() < stragglerProbability {
            seconds *= slowdown.factor(using: &generator)
        }
        var outcome = TaskRecord.Outcome.completed
        if errorProbability > 0, generator.uniformDouble() < errorProbability {
            outcome = .error
        } else if let shares, shares.total > 0 {
            outcome = shares.outcome(mayRunOut: mayRunOut, using: &generator)
        }
        // What errs does so on the way; what is killed or stopped, at the end.
        if outcome == .error { seconds *= 1 - generator.uniformDouble() }
        if let timeLimitFactor {
            let limit = timeLimitFactor * expected * Glibc.exp2(Double(min(number, 60) - 1))
            if seconds > limit { (seconds, outcome) = (limit, .timeLimit) }
        }
        return (seconds, outcome)
    }
}

extension FailureModel.Slowdown {
    func factor(using generator: inout SeededGenerator) -> Double {
        switch self {
        case .constant(let factor): max(1, factor)
        case .uniform(let factor): 1 + generator.uniformDouble() * max(0, factor - 1)
        case .pareto(let shape): Glibc.pow(1 - generator.uniformDouble(), -1 / shape)
        case .logNormal(let deviation): Glibc.exp(abs(Double(generator.normal()) * deviation))
        }
    }
}

extension SeededGenerator {
    /// The generator of one thing among many that is told by `numbers`: what is drawn for it is the same whatever is drawn
    /// for others before.
    init(seed: UInt64, _ numbers: Int...) {
        self.init(seed: seed)
        for number in numbers { self = SeededGenerator(seed: next() ^ UInt64(bitPattern: Int64(number))) }
        self = split()
    }

    /// exp of a normal number with this standard deviation.
    mutating func logNormal(deviation: Double) -> Double { Glibc.exp(Double(normal()) * deviation) }

    /// Exponential with this mean.
    mutating func exponential(mean: Double) -> Double { -mean * Glibc.log(1 - uniformDouble()) }
}
