import Foundation

/// Dots with whiskers, one line for each name, in groups.
struct IntervalPlot {
    struct Item {
        var name: String
        var value: Double
        var interval: ClosedRange<Double>
        var isOurs: Bool
    }

    var groups: [(title: String, items: [Item])]
    var label: String
    /// The value at which there is no difference.
    var neutral = 1.0

    func svg() -> String {
        let lines = groups.reduce(0) { $0 + $1.items.count + 1 }
        var svg = SVG(width: 720, height: Double(lines) * 24 + 56)
        let values = groups.flatMap { $0.items.flatMap { [$0.interval.lowerBound, $0.interval.upperBound] } }
        // Ratios are never below 0; differences may be.
        let scale = Scale(values.map { neutral == 0 ? $0 : max($0, 0) } + [neutral], to: (150, 690))
        let bottom = svg.height - 44
        for tick in scale.ticks() {
            svg.line(scale(tick), 6, scale(tick), bottom, class: "grid")
            svg.text(Formatting.short(tick), scale(tick), bottom + 16, anchor: "middle")
        }
        svg.text(label, 420, bottom + 36, anchor: "middle")
        var y = 18.0
        for group in groups {
            svg.text(group.title, 8, y + 4, class: "strong")
            y += 24
            for item in group.items {
                let name = item.isOurs ? "ours" : "other"
                svg.text(Formatting.shortened(item.name, to: 20), 140, y + 4, anchor: "end")
                svg.line(
                    scale(item.interval.lowerBound), y, scale(item.interval.upperBound), y, class: "whisker \(name)")
                let title = "\(item.name): \(Formatting.fixed(item.value, 3))"
                svg.circle(scale(item.value), y, radius: 5, class: "fill-\(name)", title: title)
                y += 24
            }
        }
        return svg.text(describedAs: "\(label) by target and model, with 95 % intervals")
    }
}

/// Forecast against measurement on logarithmic axes, with the diagonal.
struct ScatterPlot {
    var points: [(x: Double, y: Double)]
    var xLabel: String
    var yLabel: String
    var format: (Double) -> String

    /// Points that are drawn; more are thinned evenly.
    private static let limit = 3_000

    func svg() -> String {
        var svg = SVG(width: 380, height: 340)
        let all = points.flatMap { [$0.x, $0.y] }
        let x = Scale(all, to: (84, 352), isLogarithmic: true)
        let y = Scale(all, to: (283, 15), isLogarithmic: true)
        for tick in x.ticks() {
            svg.line(x(tick), 15, x(tick), 283, class: "grid")
            svg.line(84, y(tick), 352, y(tick), class: "grid")
            svg.text(format(tick), 78, y(tick) + 4, anchor: "end")
        }
        // Labels below would run into each other: every second one where there are many.
        for (place, tick) in x.ticks().enumerated() where x.ticks().count <= 4 || place % 2 == 0 {
            svg.text(format(tick), x(tick), 300, anchor: "middle")
        }
        svg.line(84, 283, 352, 15, class: "diagonal")
        let step = max(1, (points.count + Self.limit - 1) / Self.limit)
        svg.dots(stride(from: 0, to: points.count, by: step).map { (x(points[$0].x), y(points[$0].y)) }, class: "dots")
        svg.text(xLabel, 218, 328, anchor: "middle")
        svg.turnedText(yLabel, 12, 149)
        return svg.text(
            describedAs: "\(yLabel) against \(xLabel), \(points.count) tasks; the diagonal is a perfect forecast")
    }
}

/// Observed against nominal quantiles, with the diagonal.
struct CalibrationPlot {
    var series: [(name: String, points: [(nominal: Double, observed: Double)])]

    func svg() -> String {
        var svg = SVG(width: 420, height: 340)
        let x = Scale(domain: 0...1, to: (60, 330))
        let y = Scale(domain: 0...1, to: (285, 15))
        for tick in x.ticks() {
            svg.line(x(tick), 15, x(tick), 285, class: "grid")
            svg.line(60, y(tick), 330, y(tick), class: "grid")
            svg.text(Formatting.fixed(tick, 1), x(tick), 302, anchor: "middle")
            svg.text(Formatting.fixed(tick, 1), 54, y(tick) + 4, anchor: "end")
        }
        svg.line(60, 285, 330, 15, class: "diagonal")
        for (place, series) in series.enumerated() {
            let points = series.points.map { (x: x($0.nominal), y: y($0.observed)) }
            svg.polyline(points, class: "series series\(place)")
            for (point, value) in zip(points, series.points) {
                let title =
                    "\(series.name): \(Formatting.percent(value.observed)) at or below quantile \(value.nominal)"
                svg.circle(point.x, point.y, radius: 4.5, class: "fill-series\(place)", title: title)
            }
            svg.circle(348, 26 + Double(place) * 20, radius: 4.5, class: "fill-series\(place)")
            svg.text(series.name, 358, 30 + Double(place) * 20)
        }
        svg.text("quantile that was forecast", 195, 330, anchor: "middle")
        svg.turnedText("share of tasks at or below", 14, 150)
        return svg.text(describedAs: "calibration: the share of tasks at or below each forecast quantile")
    }
}

/// A bar for each name, with a mark for what it is compared with.
struct BarPlot {
    var bars: [(name: String, value: Double, mark: Double)]
    var label: String

    func svg() -> String {
        var svg = SVG(width: 720, height: Double(bars.count) * 20 + 56)
        let scale = Scale(domain: 0...1, to: (250, 690))
        let bottom = svg.height - 44
        for tick in scale.ticks() {
            svg.line(scale(tick), 4, scale(tick), bottom, class: "grid")
            svg.text(Formatting.fixed(tick, 1), scale(tick), bottom + 16, anchor: "middle")
        }
        for (place, bar) in bars.enumerated() {
            let y = Double(place) * 20 + 6
            svg.text(Formatting.shortened(bar.name, to: 27), 242, y + 12, anchor: "end", title: bar.name)
            let title = "\(bar.name): \(Formatting.fixed(bar.value, 3)), best baseline \(Formatting.fixed(bar.mark, 3))"
            svg.rectangle(250, y, scale(max(bar.value, 0)) - 250, 14, class: "fill-ours", title: title)
            svg.line(scale(bar.mark), y - 2, scale(bar.mark), y + 16, class: "mark")
        }
        svg.text(label, 470, bottom + 36, anchor: "middle")
        return svg.text(describedAs: label)
    }
}
