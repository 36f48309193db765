import Foundation

/// Shares of rows by a ratio, on a logarithmic axis; what lies left of a dividing value has another colour.
struct HistogramPlot {
    struct Bin {
        /// Lower bound; 0 in the first bin.
        var low: Double
        /// Upper bound; nil in the last bin.
        var high: Double?
        var share: Double
    }

    /// Next to each other; the first and the last hold what lies outside of the others.
    var bins: [Bin]
    var divide: Double
    var label: String

    func svg() -> String {
        var svg = SVG(width: 360, height: 280)
        let up = Scale(domain: 0...max(bins.map(\.share).max() ?? 0, 0.01), to: (230, 20))
        for tick in up.ticks(4) {
            svg.line(50, up(tick), 350, up(tick), class: "grid")
            svg.text(Formatting.percent(tick, 0), 44, up(tick) + 4, anchor: "end")
        }
        let width = 300 / Double(max(bins.count, 1))
        for (place, bin) in bins.enumerated() {
            let isBelow = bin.high.map { $0 <= divide * (1 + 1e-9) } ?? false
            let range =
                bin.low == 0
                ? "below \(Formatting.short(bin.high ?? 0))"
                : bin.high.map { "\(Formatting.short(bin.low)) to \(Formatting.short($0))" }
                    ?? "\(Formatting.short(bin.low)) and above"
            svg.rectangle(
                50 + Double(place) * width + 0.5, up(bin.share), width - 1, 230 - up(bin.share),
                class: isBelow ? "bar1" : "fill-ours", title: "\(range): \(Formatting.percent(bin.share))")
            // A power of two stands at the left edge of its bin.
            if bin.low > 0, abs(log2(bin.low) - log2(bin.low).rounded()) < 1e-9 {
                svg.line(50 + Double(place) * width, 230, 50 + Double(place) * width, 234, class: "grid")
                svg.text(Formatting.ratio(bin.low), 50 + Double(place) * width, 248, anchor: "middle")
            }
            if bin.low == divide {
                svg.line(50 + Double(place) * width, 14, 50 + Double(place) * width, 230, class: "mark")
            }
        }
        svg.text(label, 200, 270, anchor: "middle")
        return svg.text(describedAs: "the share of tasks by \(label)")
    }
}
