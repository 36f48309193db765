import Simulation
import Workflows

/// Which task was on which node when: a bar for each, or, where there are too many to be seen, how full each node was.
struct GanttPlot {
    var nodes: [String]
    /// Cores of each node.
    var cores: [Double]
    var bars: [TaskBar]
    /// When the picture ends, in seconds.
    var end: Double
    /// Colours that other drawings have too; nil: those of the bars.
    var colours: KindColours?

    /// A drawing of `bars` on the nodes of `cluster`.
    init(_ cluster: Cluster, bars: [TaskBar], end: Double, colours: KindColours? = nil) {
        nodes = cluster.nodes.map(\.name)
        cores = cluster.nodes.map(\.cores)
        (self.bars, self.end, self.colours) = (bars, end, colours)
    }

    /// Rows of bars, and bars, that can be told apart.
    private static let (mostLanes, mostBars) = (160, 4_000)
    /// Rows of nodes, where there are more they are put together.
    private static let mostRows = 100
    private static let (left, right, width) = (110.0, 1030.0, 1040.0)

    /// The row of each bar, with as few rows for a node as its tasks at one moment need; and the rows before each node.
    ///
    /// First fit by start (the interval graph's clique number is reached).
    private func lanes() -> (ofBar: [Int], before: [Int]) {
        var ofBar = [Int](repeating: 0, count: bars.count)
        var ends = [[Double]](repeating: [], count: nodes.count)
        for bar in bars.indices.sorted(by: { (bars[$0].placed, $0) < (bars[$1].placed, $1) }) {
            let node = bars[bar].node
            if let lane = ends[node].firstIndex(where: { $0 <= bars[bar].placed }) {
                ofBar[bar] = lane
                ends[node][lane] = bars[bar].end
            } else {
                ofBar[bar] = ends[node].count
                ends[node].append(bars[bar].end)
            }
        }
        let before = ends.reduce(into: [0]) { $0.append($0[$0.count - 1] + max($1.count, 1)) }
        return (ofBar, before)
    }

    /// The drawing, and whether it shows single tasks.
    func svg() -> (text: String, showsTasks: Bool) {
        let (ofBar, before) = lanes()
        guard before[nodes.count] <= Self.mostLanes, bars.count <= Self.mostBars else { return (strips(), false) }
        return (barChart(ofBar, before), true)
    }

    /// The drawing of one workflow's run, with what it shows in words.
    func captioned() -> (svg: String, caption: String) {
        let drawn = svg()
        return (
            drawn.text,
            drawn.showsTasks
                ? "A bar for each task, its colour the kind; those that the end hangs on have a frame."
                : "How full each node is: the darker, the more of its cores are held."
        )
    }

    private func barChart(_ lanes: [Int], _ before: [Int]) -> String {
        let count = Double(before[nodes.count])
        let height = count <= 24 ? 18.0 : count <= 64 ? 9 : 5
        let bottom = count * height + Double(nodes.count) * 4 + 10
        let colours = colours ?? KindColours(bars)
        let entries =
            colours.kinds.enumerated().map { ("bar\($0)", $1) } + (colours.hasOthers ? [("bar6", "others")] : [])
        var svg = SVG(width: Self.width, height: bottom + 44 + Double((entries.count + 3) / 4) * 20)
        let across = axis(&svg, bottom)
        func top(_ node: Int, _ lane: Int) -> Double { Double(before[node] + lane) * height + Double(node) * 4 + 8 }
        for (node, name) in nodes.enumerated() {
            svg.line(Self.left, top(node, 0) - 2, Self.right, top(node, 0) - 2, class: "grid")
            let middle = (top(node, 0) + top(node, before[node + 1] - before[node])) / 2
            if height * Double(before[node + 1] - before[node]) >= 9 || node % 2 == 0 {
                svg.text(Formatting.shortened(name, to: 14), Self.left - 8, middle + 4, anchor: "end", title: name)
            }
        }
        for (place, bar) in bars.enumerated() {
            draw(bar, at: top(bar.node, lanes[place]), height, across, colours, on: &svg)
        }
        legend(entries, from: bottom + 50, on: &svg)
        return svg.text(describedAs: "\(bars.count) tasks on \(nodes.count) nodes over time")
    }

