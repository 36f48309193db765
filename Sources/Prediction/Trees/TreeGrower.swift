import Kernels

/// Grows one tree after the other on the same rows.
struct TreeGrower {
    /// p features of n values, one feature behind the other.
    private let values: [Float]
    private let targets: [Float]
    /// The features that vary at all; the others are never looked at.
    private let varying: [Int32]
    /// The rows of the tree that grows, those of a node side by side.
    private var rows: [Int32] = []
    private var scratch: Scratch

    /// The rows of the node that is split: what one feature is there, side by side, and before the target of each a zero.
    private struct Scratch {
        var values: [Float]
        var targets: [Double]
    }

    init(columns: [[Float]], targets: [Float]) {
        values = Array(columns.joined())
        self.targets = targets
        varying = columns.indices.filter { feature in
            columns[feature].contains { $0 != columns[feature][0] }
        }.map(Int32.init)
        scratch = Scratch(values: targets, targets: [Double](repeating: 0, count: 2 * targets.count))
    }

    /// A node that may be split.
    private struct Open {
        var place: Int
        var range: Range<Int>
        /// The sum of the targets, in the order of the rows.
        var total: Double
        /// The features that vary in the node it is a part of: no other varies here.
        var features: [Int32]
    }

    private struct Split {
        var feature: Int
        var threshold: Float
        var gain: Double
    }

    /// Adds the nodes of a tree over `sample` behind those that are there.
    mutating func grow(_ sample: [Int32], into nodes: inout [ExtraTrees.Node], using generator: inout SeededGenerator) {
        rows = sample
        var open: [Open] = []
        /// Adds the node of `range`, to be split if its targets differ.
        func add(_ range: Range<Int>, _ features: [Int32]) {
            let (total, isPure) = sum(range)
            nodes.append(
                ExtraTrees.Node(
                    feature: -1, threshold: 0, left: -1, count: Float(range.count),
                    mean: Float(total / Double(max(range.count, 1)))))
            guard !isPure else { return }
            open.append(Open(place: nodes.count - 1, range: range, total: total, features: features))
        }
        add(rows.indices, varying)
        while let node = open.popLast() {
            var features: [Int32] = []
            guard let split = bestSplit(node, varying: &features, using: &generator) else { continue }
            let middle = partition(node.range, by: split)
            nodes[node.place].feature = Int32(split.feature)
            nodes[node.place].threshold = split.threshold
            nodes[node.place].left = Int32(nodes.count)
            add(node.range.lowerBound..<middle, features)
            add(middle..<node.range.upperBound, features)
        }
    }

    /// The sum of the targets in `range`, and whether all are the same.
    private func sum(_ range: Range<Int>) -> (total: Double, isPure: Bool) {
        let (rows, targets) = (rows.span, targets.span)
        guard let first = range.first.map({ targets[Int(rows[$0])] }) else { return (0, true) }
        var (total, isPure) = (0.0, true)
        for place in range {
            let target = targets[Int(rows[place])]
            total += Double(target)
            if target != first { isPure = false }
        }
        return (total, isPure)
    }

    /// The split, one threshold at random for each feature, that lowers the squared error most; nil where no feature varies.
    ///
    /// - Parameter varying: becomes the features that vary in the node.
    private mutating func bestSplit(
        _ node: Open, varying: inout [Int32], using generator: inout SeededGenerator
    ) -> Split? {
        for (place, row) in rows[node.range].enumerated() { scratch.targets[2 * place + 1] = Double(targets[Int(row)]) }
        var best: Split?
        for feature in node.features {
            let (low, high) = Self.gather(
                values, Int(feature) * targets.count, rows, node.range, into: &scratch.values)
            guard low < high else { continue }
            varying.append(feature)
            guard (high - low).isFinite else { continue }
            // Below `high`, so that both sides have a row.
            let threshold = min(low + generator.uniform() * (high - low), high.nextDown)
            let gain = gain(of: threshold, count: node.range.count, total: node.total)
            if best.map({ gain > $0.gain }) ?? true {
                best = Split(feature: Int(feature), threshold: threshold, gain: gain)
            }
        }
        return best
    }

    /// Puts the values behind `start` of the rows in `range` side by side; the least and the largest of them.
    private static func gather(
        _ values: [Float], _ start: Int, _ rows: [Int32], _ range: Range<Int>, into kept: inout [Float]
    ) -> (low: Float, high: Float) {
        let (values, rows) = (values.span, rows.span.extracting(range))
        var kept = kept.mutableSpan
        var (low, high) = (Float.infinity, -Float.infinity)
        for place in rows.indices {
            let value = values[start + Int(rows[place])]
            kept[place] = value
            low = value < low ? value : low
            high = value > high ? value : high
        }
        return (low, high)
    }

    /// By how much a split of the `count` values that stand side by side lowers the squared error, but for a constant.
    private func gain(of threshold: Float, count: Int, total: Double) -> Double {
        let values = scratch.values.span.extracting(0..<count)
        let targets = scratch.targets.span.extracting(0..<2 * count)
        var (sum, left) = (0.0, 0)
        for place in values.indices {
            // An index instead of a branch, which would be taken as often as not.
            let isLeft = values[place] <= threshold ? 1 : 0
            sum += targets[2 * place + isLeft]
            left += isLeft
        }
        let (few, others) = (Double(left), Double(count - left))
        let difference = sum / few - (total - sum) / others
        return few * others * difference * difference
    }

    /// Brings the rows of `range` that go left before the others; where those begin.
    private mutating func partition(_ range: Range<Int>, by split: Split) -> Int {
        let start = split.feature * targets.count
        var middle = range.lowerBound
        for place in range where values[start + Int(rows[place])] <= split.threshold {
            rows.swapAt(place, middle)
            middle += 1
        }
        return middle
    }
}
