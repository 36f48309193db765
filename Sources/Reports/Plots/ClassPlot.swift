/// Shares over classes that have an order, a line for each series.
struct ClassPlot {
    /// What the classes are called; an empty name is not drawn.
    var classes: [String]
    /// A share for each class.
    var series: [(name: String, values: [Double])]
    var x: String
    var y: String
    /// Where a dashed line is drawn.
    var reference: Double?

    func svg() -> String {
        var svg = SVG(width: 360, height: 320)
        let lowest = series.flatMap(\.values).filter(\.isFinite).min() ?? 0
        // From a round value below the lowest one, so that lines that lie close together can be told apart.
        let low = max(0, ((lowest - 0.02) * 5).rounded(.down) / 5)
        let up = Scale(domain: min(low, 0.8)...1, to: (230, 14))
        let across = Scale(domain: 0...Double(max(classes.count - 1, 1)), to: (70, 335))
        for tick in up.ticks() {
            svg.line(50, up(tick), 350, up(tick), class: "grid")
            svg.text(Formatting.fixed(tick, 2), 44, up(tick) + 4, anchor: "end")
        }
        for (place, name) in classes.enumerated() where !name.isEmpty {
            svg.text(name, across(Double(place)), 247, anchor: "middle")
        }
        if let reference, up.domain.contains(reference) {
            svg.line(50, up(reference), 350, up(reference), class: "diagonal")
        }
        var left = 54.0
        for (number, series) in series.enumerated() {
            let points = series.values.enumerated().map { (x: across(Double($0.offset)), y: up($0.element)) }
            svg.polyline(points, class: "series series\(number)")
            for (point, value) in zip(points, series.values) {
                svg.circle(
                    point.x, point.y, radius: 3, class: "fill-series\(number)",
                    title: "\(series.name): \(Formatting.fixed(value, 3))")
            }
            let name = Formatting.shortened(series.name, to: 16)
            svg.circle(left, 296, radius: 4.5, class: "fill-series\(number)")
            svg.text(name, left + 9, 300)
            left += 28 + 6.8 * Double(name.count)
        }
        svg.text(x, 200, 270, anchor: "middle")
        svg.turnedText(y, 12, 122)
        return svg.text(describedAs: "\(y) by \(x): \(series.map(\.name).joined(separator: ", "))")
    }
}
