import Kernels

/// Grows one tree after the other on the same rows.
struct TreeGrower {
    /// p features of n values.
    private let columns: [[Float]]
    private let targets: [Float]
    /// The rows of the tree that grows, those of a node side by side.
    private var rows: [Int32] = []

    init(columns: [[Float]], targets: [Float]) {
        self.columns = columns
        self.targets = targets
    }

    private struct Span {
        var place: Int
        var range: Range<Int>
    }

    private struct Split {
        var feature: Int
        var threshold: Float
        var gain: Double
    }

    /// Adds the nodes of a tree over `sample` behind those that are there.
    mutating func grow(_ sample: [Int32], into nodes: inout [ExtraTrees.Node], using generator: inout SeededGenerator) {
        rows = sample
        nodes.append(leaf(rows.indices))
        var open = [Span(place: nodes.count - 1, range: rows.indices)]
        while let span = open.popLast() {
            guard span.range.count >= 2, let split = bestSplit(span.range, using: &generator) else { continue }
            let middle = partition(span.range, by: split)
            let left = nodes.count
            nodes[span.place].feature = Int32(split.feature)
            nodes[span.place].threshold = split.threshold
            nodes[span.place].left = Int32(left)
            let halves = [span.range.lowerBound..<middle, middle..<span.range.upperBound]
            for half in halves { nodes.append(leaf(half)) }
            for (place, half) in halves.enumerated() { open.append(Span(place: left + place, range: half)) }
        }
    }

    private func leaf(_ range: Range<Int>) -> ExtraTrees.Node {
        var sum = 0.0
        for place in range { sum += Double(targets[Int(rows[place])]) }
        return ExtraTrees.Node(
            feature: -1, threshold: 0, left: -1, count: Float(range.count),
            mean: Float(sum / Double(max(range.count, 1))))
    }

    /// The split, one threshold at random for each feature, that lowers the squared error most; nil where no feature varies
    /// or the targets are all the same.
    private func bestSplit(_ range: Range<Int>, using generator: inout SeededGenerator) -> Split? {
        let first = targets[Int(rows[range.lowerBound])]
        guard range.contains(where: { targets[Int(rows[$0])] != first }) else { return nil }
        var total = 0.0
        for place in range { total += Double(targets[Int(rows[place])]) }
        var best: Split?
        for feature in columns.indices {
            guard let split = split(feature, range, total: total, using: &generator) else { continue }
            if best.map({ split.gain > $0.gain }) ?? true { best = split }
        }
        return best
    }

    private func split(
        _ feature: Int, _ range: Range<Int>, total: Double, using generator: inout SeededGenerator
    ) -> Split? {
        let column = columns[feature]
        var (low, high) = (Float.infinity, -Float.infinity)
        for place in range {
            let value = column[Int(rows[place])]
            low = min(low, value)
            high = max(high, value)
        }
        guard low < high, (high - low).isFinite else { return nil }
        // Below `high`, so that both sides have a row.
        let threshold = min(low + generator.uniform() * (high - low), high.nextDown)
        var (sum, count) = (0.0, 0)
        for place in range {
            let row = Int(rows[place])
            if column[row] <= threshold {
                sum += Double(targets[row])
                count += 1
            }
        }
        let (left, right) = (Double(count), Double(range.count - count))
        let difference = sum / left - (total - sum) / right
        return Split(feature: feature, threshold: threshold, gain: left * right * difference * difference)
    }

    /// Brings the rows of `range` that go left before the others; where those begin.
    private mutating func partition(_ range: Range<Int>, by split: Split) -> Int {
        let column = columns[split.feature]
        var middle = range.lowerBound
        for place in range where column[Int(rows[place])] <= split.threshold {
            rows.swapAt(place, middle)
            middle += 1
        }
        return middle
    }
}
