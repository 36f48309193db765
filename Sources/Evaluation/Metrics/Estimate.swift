/// An estimate with its 95 % interval.
public struct Estimate: Codable, Hashable, Sendable {
    /// The value.
    public var value: Double
    /// Quantile 0.025 of the bootstrap.
    public var low: Double
    /// Quantile 0.975 of the bootstrap.
    public var high: Double
}
