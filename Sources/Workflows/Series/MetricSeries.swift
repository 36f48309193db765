import Files

/// A measured quantity of a cluster over time: one value for each interval, a gap where none was measured.
///
/// The value at place k was measured at `startedAt` + k `intervalSeconds`.
public struct MetricSeries: Sendable, Hashable {
    /// Its name, which no other series of a history has: `FILE.COLUMN` for an imported one.
    public var name: String
    /// `cores`, `bytes`, `percent`, or what else it is measured in; nil where that is not known.
    public var unit: String?
    /// Seconds from one value to the next.
    public var intervalSeconds: Double
    /// The moment of the first value, in Unix seconds.
    public var startedAt: Double
    /// The values, NaN for a gap.
    public var values: [Double]

    /// Values that a series may have.
    public static let limit = 4_000_000

    /// A series of `values`, one for each interval.
    public init(
        name: String, unit: String? = nil, intervalSeconds: Double = 300, startedAt: Double = 0, values: [Double]
    ) {
        precondition(
            intervalSeconds > 0 && intervalSeconds.isFinite && startedAt.isFinite,
            "a series every \(intervalSeconds) s from \(startedAt)")
        self.name = name
        self.unit = unit
        self.intervalSeconds = intervalSeconds
        self.startedAt = startedAt
        self.values = values
    }

    /// The moment of the value at `place`, which may lie behind the last one, in Unix seconds.
    public func moment(at place: Int) -> Double { startedAt + Double(place) * intervalSeconds }

    /// Intervals in a day, at least 1: the period of what repeats daily.
    public var dailyPeriod: Int { max(Int(min((86_400 / intervalSeconds).rounded(), 86_400)), 1) }

    /// The first `count` values: what was known then.
    public func prefix(_ count: Int) -> MetricSeries {
        var result = self
        result.values = Array(values[..<count])
        return result
    }

    /// The last `count` values, or all where there are fewer.
    public func suffix(_ count: Int) -> MetricSeries {
        var result = self
        let dropped = max(values.count - count, 0)
        result.startedAt = moment(at: dropped)
        result.values = Array(values[dropped...])
        return result
    }

    /// The last values, `count` at the most, from a moment on that stays the same for a while as old values go and new ones
    /// come: of more than eight days the first midnight (UTC), else, where there are more than `count`, a whole eighth of these.
    /// Where there is no value from there on, all of them.
    public func steadySuffix(_ count: Int) -> MetricSeries {
        let last = suffix(count)
        let block =
            last.values.count > 8 * dailyPeriod
            ? 86_400 : values.count > count ? Double(max(count / 8, 1)) * intervalSeconds : intervalSeconds
        let rest = last.startedAt.truncatingRemainder(dividingBy: block)
        let wait = rest > 0 ? block - rest : -rest
        guard block > intervalSeconds else { return last }
        let steady = last.suffix(last.values.count - Int((wait / intervalSeconds).rounded(.up)))
        return steady.values.contains { !$0.isNaN } ? steady : last
    }

    /// The values with each gap filled by the value before it; those before the first value, by that.
    ///
    /// - Throws: `InputError` with the series' name where it has no value at all.
    public func filledValues() throws -> [Double] {
        guard let first = values.first(where: { !$0.isNaN }) else {
            throw InputError("has no value", field: name)
        }
        var last = first
        return values.map { value in
            if !value.isNaN { last = value }
            return last
        }
    }

    /// Equal in all parts, a gap being equal to a gap.
    public static func == (a: MetricSeries, b: MetricSeries) -> Bool {
        a.name == b.name && a.unit == b.unit && a.intervalSeconds == b.intervalSeconds && a.startedAt == b.startedAt
            && a.values.elementsEqual(b.values) { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }

    /// By name, start and length.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(startedAt)
        hasher.combine(values.count)
    }
}
