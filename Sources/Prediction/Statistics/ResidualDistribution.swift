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

    /// The quantiles of a residual from a group of executions, such as a run, of which nothing was seen.
    ///
    /// Executions of one group err alike. Each of the K groups that were seen, and `another` for the one to come, has the
    /// weight 1 / (K + 1), however many executions it has: a new group is one more of them, and not one more execution of
    /// theirs (Dunn, Wasserman and Ramdas, "Distribution-Free Prediction Sets for Two-Layer Hierarchical Models", 2023). Where they
    /// would have an interval without an end, it ends where that of `another` does.
    init(_ residuals: [Double], groups: [Int], another: ResidualDistribution) {
        guard !residuals.isEmpty else {
            self = another
            return
        }
        var sizes: [Int: Int] = [:]
        for group in groups { sizes[group, default: 0] += 1 }
        let share = 1 / Double(sizes.count + 1)
        let own = zip(residuals, groups).map { ($0, share / Double(sizes[$1] ?? 1)) }
        let weighted = (own + another.points.map { ($0, share / Double(Self.pointCount)) }).sorted { $0.0 < $1.0 }
        var (sums, sum) = ([Double](), 0.0)
        for (_, weight) in weighted {
            sum += weight
            sums.append(sum)
        }
        shifts = ForecastLevels.all.map { level in
            // From the outer side, as rounding is to leave no level on the wrong side of its value.
            let place = sums.firstIndex { $0 >= level * sum - 1e-9 } ?? weighted.count - 1
            return weighted[place].0
        }
        count = residuals.count
    }

    private static let pointCount = 100

    /// Values that are equally likely: linear between the levels, and not beyond them.
    private var points: [Double] {
        let levels = ForecastLevels.all
        return (0..<Self.pointCount).map { point in
            let level = (Double(point) + 0.5) / Double(Self.pointCount)
            guard let place = levels.firstIndex(where: { $0 >= level }) else { return shifts[levels.count - 1] }
            guard place > 0 else { return shifts[0] }
            let part = (level - levels[place - 1]) / (levels[place] - levels[place - 1])
            return shifts[place - 1] + part * (shifts[place] - shifts[place - 1])
        }
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

    /// At each level the outer one of this and `other`.
    public func widened(to other: ResidualDistribution) -> ResidualDistribution {
        let outer = zip(shifts, other.shifts).enumerated().map { level, pair in
            level < ForecastLevels.median
                ? min(pair.0, pair.1) : level == ForecastLevels.median ? pair.0 : max(pair.0, pair.1)
        }
        return ResidualDistribution(shifts: outer, count: count)
    }

    /// This one with all distances from the middle multiplied by `factor`.
    public func widened(by factor: Double) -> ResidualDistribution {
        let middle = shifts[ForecastLevels.median]
        return ResidualDistribution(shifts: shifts.map { middle + ($0 - middle) * factor }, count: count)
    }
}
