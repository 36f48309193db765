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
    }

    let rule: Rule

    /// The last value.
    public static let last = CapacityMember(rule: .last)
    /// The value of the same time of day.
    public static let seasonal = CapacityMember(rule: .seasonal)
    /// Boosted trees on the last hour, means up to a day, the two days before and the time of day, for steps up to two
    /// hours: beyond that they cost more than they add.
    public static let trees = CapacityMember(rule: .trees)

    /// Ridge regression on the last hour, means up to a day and the two days before.
    public static let ridge = CapacityMember(rule: .ridge)

    /// Whether it learns nothing.
    var isSimple: Bool { rule == .last || rule == .seasonal }

    /// Whether it has a say at `step`.
    func answers(_ step: Int, period: Int) -> Bool { rule != .trees || step <= max(period / 12, 1) }
}

/// What a member has learned for one step.
enum LearnedRule: Sendable {
    /// Nothing is to be learned.
    case nothing
    case regression(LaggedRegression)
    case trees(LagTrees)
}
