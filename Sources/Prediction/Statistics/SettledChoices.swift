import Workflows

/// Everything that training has settled beside the executions themselves: a predictor that is read again need not judge its
/// rules anew.
public struct SettledChoices: Codable, Hashable, Sendable {
    /// How each type and target is answered.
    var choices: [String: [ResourceTarget: ForecastChoice]]
    /// What the rules are worth on all types together.
    var pool: [ResourceTarget: PooledSkill]

    /// Whether all weights add up to 1 and all quantiles are finite and in their order, for `count` rules.
    public func isSound(rules count: Int) -> Bool {
        choices.values.allSatisfy { $0.values.allSatisfy { $0.answering.values.allSatisfy(\.isSound) } }
            && pool.values.allSatisfy { $0.isSound(rules: count) }
    }
}

extension Answering {
    var isSound: Bool {
        let weights = blend.weights.values
        return residuals.isSound && weights.allSatisfy { $0 > 0 && $0 <= 1 }
            && abs(weights.reduce(0, +) - 1) < 1e-6
    }
}

extension ResidualDistribution {
    var isSound: Bool {
        shifts.count == ForecastLevels.all.count && count >= 0 && shifts.allSatisfy(\.isFinite)
            && zip(shifts, shifts.dropFirst()).allSatisfy { $0 <= $1 }
    }
}

extension StatisticsPredictor {
    /// What training has settled.
    public var settled: SettledChoices { SettledChoices(choices: choices, pool: pool) }
}
