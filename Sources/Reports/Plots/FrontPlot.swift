/// Choices by two figures of which less is better, with the one that is recommended and what there is now.
struct FrontPlot {
    struct Point {
        var x: Double
        var y: Double
        var name: String
    }

    var points: [Point]
    var now: Point
    var recommended: Point?
    var label: String
    var format: (Double) -> String

    private static let (left, right, top, bottom) = (76.0, 400.0, 14.0, 250.0)

    func svg() -> String {
        var svg = SVG(width: 420, height: 330)
        let all = points + [now] + (recommended.map { [$0] } ?? [])
        let across = Self.scale(all.map(\.x), to: (Self.left + 8, Self.right - 8))
        let up = Self.scale(all.map(\.y), to: (Self.bottom - 8, Self.top + 8))
        for tick in Self.times(across) {
            svg.line(across(tick.seconds), Self.top, across(tick.seconds), Self.bottom, class: "grid")
            svg.text(tick.label, across(tick.seconds), Self.bottom + 17, anchor: "middle")
        }
        for tick in up.ticks(4) {
            svg.line(Self.left, up(tick), Self.right, up(tick), class: "grid")
            svg.text(format(tick), Self.left - 6, up(tick) + 4, anchor: "end")
        }
        svg.polyline(steps(across, up), class: "series other")
        func mark(_ point: Point, _ radius: Double, _ style: String) {
            let figures = "\(Formatting.seconds(point.x)), \(format(point.y))"
            svg.circle(
                across(point.x), up(point.y), radius: radius, class: style, title: "\(point.name): \(figures)")
        }
        for point in points { mark(point, 4, "fill-other") }
        mark(now, 6, "fill-series1")
        if let recommended { mark(recommended, 6, "fill-series0") }
        svg.text("makespan", (Self.left + Self.right) / 2, Self.bottom + 36, anchor: "middle")
        svg.turnedText(label, 14, (Self.top + Self.bottom) / 2)
        let entries =
            [("fill-series1", "as it is"), ("fill-other", "sets of changes")]
            + (recommended == nil ? [] : [("fill-series0", "recommended")])
        var x = Self.left
        for entry in entries {
            svg.circle(x, Self.bottom + 62, radius: 4.5, class: entry.0)
            svg.text(entry.1, x + 10, Self.bottom + 66)
            x += 30 + 6.8 * Double(entry.1.count)
        }
        return svg.text(describedAs: "\(points.count) sets of changes by makespan and \(label)")
    }

    /// A scale over `values`; what differs by no more than rounding makes does not fill it.
    private static func scale(_ values: [Double], to range: (start: Double, end: Double)) -> Scale {
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        guard high - low <= 1e-9 * abs(high) else { return Scale(domain: low...high, to: range) }
        return Scale([low], to: range)
    }

    /// Moments on `scale`: those of an axis from zero, or, where the makespans lie too close for these, seconds with as many digits
    /// as tell them apart.
    private static func times(_ scale: Scale) -> [(seconds: Double, label: String)] {
        let (low, high) = (scale.domain.lowerBound, scale.domain.upperBound)
        let count = min(40, (4 * high / (high - low)).rounded(.up))
        let fromZero = TimeTicks(to: high, count: Int(count)).ticks.filter { $0.seconds >= low }
        guard fromZero.count < 2 else { return fromZero }
        let ticks = scale.ticks(4)
        let digits = (0...9).first { digits in
            ticks.allSatisfy { abs((Double(Formatting.fixed($0, digits)) ?? $0) - $0) <= 1e-3 * (high - low) }
        }
        return ticks.map { ($0, Formatting.fixed($0, digits ?? 9) + " s") }
    }

    /// What none of the points betters in both figures, as stairs.
    private func steps(_ across: Scale, _ up: Scale) -> [(x: Double, y: Double)] {
        var stairs: [(x: Double, y: Double)] = []
        for point in points.sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) {
            let (x, y) = (across(point.x), up(point.y))
            guard let last = stairs.last else {
                stairs.append((x, y))
                continue
            }
            if y > last.y { stairs += [(x, last.y), (x, y)] }
        }
        return stairs
    }
}
