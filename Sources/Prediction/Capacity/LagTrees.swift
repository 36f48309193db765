import Kernels

/// Boosted regression trees on binned features: small, stochastic, and quick enough to be grown anew as a series goes on.
///
/// They keep the absolute error small, so that a few wild values do not carry them away. Each round draws two fifths of the
/// rows, grows a tree of up to twelve leaves on the signs of what the trees before leave of the target, the leaf first whose
/// split gains most, and adds 0.07 of the median of what they leave in each leaf (Friedman, "Greedy Function Approximation:
/// A Gradient Boosting Machine", 2001, section 4.3, and "Stochastic Gradient Boosting", 2002). With G the sum of signs and n
/// the rows of a leaf, a split gains G₁² / (n₁ + 1) + G₂² / (n₂ + 1) - G² / (n + 1) (Chen and Guestrin, "XGBoost", 2016,
/// equation 7 with λ = 1).
struct LagTrees: Sendable {
    /// A node; a leaf has the feature -1, and its value in `threshold`.
    private struct Node: Sendable {
        var feature: Int
        /// Rows at or below go to the node at `next`, others to the one behind it.
        var threshold: Double
        var next = 0
    }

    private static let rounds = 100
    private static let leaves = 12
    private static let bins = 32
    private static let rate = 0.07
    private static let sample = 0.4
    private static let leastRows = 20

    private var nodes: [Node] = []
    private var roots: [Int] = []
    private let start: Double

    /// Grows trees on `columns`, p features of n values, towards `targets` [n].
    init(_ columns: [[Double]], targets: [Double], seed: UInt64) {
        let n = targets.count
        let start = median(ofSorted: targets.sorted())
        self.start = start
        let binned = columns.map(Self.binned)
        var residuals = targets.map { $0 - start }
        var generator = SeededGenerator(seed: seed)
        var order = Array(0..<n)
        let sampled = Int(Double(n) * Self.sample)
        for _ in 0..<Self.rounds {
            // The first places of a shuffle are a sample.
            for place in 0..<sampled { order.swapAt(place, place + Int(generator.next() % UInt64(n - place))) }
            let first = nodes.count
            roots.append(first)
            let signs = residuals.map { $0 > 0 ? 1.0 : $0 < 0 ? -1 : 0 }
            let splits = grow(Array(order[..<sampled]), residuals, signs, binned)
            for row in 0..<n {
                var node = first
                while nodes[node].feature >= 0 {
                    let isBelow = Int(binned[nodes[node].feature].bins[row]) <= splits[node - first]
                    node = nodes[node].next + (isBelow ? 0 : 1)
                }
                residuals[row] -= nodes[node].threshold
            }
        }
    }

    /// A column as the bin that each value falls into, and the largest value of each bin.
    private static func binned(_ column: [Double]) -> (bins: [UInt8], bounds: [Double]) {
        let sorted = column.sorted()
        var bounds: [Double] = []
        for bin in 1...bins {
            let bound = sorted[max(sorted.count * bin / bins - 1, 0)]
            if bound != bounds.last { bounds.append(bound) }
        }
        let places = column.map { value in
            var (low, high) = (0, bounds.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if value <= bounds[middle] { high = middle } else { low = middle + 1 }
            }
            return UInt8(low)
        }
        return (places, bounds)
    }

    /// A leaf that may be split.
    private struct Leaf {
        var node: Int
        var rows: [Int]
        var split: (feature: Int, bin: Int, gain: Double)?
    }

    /// Adds a tree over `rows`; for each of its nodes, the bin up to which rows go left.
    private mutating func grow(
        _ rows: [Int], _ residuals: [Double], _ signs: [Double], _ binned: [(bins: [UInt8], bounds: [Double])]
    ) -> [Int] {
        let first = nodes.count
        func leaf(_ node: Int, _ rows: [Int]) -> Leaf {
            Leaf(node: node, rows: rows, split: Self.bestSplit(rows, signs, binned))
        }
        nodes.append(Node(feature: -1, threshold: Self.value(rows, residuals)))
        var splits = [0]
        var open = [leaf(first, rows)]
        for _ in 1..<Self.leaves {
            guard
                let place = open.indices.filter({ open[$0].split != nil }).max(by: { a, b in
                    (open[a].split?.gain ?? 0) < (open[b].split?.gain ?? 0)
                }), let split = open[place].split
            else { break }
            let parent = open.remove(at: place)
            let column = binned[split.feature]
            nodes[parent.node] = Node(
                feature: split.feature, threshold: column.bounds[split.bin], next: nodes.count)
            splits[parent.node - first] = split.bin
            let left = parent.rows.filter { Int(column.bins[$0]) <= split.bin }
            let right = parent.rows.filter { Int(column.bins[$0]) > split.bin }
            for rows in [left, right] {
                nodes.append(Node(feature: -1, threshold: Self.value(rows, residuals)))
                splits.append(0)
                open.append(leaf(nodes.count - 1, rows))
            }
        }
        return splits
    }

    private static func value(_ rows: [Int], _ residuals: [Double]) -> Double {
        rate * median(ofSorted: rows.map { residuals[$0] }.sorted())
    }

    private static func bestSplit(
        _ rows: [Int], _ signs: [Double], _ binned: [(bins: [UInt8], bounds: [Double])]
    ) -> (feature: Int, bin: Int, gain: Double)? {
        guard rows.count >= 2 * leastRows else { return nil }
        let total = rows.reduce(0) { $0 + signs[$1] }
        let whole = total * total / Double(rows.count + 1)
        var best: (feature: Int, bin: Int, gain: Double)?
        var sums = [Double](repeating: 0, count: bins)
        var counts = [Int](repeating: 0, count: bins)
        for (feature, column) in binned.enumerated() where column.bounds.count > 1 {
            for bin in column.bounds.indices { (sums[bin], counts[bin]) = (0, 0) }
            for row in rows {
                let bin = Int(column.bins[row])
                sums[bin] += signs[row]
                counts[bin] += 1
            }
            var (sum, count) = (0.0, 0)
            for bin in 0..<column.bounds.count - 1 {
                sum += sums[bin]
                count += counts[bin]
                let rest = rows.count - count
                guard count >= leastRows else { continue }
                guard rest >= leastRows else { break }
                let gain =
                    sum * sum / Double(count + 1) + (total - sum) * (total - sum) / Double(rest + 1) - whole
                if gain > (best?.gain ?? 0) { best = (feature, bin, gain) }
            }
        }
        return best
    }

    /// The answer for a row of features [p].
    func callAsFunction(_ row: [Double]) -> Double {
        var sum = start
        for root in roots {
            var node = nodes[root]
            while node.feature >= 0 { node = nodes[node.next + (row[node.feature] <= node.threshold ? 0 : 1)] }
            sum += node.threshold
        }
        return sum
    }
}
