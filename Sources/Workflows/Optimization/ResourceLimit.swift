/// What keeps a run from being shorter, and how long it would be without.
///
/// In the manner of Kuchnik and others, "Plumber: Diagnosing and removing performance bottlenecks in machine learning data
/// pipelines", 2022: each resource and each stage has a bound of its own, and is relaxed alone.
public struct ResourceLimit: Sendable, Hashable {
    /// `cores`, `memory`, `transfer`, `overhead`, or `stage` with its name behind a colon.
    public var resource: String
    /// No run is shorter than this while it is as it is, in seconds; nil where it bounds nothing alone.
    public var boundSeconds: Double?
    /// How long the run takes if there is as much of it as may be wanted, or the stage takes no time.
    public var relaxedMakespan: Double

    /// A limit.
    public init(resource: String, boundSeconds: Double?, relaxedMakespan: Double) {
        self.resource = resource
        self.boundSeconds = boundSeconds
        self.relaxedMakespan = relaxedMakespan
    }
}

/// How long a run would take if one thing were a little better.
public struct Sensitivity: Sendable, Hashable {
    /// What is better.
    public enum Change: String, Sendable {
        /// Every task of a kind takes a tenth less time.
        case faster
        /// The longest task of a kind has a replica that takes half of its work.
        case replica
        /// There is one more node like this one.
        case node
    }

    /// What is better.
    public var change: Change
    /// The kind of task, or the node.
    public var subject: String
    /// How long the run then takes, in seconds.
    public var makespan: Double

    /// A run of `makespan` seconds after `change`.
    public init(change: Change, subject: String, makespan: Double) {
        self.change = change
        self.subject = subject
        self.makespan = makespan
    }
}
