import Workflows

/// In how many of the task types that it has learned of a predictor's network has a say for one target.
public struct NetworkShare: Codable, Hashable, Sendable {
    /// The target.
    public var target: ResourceTarget
    /// Types in which the network has a say in questions of some kind.
    public var types: Int
    /// Types that there were in training.
    public var of: Int

    /// What `shares` of all targets say, in sentences for a person.
    public static func words(_ shares: [NetworkShare]) -> [String] {
        guard let types = shares.first?.of else { return [] }
        guard shares.contains(where: { $0.types > 0 }) else {
            return [
                "The network has no say in any of \(types) task types, as held-out executions do not prove that it helps: all "
                    + "forecasts are those of the statistics."
            ]
        }
        return shares.map {
            "On \($0.target.rawValue) the network has a say in \($0.types) of \($0.of) task types; elsewhere the forecast is "
                + "that of the statistics."
        }
    }
}
