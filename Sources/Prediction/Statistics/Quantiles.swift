/// The quantile `q` of sorted values, interpolated between neighbours at place q (n - 1).
public func quantile(_ q: Double, ofSorted values: [Double]) -> Double {
    precondition(!values.isEmpty && q >= 0 && q <= 1, "quantile \(q) of \(values.count) values")
    let place = q * Double(values.count - 1)
    let low = Int(place)
    let high = min(low + 1, values.count - 1)
    return values[low] + (values[high] - values[low]) * (place - Double(low))
}

/// The median of sorted values.
public func median(ofSorted values: [Double]) -> Double { quantile(0.5, ofSorted: values) }

/// An interval of residuals ln(actual / forecast) that held-out executions left.
public struct ResidualInterval: Codable, Hashable, Sendable {
    /// Quantile 0.05.
    public var low: Double
    /// Quantile 0.95.
    public var high: Double
    /// How many residuals it rests on.
    public var count: Int

    /// An interval from `low` to `high`, as a prior.
    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
        count = 0
    }

    /// The interval of `residuals`; nil if there are none.
    ///
    /// The bounds are the values at places ⌊0.05 (n + 1)⌋ and ⌈0.95 (n + 1)⌉, so that a new residual from the same
    /// source lies on the right side of each with probability 0.95 or more (Vovk, Gammerman, Shafer, 2005).
    public init?(_ residuals: [Double]) {
        guard !residuals.isEmpty else { return nil }
        let sorted = residuals.sorted()
        let n = Double(sorted.count)
        low = sorted[max(Int((0.05 * (n + 1)).rounded(.down)) - 1, 0)]
        high = sorted[min(Int((0.95 * (n + 1)).rounded(.up)) - 1, sorted.count - 1)]
        count = sorted.count
    }

    /// This interval around 0, `factor` times as wide, and wider by what else is not known: `other` is half the width of an
    /// interval of that, independent of the residuals.
    public func widened(by factor: Double, and other: Double) -> ResidualInterval {
        func wider(_ side: Double) -> Double { (side * side * factor * factor + other * other).squareRoot() }
        var result = self
        (result.low, result.high) = (-wider(min(low, 0)), wider(max(high, 0)))
        return result
    }

    /// This interval, moved towards `prior` as if that stood for ten residuals.
    public func shrunk(towards prior: ResidualInterval) -> ResidualInterval {
        let weight = Double(count) / Double(count + 10)
        var result = self
        result.low = weight * low + (1 - weight) * prior.low
        result.high = weight * high + (1 - weight) * prior.high
        return result
    }
}
