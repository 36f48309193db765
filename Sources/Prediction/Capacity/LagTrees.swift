import Kernels

/// Boosted regression trees on binned features: small, stochastic, and quick enough to be grown anew as a series goes on.
///
/// They keep the absolute error small, so that a few wild values do not carry them away. Each round draws two fifths of the
/// rows and of the features, grows a tree of up to twelve leaves on the signs of what the trees before leave of the target,
/// the leaf first whose split gains most, and adds 0.07 of the median of what they leave in each leaf (Friedman, "Greedy
/// Function Approximation: A Gradient Boosting Machine", 2001, section 4.3, and "Stochastic Gradient Boosting", 2002). With G
/// the sum of signs and n the rows of a leaf, a split gains G₁² / (n₁ + 1) + G₂² / (n₂ + 1) - G² / (n + 1) (Chen and
/// Guestrin, "XGBoost", 2016, equation 7 with λ = 1).
struct LagTrees: Sendable {
    /// A node; a leaf has the feature -1, and its value in `threshold`.
    struct Node: Sendable {
        var feature: Int32
        /// The bin up to which rows go to the node at `next`, others to the one behind it.
        var bin: Int32 = 0
        var next: Int32 = 0
        /// The largest value of that bin.
        var threshold: Double
    }

    private static let rounds = 100
    private static let rate = 0.07
    /// Share of the rows, and of the features, that a tree is grown on.
    private static let sample = 0.4
    /// Features that are looked at where there are as many: among few, those that go together would seldom meet.
    private static let leastFeatures = 8

    private var nodes: [Node] = []
    private var roots: [Int] = []
    private let start: Double

    /// Grows trees on `columns`, p features of n values, towards `targets` [n].
    init(_ columns: [[Double]], targets: [Double], seed: UInt64) {
        let n = targets.count
        let start = median(ofSorted: targets.sorted())
        self.start = start
        let features = BinnedFeatures(columns)
        var grower = LagTreeGrower(rows: n)
        var residuals = targets.map { $0 - start }
        var generator = SeededGenerator(seed: seed)
        var order = (0..<n).map(Int32.init)
        var choice = features.varying
        let sampled = Int(Double(n) * Self.sample)
        let chosen = min(max(Int(Double(choice.count) * Self.sample), Self.leastFeatures), choice.count)
        for _ in 0..<Self.rounds {
            // The first places of a shuffle are a sample.
            for place in 0..<sampled { order.swapAt(place, place + Int(generator.next() % UInt64(n - place))) }
            for place in 0..<chosen {
                choice.swapAt(place, place + Int(generator.next() % UInt64(choice.count - place)))
            }
            roots.append(nodes.count)
            let tree = grower.grow(order[..<sampled], on: choice[..<chosen], residuals, features, rate: Self.rate)
            features.subtract(tree, from: &residuals)
            // Places in the tree become places among all nodes.
            let first = Int32(nodes.count)
            nodes += tree.map { node in
                var node = node
                node.next += first
                return node
            }
        }
    }

    /// The answer for a row of features [p].
    func callAsFunction(_ row: [Double]) -> Double {
        var sum = start
        for root in roots {
            var node = nodes[root]
            while node.feature >= 0 {
                node = nodes[Int(node.next) + (row[Int(node.feature)] <= node.threshold ? 0 : 1)]
            }
            sum += node.threshold
        }
        return sum
    }
}

/// Columns of features as the bins that their values fall into.
struct BinnedFeatures {
    /// Bins of a column at the most.
    static let bins = 32
    /// Values that the bounds of a column are taken from at the most.
    private static let sketch = 1024

    /// One column of n bins behind the other.
    let bins: [UInt8]
    /// The largest value of each bin of each column.
    let bounds: [[Double]]
    /// Rows.
    let count: Int
    /// The columns with more than one bin.
    let varying: [Int]

    init(_ columns: [[Double]]) {
        count = columns.first?.count ?? 0
        let bounds = columns.map(Self.bounds)
        varying = columns.indices.filter { bounds[$0].count > 1 }
        var bins: [UInt8] = []
        bins.reserveCapacity(columns.count * count)
        for (column, bounds) in zip(columns, bounds) {
            for value in column { bins.append(Self.bin(of: value, bounds)) }
        }
        (self.bounds, self.bins) = (bounds, bins)
    }

    /// The first bin whose largest value is not below `value`, else the last.
    private static func bin(of value: Double, _ bounds: [Double]) -> UInt8 {
        var (low, high) = (0, bounds.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if value <= bounds[middle] { high = middle } else { low = middle + 1 }
        }
        return UInt8(low)
    }

    /// Quantiles of `column`; of a long one, of values that lie evenly in it. What is above the last counts to its bin.
    private static func bounds(_ column: [Double]) -> [Double] {
        let stride = max(column.count / sketch, 1)
        let sorted = Swift.stride(from: 0, to: column.count, by: stride).map { column[$0] }.sorted()
        var bounds: [Double] = []
        for bin in 1...bins {
            let bound = sorted[max(sorted.count * bin / bins - 1, 0)]
            if bound != bounds.last { bounds.append(bound) }
        }
        return bounds
    }

    /// Takes what `tree` answers for each row from `residuals` [n].
    func subtract(_ tree: [LagTrees.Node], from residuals: inout [Double]) {
        let (nodes, bins, count) = (tree.span, bins.span, count)
        var residuals = residuals.mutableSpan
        for row in 0..<count {
            var node = nodes[0]
            while node.feature >= 0 {
                let isBelow = Int32(bins[Int(node.feature) * count + row]) <= node.bin
                node = nodes[Int(node.next) + (isBelow ? 0 : 1)]
            }
            residuals[row] -= node.threshold
        }
    }
}
