import Files

/// Curves over whole numbers from ``first`` on, such as the losses of a training over its epochs.
///
/// ```swift
/// let plot = CurvePlot(
///     [.init("training", records.map(\.trainingLoss)), .init("validation", records.map(\.validationLoss))],
///     x: "epoch", y: "loss")
/// try plot.write(to: "loss.svg")
/// ```
public struct CurvePlot: Sendable {
    /// One of the curves.
    public struct Curve: Sendable {
        /// What it is called.
        public var name: String
        /// Its values at ``CurvePlot/first`` and the numbers behind; what is not finite leaves a gap.
        public var values: [Double]
        /// What its values lie within, such as those of several runs of which they are the mean; empty where nothing is shown.
        public var ranges: [ClosedRange<Double>] = []

        /// A curve through `values`.
        public init(_ name: String, _ values: some Sequence<some BinaryFloatingPoint>) {
            self.name = name
            self.values = values.map { Double($0) }
        }
    }

    /// The curves, of which the first three have colours of their own.
    public var curves: [Curve]
    /// What the whole numbers are.
    public var x: String
    /// What the values are.
    public var y: String
    /// The number that the first value stands at.
    public var first = 1

    /// A plot of `curves` over `x`.
    public init(_ curves: [Curve], x: String, y: String) {
        (self.curves, self.x, self.y) = (curves, x, y)
    }

    /// The plot as a file that stands on its own.
    public var svg: String { drawn.document(describedAs: description) }

    /// The plot within a page.
    var drawing: String { drawn.text(describedAs: description) }

    private var description: String {
        "\(y) over \(x): \(curves.map(\.name).joined(separator: " and "))"
    }

    private var drawn: SVG {
        // Names stand beside the curves, whole up to a length.
        let names = curves.map { Formatting.shortened($0.name, to: 30) }
        var svg = SVG(width: max(520, 434 + 7.2 * Double(names.map(\.count).max() ?? 0)), height: 300)
        let count = curves.map(\.values.count).max() ?? 0
        let across = Scale(domain: Double(first)...Double(first + max(count - 1, 1)), to: (64, 400))
        let ends = curves.flatMap { $0.ranges.flatMap { [$0.lowerBound, $0.upperBound] } }
        let up = Scale(curves.flatMap(\.values) + ends, to: (250, 14))
        for tick in across.ticks() where tick == tick.rounded() {
            svg.line(across(tick), 14, across(tick), 250, class: "grid")
            svg.text(Formatting.fixed(tick, 0), across(tick), 267, anchor: "middle")
        }
        for tick in up.ticks() {
            svg.line(64, up(tick), 400, up(tick), class: "grid")
            svg.text(Formatting.short(tick), 58, up(tick) + 4, anchor: "end")
        }
        for (place, curve) in curves.enumerated() {
            let high = curve.ranges.enumerated().map {
                (x: across(Double($0.offset + first)), y: up($0.element.upperBound))
            }
            let low = curve.ranges.enumerated().map {
                (x: across(Double($0.offset + first)), y: up($0.element.lowerBound))
            }
            svg.area(high + low.reversed(), class: "band fill-series\(place)")
            let points = curve.values.enumerated().map { (x: across(Double($0.offset + first)), y: $0.element) }
            for run in points.split(whereSeparator: { !$0.y.isFinite }) {
                svg.polyline(run.map { ($0.x, up($0.y)) }, class: "series series\(place)")
            }
            svg.circle(416, 26 + Double(place) * 20, radius: 4.5, class: "fill-series\(place)")
            svg.text(names[place], 426, 30 + Double(place) * 20)
        }
        svg.text(x, 232, 290, anchor: "middle")
        svg.turnedText(y, 14, 132)
        return svg
    }

    /// Writes the plot to the file `path`.
    public func write(to path: String) throws { try writeAtomically(svg, to: path) }
}
