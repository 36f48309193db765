/// How much is held over time: the mean over each of equally long columns.
struct Occupation {
    private(set) var means: [Double]

    init(_ bars: [TaskBar], end: Double, columns: Int, weight: (TaskBar) -> Double) {
        means = [Double](repeating: 0, count: columns)
        guard end > 0 else { return }
        let width = end / Double(columns)
        for bar in bars where bar.end > bar.placed {
            let (from, to) = (bar.placed / width, bar.end / width)
            let (first, last) = (min(Int(from), columns - 1), min(Int(to), columns - 1))
            for column in first...max(first, last) {
                let part = min(to, Double(column + 1)) - max(from, Double(column))
                means[column] += max(part, 0) * weight(bar)
            }
        }
    }
}

/// The share of a cluster that is held over time, an area for each of up to four.
struct OccupationPlot {
    var series: [(name: String, shares: [Double])]
    /// When the picture ends, in seconds.
    var end: Double
    var label: String

    func svg() -> String {
        var svg = SVG(width: 720, height: 250)
        let across = Scale(domain: 0...max(end, .leastNormalMagnitude), to: (60, 560))
        let up = Scale(domain: 0...1, to: (200, 12))
        for tick in TimeTicks(to: end).ticks {
            svg.line(across(tick.seconds), 12, across(tick.seconds), 200, class: "grid")
            svg.text(tick.label, across(tick.seconds), 217, anchor: "middle")
        }
        for tick in up.ticks() {
            svg.line(60, up(tick), 560, up(tick), class: "grid")
            svg.text(Formatting.percent(tick, 0), 54, up(tick) + 4, anchor: "end")
        }
        for (place, series) in series.enumerated() {
            let width = 500 / Double(max(series.shares.count, 1))
            let points = series.shares.enumerated().flatMap { column, share in
                let x = 60 + Double(column) * width
                return [(x: x, y: up(share)), (x: x + width, y: up(share))]
            }
            svg.polyline(points, class: "series series\(place)")
            svg.circle(578, 26 + Double(place) * 20, radius: 4.5, class: "fill-series\(place)")
            svg.text(Formatting.shortened(series.name, to: 18), 588, 30 + Double(place) * 20)
        }
        svg.text(label, 310, 240, anchor: "middle")
        return svg.text(describedAs: "\(label): \(series.map(\.name).joined(separator: ", "))")
    }
}

/// Which share of some times, in seconds, is at or below each, a curve for each of up to four.
struct DistributionPlot {
    var series: [(name: String, values: [Double])]
    var label: String

    func svg() -> String {
        var svg = SVG(width: 720, height: 300)
        let all = series.flatMap(\.values)
        let isLogarithmic = all.allSatisfy { $0 > 0 } && (all.max() ?? 1) > 20 * (all.min() ?? 1)
        let across = Scale(all, to: (60, 560), isLogarithmic: isLogarithmic)
        let up = Scale(domain: 0...1, to: (250, 12))
        let moments =
            isLogarithmic
            ? TimeTicks(logarithmicallyOver: across.domain).ticks
            : TimeTicks(over: max(across.domain.lowerBound, 0)...max(across.domain.upperBound, 0)).ticks
        for tick in moments {
            svg.line(across(tick.seconds), 12, across(tick.seconds), 250, class: "grid")
            svg.text(tick.label, across(tick.seconds), 267, anchor: "middle")
        }
        for tick in up.ticks() {
            svg.line(60, up(tick), 560, up(tick), class: "grid")
            svg.text(Formatting.percent(tick, 0), 54, up(tick) + 4, anchor: "end")
        }
        for (place, series) in series.enumerated() {
            let sorted = series.values.sorted()
            // A curve of some hundred points is as good as one of all.
            let step = max(1, sorted.count / 400)
            var points: [(x: Double, y: Double)] = []
            for rank in sorted.indices where rank % step == 0 || rank == sorted.count - 1 {
                points.append((across(sorted[rank]), up(Double(rank) / Double(sorted.count))))
                points.append((across(sorted[rank]), up(Double(rank + 1) / Double(sorted.count))))
            }
            svg.polyline(points, class: "series series\(place)")
            svg.circle(578, 26 + Double(place) * 20, radius: 4.5, class: "fill-series\(place)")
            svg.text(Formatting.shortened(series.name, to: 18), 588, 30 + Double(place) * 20)
        }
        svg.text(label, 310, 290, anchor: "middle")
        return svg.text(describedAs: "distribution of \(label): \(series.map(\.name).joined(separator: ", "))")
    }
}
