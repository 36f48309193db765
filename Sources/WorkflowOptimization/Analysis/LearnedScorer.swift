import Scheduling

/// Learned scorers of bottlenecks and of changes, or one of them, by the name that answers tell: of the first as evidence, of the
/// second as what changes were ordered by.
public struct LearnedScorer: Sendable {
    let bottlenecks: (any BottleneckScorer)?
    let changes: (any ChangeScorer)?
    private let named: @Sendable () -> String

    /// The name, told once it has been asked: who answers may be known only then.
    var name: String { named() }

    /// How many runs an answer counts for beside those that there was time for.
    ///
    /// Chosen on the validation applications by `Benchmarks optimizer bottlenecks --weights 1`: of 0.5 to 16 it has the best
    /// Brier score beside 9 and 17 runs, one within 0.0006 of the best beside fewer, and beside 5 and more an average precision
    /// that cannot be told from that of the runs alone, which 8 lowers beside 5 and 9 runs, and 16 beside all.
    public static let runs = 4.0
    /// Runs that take as long as asking one of them, about, and edits for each task that take as long as a further run.
    static let (runsOfAPass, editsPerTask) = (2, 8)

    /// `bottlenecks`, such as the network of the version `optimizer@1`, and `changes`, which says what to simulate first.
    public init(
        _ bottlenecks: (any BottleneckScorer)?, changes: (any ChangeScorer)? = nil,
        named name: @autoclosure @escaping @Sendable () -> String
    ) { (self.bottlenecks, self.changes, named) = (bottlenecks, changes, name) }
}
