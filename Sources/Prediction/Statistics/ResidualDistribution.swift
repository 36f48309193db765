import Workflows

/// Quantiles of ln(measured / forecast), at each of ``ForecastLevels``, as held-out executions left them.
public struct ResidualDistribution: Codable, Hashable, Sendable {
    /// One for each level, none below the one before.
    public var shifts: [Double]
    /// How many residuals they rest on.
    public var count: Int

    /// A distribution from quantiles that were come by otherwise.
    public init(shifts: [Double], count: Int = 0) {
        precondition(
            shifts.count == ForecastLevels.all.count, "\(shifts.count) shifts for \(ForecastLevels.all.count) levels")
        self.shifts = shifts
        self.count = count
    }

    /// What is believed where nothing was held out: within a factor of e, nine times of ten.
    static let unknown = ResidualDistribution(shifts: [-1, -0.7, -0.35, 0, 0.35, 0.7, 1, 1.2, 1.5])

    /// The quantiles of `residuals`; nil if there are none.
    ///
    /// A level q above the middle is the value at place ⌈q (n + 1)⌉, one below it at ⌊q (n + 1)⌋, so that a new residual
    /// from the same source lies on the inner side with the probability of the level or more (Vovk, Gammerman and Shafer,
    /// "Algorithmic Learning in a Random World", 2005).
    public init?(_ residuals: [Double]) {
        guard !residuals.isEmpty else { return nil }
        let sorted = residuals.sorted()
        let n = Double(sorted.count)
        shifts = ForecastLevels.all.map { level in
            if level == 0.5 { return median(ofSorted: sorted) }
            let place = level * (n + 1)
            let rank = level > 0.5 ? Int(place.rounded(.up)) : Int(place.rounded(.down))
            return sorted[min(max(rank - 1, 0), sorted.count - 1)]
        }
        count = sorted.count
    }

    /// This one, moved towards `prior` as if that stood for `strength` residuals.
    public func shrunk(towards prior: ResidualDistribution, strength: Double = 10) -> ResidualDistribution {
        let weight = Double(count) / (Double(count) + strength)
        var result = self
        for level in shifts.indices {
            result.shifts[level] = weight * shifts[level] + (1 - weight) * prior.shifts[level]
        }
        return result
    }

    /// This one, wider by what else is not known and is independent of the residuals: half the width, in ln, of the interval
    /// that holds that with probability 0.9. Distances from the middle add in squares, as for normal distributions.
    public func widened(withHalfWidth halfWidth: Double) -> ResidualDistribution {
        guard halfWidth > 0 else { return self }
        let middle = shifts[ForecastLevels.median]
        let wider = zip(shifts, ForecastLevels.normalScores).map { shift, unit in
            let (own, other) = (shift - middle, unit * halfWidth)
            let distance = (own * own + other * other).squareRoot()
            return middle + (unit < 0 ? -distance : distance)
        }
        return ResidualDistribution(shifts: wider, count: count)
    }

    /// This one with all distances from the middle multiplied by `factor`.
    public func widened(by factor: Double) -> ResidualDistribution {
        let middle = shifts[ForecastLevels.median]
        return ResidualDistribution(shifts: shifts.map { middle + ($0 - middle) * factor }, count: count)
    }
}
