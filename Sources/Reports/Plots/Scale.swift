import Foundation

/// Maps values to places on a drawing.
struct Scale {
    let domain: ClosedRange<Double>
    let range: (start: Double, end: Double)
    let isLogarithmic: Bool

    /// A scale over `values`; those that are not finite, or not positive on a logarithmic scale, are left out.
    init(_ values: some Sequence<Double>, to range: (start: Double, end: Double), isLogarithmic: Bool = false) {
        let kept = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
        var (low, high) = (kept.min() ?? (isLogarithmic ? 1 : 0), kept.max() ?? 1)
        if isLogarithmic {
            low = pow(10, floor(log10(low) * 4) / 4)
            high = pow(10, ceil(log10(high) * 4) / 4)
            if low >= high { high = low * 10 }
        } else if low >= high {
            (low, high) = (low - max(abs(low) * 0.1, 0.5), high + max(abs(high) * 0.1, 0.5))
        }
        self.init(domain: low...high, to: range, isLogarithmic: isLogarithmic)
    }

    init(domain: ClosedRange<Double>, to range: (start: Double, end: Double), isLogarithmic: Bool = false) {
        self.domain = domain
        self.range = range
        self.isLogarithmic = isLogarithmic
    }

    /// The place of `value`; values outside of the domain stand at its ends.
    func callAsFunction(_ value: Double) -> Double {
        let inside = min(max(value, domain.lowerBound), domain.upperBound)
        let share =
            isLogarithmic
            ? log(inside / domain.lowerBound) / log(domain.upperBound / domain.lowerBound)
            : (inside - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        return range.start + share * (range.end - range.start)
    }

    /// Round values within the domain: about `count` of them, or the powers of ten.
    func ticks(_ count: Int = 5) -> [Double] {
        if isLogarithmic {
            let first = Int(ceil(log10(domain.lowerBound) - 1e-9))
            let last = Int(floor(log10(domain.upperBound) + 1e-9))
            guard first <= last else { return [domain.lowerBound, domain.upperBound] }
            let step = max(1, (last - first + 1) / 7)
            return stride(from: first, through: last, by: step).map { pow(10, Double($0)) }
        }
        let span = domain.upperBound - domain.lowerBound
        let rough = span / Double(max(count, 1))
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
        let first = (domain.lowerBound / step).rounded(.up)
        let last = (domain.upperBound / step).rounded(.down)
        guard step > 0, first <= last, last - first < 1000 else { return [domain.lowerBound, domain.upperBound] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }
}

/// Moments on an axis of seconds, in one unit in which they are round.
struct TimeTicks {
    /// Seconds, and the text below.
    private(set) var ticks: [(seconds: Double, label: String)] = []

    private static let units: [(seconds: Double, name: String, steps: [Double])] = [
        (86_400, "d", [1, 2, 5, 10]), (3600, "h", [1, 2, 3, 6, 12]), (60, "min", [1, 2, 5, 10, 15, 30]),
        (1, "s", [1, 2, 5, 10, 15, 30]),
    ]

    /// Round times on a logarithmic axis over `range`, from a tenth of a millisecond to a hundred days.
    init(logarithmicallyOver range: ClosedRange<Double>) {
        let units: [(seconds: Double, name: String, steps: [Double])] = [
            (0.001, "ms", [0.1, 1, 10, 100]), (1, "s", [1, 10]), (60, "min", [1, 10]), (3600, "h", [1, 6]),
            (86_400, "d", [1, 10, 100]),
        ]
        ticks = units.flatMap { unit in
            unit.steps.map { ($0 * unit.seconds, "\(Formatting.fixed($0, $0 < 1 ? 1 : 0)) \(unit.name)") }
        }.filter { range.contains($0.0) }
        if ticks.isEmpty {
            ticks = [range.lowerBound, range.upperBound].map { ($0, Formatting.seconds($0)) }
        }
    }

    /// About `count` moments from 0 to `end`.
    init(to end: Double, count: Int = 6) { self.init(over: 0...max(end, 0), count: count) }

    /// About `count` moments in `range`, which is not negative.
    init(over range: ClosedRange<Double>, count: Int = 6) {
        let end = range.upperBound - range.lowerBound
        let least = end / Double(count)
        let coarse = Self.units.reversed().first { unit in unit.steps.contains { $0 * unit.seconds >= least } }
        guard end >= 2, let unit = coarse, let step = unit.steps.first(where: { $0 * unit.seconds >= least }) else {
            // Below two seconds and above some months plain numbers will do.
            let unit = end >= 2 ? (86_400.0, "d") : (1.0, "s")
            let (from, to) = (range.lowerBound / unit.0, range.upperBound / unit.0)
            let scale = Scale(domain: from...max(to, from + .leastNormalMagnitude), to: (0, 1))
            ticks = scale.ticks(count).map { ($0 * unit.0, "\(Formatting.short($0)) \(unit.1)") }
            return
        }
        let width = step * unit.seconds
        ticks = stride(from: (range.lowerBound / width).rounded(.up) * width, through: range.upperBound, by: width).map
        {
            ($0, "\(Formatting.fixed($0 / unit.seconds, 0)) \(unit.name)")
        }
    }
}
