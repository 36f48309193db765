import Kernels

/// Grows one tree after the other on the same rows.
struct TreeGrower: Sendable {
    /// p features of n values, one feature behind the other.
    private let values: [Float]
    private let targets: [Float]
    /// The features that vary at all; the others are never looked at.
    private let varying: [Int32]
    /// The rows of the tree that grows, those of a node side by side.
    private var rows: [Int32] = []
    /// Nodes that may be split.
    private var open: [Open] = []
    /// The features that vary in nodes that have been split, as long as a part of them is open.
    private var features: [Int32] = []
    private var scratch: Scratch

    /// The rows of the node that is split: what one feature is there, side by side, and before the target of each a zero.
    private struct Scratch: Sendable {
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
        var range: Range<Int>
        /// The sum of the targets, in the order of the rows.
        var total: Double
        /// Where the features stand that vary in the node it is a part of: no other varies here.
        var features: Range<Int>
        /// The split that it is a side of; -1 for the first node of a tree.
        var parent: Int
        var isLeft: Bool
    }

    private struct Split {
        var feature: Int
        var threshold: Float
        var gain: Double
    }

    /// Adds the splits of a tree over `sample` behind those that are there.
    mutating func grow(
        _ sample: [Int32], into splits: inout [ExtraTrees.Split], using generator: inout SeededGenerator,
        _ work: inout FitWork
    ) -> ExtraTrees.Root {
        rows = sample
        features = varying
        work.countTree()
        let all = mean(rows.indices, features.indices, parent: -1, isLeft: false)
        var root = ExtraTrees.Root(mean: all, split: -1)
        while let node = open.popLast() {
            // Those behind were of parts that are done.
            features.removeLast(features.count - node.features.upperBound)
            work.spend(Self.nodeUnits + node.features.count * (Self.featureUnits + Self.rowUnits * node.range.count))
            guard let found = bestSplit(node, using: &generator) else { continue }
            let varying = node.features.upperBound..<features.count
            let middle = partition(node.range, by: found)
            let place = splits.count
            switch (node.parent, node.isLeft) {
            case (..<0, _): root.split = Int32(place)
            case (let parent, true): splits[parent].left = Int32(place)
            case (let parent, false): splits[parent].right = Int32(place)
            }
            var split = ExtraTrees.Split(
                feature: Int32(found.feature), threshold: found.threshold, count: Float(node.range.count))
            split.leftMean = mean(node.range.lowerBound..<middle, varying, parent: place, isLeft: true)
            split.rightMean = mean(middle..<node.range.upperBound, varying, parent: place, isLeft: false)
            splits.append(split)
        }
        return root
    }

    /// What a node takes, a feature in it, and a row of that, in units of ``FitWork``.
    private static let (nodeUnits, featureUnits, rowUnits) = (90, 18, 2)

    /// The mean of the rows in `range`, which is split later if their targets differ.
    private mutating func mean(_ range: Range<Int>, _ features: Range<Int>, parent: Int, isLeft: Bool) -> Float {
        let (total, isPure) = sum(range)
        if !isPure {
            open.append(Open(range: range, total: total, features: features, parent: parent, isLeft: isLeft))
        }
        return Float(total / Double(max(range.count, 1)))
    }

    /// The sum of the targets in `range`, and whether all are the same.
    private func sum(_ range: Range<Int>) -> (total: Double, isPure: Bool) {
        let (rows, targets) = (rows.span.extracting(range), targets.span)
        guard rows.count > 0 else { return (0, true) }
        let first = targets[Int(rows[0])]
        var (total, isPure) = (0.0, true)
        for place in rows.indices {
            let target = targets[Int(rows[place])]
            total += Double(target)
            if target != first { isPure = false }
        }
        return (total, isPure)
    }

    /// The split, one threshold at random for each feature, that lowers the squared error most; nil where no feature varies.
    ///
    /// Puts the features that vary in the node behind ``features``.
    private mutating func bestSplit(_ node: Open, using generator: inout SeededGenerator) -> Split? {
        if node.range.count == 2 { return bestSplitOfTwo(node, using: &generator) }
        Self.pad(targets, rows, node.range, into: &scratch.targets)
        var best: Split?
        for place in node.features {
            let feature = features[place]
            let (low, high) = Self.gather(
                values, Int(feature) * targets.count, rows, node.range, into: &scratch.values)
            guard low < high else { continue }
            features.append(feature)
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

    /// The same of two rows, each of which becomes a side: every third node has no more.
    private mutating func bestSplitOfTwo(_ node: Open, using generator: inout SeededGenerator) -> Split? {
        let (one, other) = (Int(rows[node.range.lowerBound]), Int(rows[node.range.lowerBound + 1]))
        let ofSides = (Double(targets[one]), Double(targets[other]))
        var best: Split?
        for place in node.features {
            let feature = features[place]
            let start = Int(feature) * targets.count
            let (a, b) = (values[start + one], values[start + other])
            guard a != b else { continue }
            features.append(feature)
            let (low, high) = a < b ? (a, b) : (b, a)
            guard (high - low).isFinite else { continue }
            let threshold = min(low + generator.uniform() * (high - low), high.nextDown)
            let left = a < b ? ofSides.0 : ofSides.1
            let difference = left - (node.total - left)
            let gain = difference * difference
            if best.map({ gain > $0.gain }) ?? true {
                best = Split(feature: Int(feature), threshold: threshold, gain: gain)
            }
        }
        return best
    }

    /// Puts the targets of the rows in `range` side by side, each behind a zero.
    private static func pad(_ targets: [Float], _ rows: [Int32], _ range: Range<Int>, into padded: inout [Double]) {
        let (targets, rows) = (targets.span, rows.span.extracting(range))
        var padded = padded.mutableSpan
        for place in rows.indices { padded[2 * place + 1] = Double(targets[Int(rows[place])]) }
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