    private func draw(
        _ bar: TaskBar, at y: Double, _ height: Double, _ across: Scale, _ colours: KindColours, on svg: inout SVG
    ) {
        let color = colours.name(of: bar.kind)
        let (placed, start, end) = (across(bar.placed), across(bar.start), across(bar.end))
        let title =
            "\(bar.name) on \(nodes[bar.node]): \(Formatting.seconds(bar.start)) to \(Formatting.seconds(bar.end))"
        if start - placed > 0.3 {
            svg.rectangle(placed, y, start - placed, height - 2, class: "\(color) transfer", title: "\(bar.name) waits")
        }
        svg.rectangle(
            start, y, max(end - start, 0.6), height - 2, class: bar.isOnChain ? "\(color) chain" : color, title: title)
        let room = Int((end - start - 6) / 5.8)
        if height >= 14, room >= 4 {
            svg.text(Formatting.shortened(bar.name, to: room), start + 3, y + 12, class: "onbar")
        }
    }

    private func legend(_ entries: [(style: String, name: String)], from y: Double, on svg: inout SVG) {
        for (place, entry) in entries.enumerated() {
            let (x, y) = (Self.left + Double(place % 4) * 235, y + Double(place / 4) * 20)
            svg.rectangle(x, y - 10, 12, 12, class: entry.style)
            svg.text(Formatting.shortened(entry.name, to: 30), x + 18, y, title: entry.name)
        }
    }

    private func axis(_ svg: inout SVG, _ bottom: Double) -> Scale {
        let across = Scale(domain: 0...max(end, .leastNormalMagnitude), to: (Self.left, Self.right))
        for tick in TimeTicks(to: end, count: 8).ticks {
            svg.line(across(tick.seconds), 4, across(tick.seconds), bottom, class: "grid")
            let isLast = across(tick.seconds) > Self.right - 15
            svg.text(tick.label, across(tick.seconds), bottom + 16, anchor: isLast ? "end" : "middle")
        }
        return across
    }

    /// How full nodes are over time: darker is fuller.
    private func strips() -> String {
        let perRow = (nodes.count + Self.mostRows - 1) / Self.mostRows
        let rows = (nodes.count + perRow - 1) / perRow
        let height = max(5, min(14, 480 / Double(rows)))
        let bottom = Double(rows) * height + 10
        var svg = SVG(width: Self.width, height: bottom + 44)
        let across = axis(&svg, bottom)
        let columns = 460
        for row in 0..<rows {
            let members = row * perRow..<min((row + 1) * perRow, nodes.count)
            let y = Double(row) * height + 6
            if row % max(1, Int((14 / height).rounded(.up))) == 0 {
                svg.text(Formatting.shortened(nodes[members.lowerBound], to: 14), Self.left - 8, y + 8, anchor: "end")
            }
            let total = members.reduce(0) { $0 + cores[$1] }
            let held = Occupation(
                bars.filter { members.contains($0.node) }, end: end, columns: columns, weight: \.cores)
            // In steps of an eighth, so that equal columns beside each other are one rectangle.
            let levels = held.means.map { min(8, Int(($0 / total * 8).rounded(.up))) }
            for run in runs(of: levels) where levels[run.lowerBound] > 0 {
                let (from, to) = (Double(run.lowerBound) / Double(columns), Double(run.upperBound) / Double(columns))
                svg.rectangle(
                    across(from * end), y, across(to * end) - across(from * end), height - 1,
                    class: "full level\(levels[run.lowerBound])")
            }
        }
        let what = perRow > 1 ? "\(perRow) nodes a row" : "a row each"
        return svg.text(describedAs: "how full \(nodes.count) nodes are over time, \(what)")
    }

    /// Places beside each other that hold the same.
    private func runs(of levels: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for place in levels.indices {
            if let last = runs.last, levels[last.lowerBound] == levels[place] {
                runs[runs.count - 1] = last.lowerBound..<place + 1
            } else {
                runs.append(place..<place + 1)
            }
        }
        return runs
    }
}
