import Scheduling

/// A learned scorer of bottlenecks, by the name that answers tell.
public struct LearnedScorer: Sendable {
    let scorer: any BottleneckScorer
    let name: String

    /// How many runs an answer counts for beside those that there was time for.
    ///
    /// Chosen on the validation applications by `Benchmarks optimizer bottlenecks --weights 1`: of 0.5 to 16 it has the best
    /// Brier score beside 9 and 17 runs, one within 0.0006 of the best beside fewer, and beside 5 and more an average precision
    /// that cannot be told from that of the runs alone, which 8 lowers beside 5 and 9 runs, and 16 beside all.
    public static let runs = 4.0

    /// `scorer`, such as the network of the version `optimizer@1`.
    public init(_ scorer: any BottleneckScorer, named name: String) { (self.scorer, self.name) = (scorer, name) }
}
