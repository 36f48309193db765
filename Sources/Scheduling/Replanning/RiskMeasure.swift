/// What makes one distribution of makespans better than another.
public enum RiskMeasure: Sendable, Hashable {
    /// The mean.
    case mean
    /// The mean of the worst part, of which the share lies in 0 < share ≤ 1: conditional value at risk (Rockafellar and
    /// Uryasev, "Optimization of conditional value-at-risk", 2000).
    case worst(share: Double)

    /// The measure of `makespans`, each of which is as likely as the others.
    public func value(of makespans: [Double]) -> Double {
        precondition(!makespans.isEmpty, "no makespans")
        switch self {
        case .mean: return makespans.reduce(0, +) / Double(makespans.count)
        case .worst(let share):
            precondition(share > 0 && share <= 1, "the worst \(share) of all")
            let count = max(1, Int((share * Double(makespans.count)).rounded(.up)))
            return makespans.sorted().suffix(count).reduce(0, +) / Double(count)
        }
    }
}
