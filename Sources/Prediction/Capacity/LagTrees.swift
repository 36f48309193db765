import Kernels

/// Boosted regression trees on binned features: small, stochastic, and quick enough to be grown anew as a series goes on.
///
/// They keep the absolute error small, so that a few wild values do not carry them away. Each round draws two fifths of the
/// rows and of the features, grows a tree of up to twelve leaves on the signs of what the trees before leave of the target,
/// the leaf first whose split gains most, and adds a tenth of the median of what they leave in each leaf (Friedman, "Greedy
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

    private static let rounds = 70
    private static let rate = 0.1
    /// Share of the rows, and of the features, that a tree is grown on.
    private static let sample = 0.4
    /// Features that are looked at where there are as many: among few, those that go together would seldom meet.
    private static let leastFeatures = 8

    private var nodes: [Node] = []
    private var roots: [Int] = []
    private let start: Double

    /// Grows trees on `columns`, p features of n values, towards `targets` [n].
    init(_ columns: [[Double]], targets: [Double], seed: UInt64) {
        self.init(BinnedFeatures(columns), reading: columns.count, targets: targets, seed: seed)
    }

    /// Grows trees on the first p of `features`, towards `targets` [n].
    init(_ features: BinnedFeatures, reading p: Int, targets: [Double], seed: UInt64) {
        let n = targets.count
        let start = median(ofSorted: targets.sorted())
        self.start = start
        let sampled = min(Int(Double(n) * Self.sample), LagTreeGrower.limit)
        var grower = LagTreeGrower(features, sample: sampled)
        var residuals = targets.map { $0 - start }
        var generator = SeededGenerator(seed: seed)
        var order = (0..<n).map(Int32.init)
        var choice = features.varying.filter { $0 < p }
        let chosen = min(max(Int(Double(choice.count) * Self.sample), Self.leastFeatures), choice.count)
        for _ in 0..<Self.rounds {
            // The first places of a shuffle are a sample.
            for place in 0..<sampled { order.swapAt(place, place + generator.place(below: n - place)) }
            for place in 0..<chosen { choice.swapAt(place, place + generator.place(below: choice.count - place)) }
            let tree = grower.grow(order[..<sampled], on: choice[..<chosen], residuals, rate: Self.rate)
            features.subtract(tree, from: &residuals)
            // Places in the tree become places among all nodes.
            let first = Int32(nodes.count)
            roots.append(nodes.count)
            for var node in tree {
                node.next += first
                nodes.append(node)
            }
        }
    }

    /// The answer for a row of features, of which the first p count.
    func callAsFunction(_ row: [Double]) -> Double {
        let (nodes, row) = (nodes.span, row.span)
        var sum = start
        for root in roots {
            var node = nodes[root]
            while node.feature >= 0 {
                node = nodes[Int(node.next) &+ (row[Int(node.feature)] <= node.threshold ? 0 : 1)]
            }
            sum += node.threshold
        }
        return sum
    }
}

extension SeededGenerator {
    /// A place below `count`, each as likely as another but for one part in 2⁶⁴ / count.
    fileprivate mutating func place(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }
}

/// Features as the bins that their values fall into.
struct BinnedFeatures {
    /// Bins of a feature at the most.
    static let bins = 32
    /// Values that the bounds of a feature are taken from at the most.
    private static let sketch = 1024

    /// The bins of one row behind those of the other.
    let bins: [UInt8]
    /// The largest value of each bin of each feature.
    let bounds: [[Double]]
    /// Rows.
    let count: Int
    /// Features.
    let columns: Int
    /// The features with more than one bin.
    let varying: [Int]

    /// - Parameter columns: features of as many values each.
    init(_ columns: [[Double]]) {
        (count, self.columns) = (columns.first?.count ?? 0, columns.count)
        let bounds = columns.map(Self.bounds)
        varying = columns.indices.filter { bounds[$0].count > 1 }
        var bins = [UInt8](repeating: 0, count: columns.count * count)
        for (column, (values, bounds)) in zip(columns, bounds).enumerated() {
            // Where there are fewer bins, the last takes what is above.
            let padded = bounds.dropLast() + [Double](repeating: .infinity, count: Self.bins + 1 - bounds.count)
            var place = column
            for value in values {
                bins[place] = Self.bin(of: value, padded.span)
                place += columns.count
            }
        }
        (self.bounds, self.bins) = (bounds, bins)
    }

    /// The first of ``bins`` bounds that is not below `value`.
    private static func bin(of value: Double, _ bounds: Span<Double>) -> UInt8 {
        var (low, half) = (0, bins / 2)
        while half > 0 {
            low &+= bounds[low &+ half &- 1] < value ? half : 0
            half /= 2
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
        let (nodes, bins) = (tree.span, bins.span)
        var residuals = residuals.mutableSpan
        var start = 0
        for row in residuals.indices {
            var node = nodes[0]
            while node.feature >= 0 {
                let isAbove = Int32(bins[start &+ Int(node.feature)]) > node.bin
                node = nodes[Int(node.next) &+ (isAbove ? 1 : 0)]
            }
            residuals[row] -= node.threshold
            start &+= columns
        }
    }
}
