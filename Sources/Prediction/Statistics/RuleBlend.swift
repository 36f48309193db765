import Foundation

/// A mean of rules, by weights, in the logarithm.
public struct RuleBlend: Codable, Hashable, Sendable {
    /// The weight of each rule that has a part; they add up to 1.
    public let weights: [ForecastRule: Double]
    /// The rules that have a part, the heaviest first.
    public let rules: [ForecastRule]

    private enum CodingKeys: CodingKey { case weights }

    /// All on one rule.
    public init(_ rule: ForecastRule) { self.init([rule: 1]) }

    init(_ weights: [ForecastRule: Double]) {
        self.weights = weights
        rules = weights.sorted { ($1.value, $0.key.place) < ($0.value, $1.key.place) }.map(\.key)
    }

    /// Decodes the weights.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.container(keyedBy: CodingKeys.self).decode([ForecastRule: Double].self, forKey: .weights))
    }

    /// The mean of `answers`, which stand in the order of `rules`.
    func mean(of answers: [Double], _ rules: [ForecastRule]) -> Double {
        var sum = 0.0
        for (rule, answer) in zip(rules, answers) { if let weight = weights[rule] { sum += weight * answer } }
        return sum
    }

    /// It in words, for reasons.
    var words: String {
        guard weights.count > 1 else { return rules.first?.words ?? "nothing" }
        return rules.map { "\(Int(((weights[$0] ?? 0) * 100).rounded())) % \($0.words)" }.joined(separator: ", ")
    }
}

extension RuleBlend {
    /// Rounds of the selection, so that a weight is a multiple of 1 / 8.
    private static let rounds = 8
    /// As how many held-out executions the skill that rules have on other types counts.
    private static let priorCount = 6.0
    /// Held-out executions that are looked at.
    private static let judges = 600
    /// The most that are looked at, and what it takes to judge a rule by one, in units of ``FitWork``.
    static let (mostJudges, units) = (2 * judges, 100)

    /// The blend that held-out executions speak for: rules are added one by one, each as often as it helps, as long as the
    /// mean error falls (Caruana et al., "Ensemble selection from libraries of models", ICML 2004).
    ///
    /// The error is min(|forecast / measured - 1|, 1). With few executions the errors that the rules make on other types
    /// stand beside their own.
    static func selected(
        from heldOut: HeldOutForecasts, rules: [ForecastRule], allowed: [Bool], prior: [Double]?
    ) -> RuleBlend {
        let step = max(1, heldOut.count / judges)
        let places = Array(stride(from: 0, to: heldOut.count, by: step))
        let n = Double(places.count)
        let priorCount = prior == nil ? 0 : priorCount
        guard n + priorCount > 0 else { return RuleBlend(rules[0]) }
        func error(_ sums: [Double], _ rule: Int, picks: Int, priorSum: Double) -> Double {
            var total = 0.0
            for (place, row) in places.enumerated() {
                total += Self.error((sums[place] + heldOut.residuals[rule][row]) / Double(picks))
            }
            return (total + priorCount * (priorSum + (prior?[rule] ?? 0)) / Double(picks)) / (n + priorCount)
        }
        var sums = [Double](repeating: 0, count: places.count)
        var (priorSum, picked) = (0.0, [Int]())
        var least = Double.infinity
        // A later rule must be better by more than chance among few executions would make it.
        let margin = 0.1 / max(n, 1)
        for round in 1...rounds {
            var best: (rule: Int, error: Double)?
            for rule in rules.indices where allowed[rule] {
                let own = error(sums, rule, picks: round, priorSum: priorSum)
                if own < (best?.error ?? .infinity) - (round == 1 ? margin : 0) { best = (rule, own) }
            }
            guard let best, best.error < least - (round == 1 ? 0 : margin / 4) else { break }
            least = best.error
            picked.append(best.rule)
            for (place, row) in places.enumerated() { sums[place] += heldOut.residuals[best.rule][row] }
            priorSum += prior?[best.rule] ?? 0
        }
        guard !picked.isEmpty else { return RuleBlend(rules[0]) }
        var weights: [ForecastRule: Double] = [:]
        for rule in picked { weights[rules[rule], default: 0] += 1 / Double(picked.count) }
        return RuleBlend(weights)
    }

    /// min(|forecast / measured - 1|, 1) for a residual ln(measured / forecast).
    static func error(_ residual: Double) -> Double { min(abs(exp(-residual) - 1), 1) }

    /// The residuals that the blend leaves of held-out executions.
    func residuals(_ heldOut: HeldOutForecasts, _ rules: [ForecastRule]) -> [Double] {
        var sums = [Double](repeating: 0, count: heldOut.count)
        for (place, rule) in rules.enumerated() {
            guard let weight = weights[rule] else { continue }
            for (row, residual) in heldOut.residuals[place].enumerated() { sums[row] += weight * residual }
        }
        return sums
    }
}
