/// A rule for the value some steps ahead, one of several that a ``RollingForecaster`` weighs.
public struct CapacityMember: Sendable, Hashable {
    /// What it does.
    enum Rule: Sendable, Hashable {
        case last
        case seasonal
        /// Ridge regression on lags, one for each step.
        case ridge
        /// Boosted trees on lags, one forest for each step.
        case trees
        /// Boosted trees that also read usual changes and what ridge regression says, one forest for each step.
        case stackedTrees
    }

    let rule: Rule

    /// The last value.
    public static let last = CapacityMember(rule: .last)
    /// The value of the same time of day.
    public static let seasonal = CapacityMember(rule: .seasonal)
    /// Ridge regression on the last hour, means up to a day and the two days before.
    public static let ridge = CapacityMember(rule: .ridge)
    /// Boosted trees on the same, and on the time of day, for steps up to two hours: beyond that they cost more than they
    /// add to stacked ones.
    public static let trees = CapacityMember(rule: .trees)
    /// Boosted trees on the same, on usual changes of up to seven days and on what a ridge regression says (Wolpert, "Stacked
    /// Generalization", 1992).
    public static let stackedTrees = CapacityMember(rule: .stackedTrees)

    /// Whether it learns nothing.
    var isSimple: Bool { rule == .last || rule == .seasonal }

    /// Whether it grows trees.
    var growsTrees: Bool { rule == .trees || rule == .stackedTrees }

    /// Whether it has a say at `step`.
    func answers(_ step: Int, period: Int) -> Bool { rule != .trees || step <= max(period / 12, 1) }
}

/// What a member has learned for one step.
enum LearnedRule: Sendable {
    /// Nothing is to be learned.
    case nothing
    case regression(LaggedRegression)
    case trees(LagTrees)
    case stackedTrees(LagTrees, on: LaggedRegression)
}
