import Scheduling

/// A learned scorer of bottlenecks, by the name that answers tell.
public struct LearnedScorer: Sendable {
    let scorer: any BottleneckScorer
    let name: String

    /// How many runs an answer counts for beside those that there was time for: an assumption, which `Benchmarks optimizer
    /// bottlenecks --weights 1` is there to replace by what is best on the validation applications.
    static let runs = 4.0

    /// `scorer`, such as the network of the version `optimizer@1`.
    public init(_ scorer: any BottleneckScorer, named name: String) { (self.scorer, self.name) = (scorer, name) }
}
