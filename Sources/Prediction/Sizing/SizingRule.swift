import Foundation

/// A rule that says how much memory to ask for, from what is known of the task's type and the forecast for the task.
public struct SizingRule: Hashable, Sendable {
    /// What is multiplied by the margin.
    public enum Basis: String, Sendable {
        /// The largest value of the type.
        case largest
        /// A quantile of the values of the type.
        case type
        /// The forecast's median, moved by a quantile of what held-out forecasts fell short by, but no more than a tenth
        /// over the largest value or, where that is more, over the median.
        case forecast
    }

    /// What is multiplied.
    public var basis: Basis
    /// Its quantile; 1 for the largest.
    public var percentile: Double
    /// The factor.
    public var margin: Double

    /// A rule.
    public init(_ basis: Basis, percentile: Double = 1, margin: Double) {
        self.basis = basis
        self.percentile = percentile
        self.margin = margin
    }

    /// The largest value of the type and a tenth more: what the others are measured by.
    public static let largest = SizingRule(.largest, margin: 1.1)

    /// Rules that need no proof: never below what was seen, and a tenth or more over it.
    static let cautious = [1.1, 1.2, 1.5, 2].map { SizingRule(.largest, margin: $0) }

    /// Every rule that is tried.
    static let candidates: [SizingRule] = {
        var rules = cautious + [1, 1.05].map { SizingRule(.largest, margin: $0) }
        for margin in [1.1, 1.05, 1.2] {
            rules += [0.95, 0.9, 0.99].map { SizingRule(.type, percentile: $0, margin: margin) }
        }
        for margin in [1.02, 1.05, 1.1, 1.2, 1.5] {
            for percentile in [0.5, 0.75, 0.9, 0.95, 0.975, 1] {
                rules.append(SizingRule(.forecast, percentile: percentile, margin: margin))
            }
        }
        return rules
    }()

    /// The place of ``largest`` in ``candidates``.
    static let largestPlace = candidates.firstIndex(of: largest) ?? 0
}

/// What a rule stands on: sorted values of a type, and sorted ln(actual / forecast) of its held-out executions.
struct SizingKnowledge: Sendable {
    private(set) var values: [Double]
    private(set) var residuals: [Double]

    /// Both in any order; residuals that are not finite are left out.
    init(values: [Double], residuals: [Double]) {
        self.values = values.sorted()
        self.residuals = residuals.filter(\.isFinite).sorted()
    }

    /// Adds a value, and what its forecast fell short by.
    mutating func insert(_ value: Double, residual: Double) {
        Prediction.insert(value, intoSorted: &values)
        if residual.isFinite { Prediction.insert(residual, intoSorted: &residuals) }
    }

    /// `rule` with its numbers.
    func resolved(_ rule: SizingRule) -> ResolvedSizingRule {
        let largest = values.last ?? 0
        let constant: Double
        switch rule.basis {
        case .largest: constant = largest * rule.margin
        case .type: constant = quantile(rule.percentile, ofSorted: values) * rule.margin
        case .forecast:
            let factor = exp(min(max(shift(rule.percentile), 0), 60)) * rule.margin
            return ResolvedSizingRule(
                constant: 0, factor: factor, bound: largest * 1.1)
        }
        return ResolvedSizingRule(constant: constant, factor: 0, bound: .infinity)
    }

    /// The value at place ⌈q (n + 1)⌉ of the residuals: a further one lies at or below it with probability q or more
    /// (Vovk, Gammerman, Shafer, 2005).
    private func shift(_ percentile: Double) -> Double {
        guard !residuals.isEmpty else { return 0 }
        let place = Int((percentile * Double(residuals.count + 1)).rounded(.up))
        return residuals[min(max(place, 1), residuals.count) - 1]
    }
}

/// A rule with its numbers: for a forecast m the allocation is constant, or min(factor · m, max(bound, 1.1 m)).
struct ResolvedSizingRule: Sendable {
    var constant: Double
    var factor: Double
    var bound: Double

    /// The allocation for a forecast whose median is `median`, in its unit.
    func allocation(_ median: Double) -> Double {
        let proposed = factor > 0 ? min(factor * median, max(bound, 1.1 * median)) : constant
        return min(max(proposed, 1), .greatestFiniteMagnitude)
    }
}
