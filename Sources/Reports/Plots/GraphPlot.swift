import Foundation
import Workflows

/// A workflow from left to right, those tasks coloured that hold it back: the stronger, the more.
struct GraphPlot {
    var graph: WorkflowGraph
    var names: [String]
    var kinds: [String]
    /// Seconds that each task delays the end.
    var delays: [Double]
    /// Those that the end hangs on.
    var chain: Set<Int>

    /// Colours of delays.
    private static let heats = 4
    private static let (left, right, width) = (12.0, 1028.0, 1040.0)
    private static let mostHeight = 720.0

    /// The drawing, and whether it shows single tasks.
    func svg() -> (text: String, showsTasks: Bool) {
        let layout = GraphLayout(graph, kinds: kinds)
        let step = (Self.right - Self.left) / Double(max(layout.columns, 1))
        let pitch = max(4, min(28, Self.mostHeight / Double(max(layout.rows, 1))))
        let size = (width: min(150, step * 0.68), height: pitch * 0.76)
        // In a single row of narrow boxes the names stand below them.
        let bottom = Double(layout.rows) * pitch + (layout.rows == 1 && size.width < 34 ? 110 : 12)
        var svg = SVG(width: Self.width, height: bottom + 34)
        let heights = layout.heights
        func corner(_ box: Int) -> (x: Double, y: Double) {
            (
                Self.left + (Double(layout.boxes[box].column) + 0.5) * step - size.width / 2,
                8 + heights[box] * pitch
            )
        }
        let onChain = layout.boxes.map { $0.tasks.contains(where: chain.contains) }
        let links = linked(layout)
        for isStrong in [false, true] {
            for edge in layout.edges where links.contains([edge.from, edge.to]) == isStrong {
                let (from, to) = (corner(edge.from), corner(edge.to))
                let middle = size.height / 2
                svg.curve(
                    from.x + size.width, from.y + middle, to.x, to.y + middle,
                    class: isStrong ? "edge on" : "edge many\(Self.weight(edge.count))")
            }
        }
        for box in layout.boxes.indices {
            draw(layout.boxes[box], corner(box), size, onChain[box], isAlone: layout.rows == 1, on: &svg)
        }
        legend(at: bottom + 20, on: &svg)
        let what = layout.showsTasks ? "\(names.count) tasks" : "\(names.count) tasks in \(layout.boxes.count) groups"
        return (
            svg.text(describedAs: "\(what) and what they wait for; those that hold the run back are coloured"),
            layout.showsTasks
        )
    }

    /// Boxes of tasks of the chain of which the one waits for the other.
    private func linked(_ layout: GraphLayout) -> Set<[Int]> {
        Set(
            chain.flatMap { child in
                graph.parents(of: child).filter(chain.contains).map { [layout.boxOf[$0], layout.boxOf[child]] }
            })
    }

    /// Dependencies of how many tasks: 0 for one, up to 3 for a thousand and more.
    private static func weight(_ count: Int) -> Int { min(3, String(count).count - 1) }

    private func heat(_ delay: Double) -> Int {
        let most = delays.max() ?? 0
        guard delay > 0, most > 0 else { return 0 }
        return min(Self.heats, Int(delay / most * Double(Self.heats)) + 1)
    }

    private func draw(
        _ box: GraphLayout.Box, _ corner: (x: Double, y: Double), _ size: (width: Double, height: Double),
        _ isOnChain: Bool, isAlone: Bool, on svg: inout SVG
    ) {
        let worst = box.tasks.max { delays[$0] < delays[$1] } ?? box.tasks[0]
        let heat = heat(delays[worst])
        let isOne = box.tasks.count == 1
        // Dependencies pass behind it.
        if (1..<Self.heats).contains(heat) {
            svg.rectangle(corner.x, corner.y, size.width, size.height, class: "ground")
        }
        let kind = Set(box.tasks.map { kinds[$0] }).count == 1 ? kinds[box.tasks[0]] : "others"
        let name = isOne ? names[box.tasks[0]] : "\(kind) × \(box.tasks.count)"
        let delay = delays[worst] > 0 ? ", \(names[worst]) delays the end by \(Formatting.seconds(delays[worst]))" : ""
        svg.rectangle(
            corner.x, corner.y, size.width, size.height, class: "heat\(heat)" + (isOnChain ? " chain" : ""),
            title: name + delay)
        let label = isOne ? TaskSpec.lastPart(ofName: name) : name
        let room = Int((size.width - 8) / 6.4)
        if size.height >= 12, room >= 4 {
            svg.text(
                Formatting.shortened(label, to: room), corner.x + 4, corner.y + size.height / 2 + 3.5,
                class: heat > 2 ? "onbar" : "inbox")
        } else if isAlone {
            svg.turnedText(
                Formatting.shortened(label, to: 16), corner.x + size.width / 2 + 4, corner.y + size.height + 56)
        }
    }

    private func legend(at y: Double, on svg: inout SVG) {
        var x = Self.left
        func entry(_ styles: [String], _ text: String) {
            for style in styles {
                svg.rectangle(x, y - 10, 12, 12, class: style)
                x += 14
            }
            svg.text(text, x + 4, y)
            x += 30 + 6.6 * Double(text.count)
        }
        if delays.contains(where: { $0 > 0 }) {
            entry((1...Self.heats).map { "heat\($0)" }, "delays the end, the stronger the more")
        }
        entry(["heat0 chain"], "the end hangs on it")
        entry(["heat0"], "neither")
    }
}
