/// Grows one tree of ``LagTrees`` after the other on the same rows.
///
/// The rows of a node lie side by side. Each node has a histogram, for each feature that is looked at and each bin the
/// number of rows and the sum of their signs in one word; of two sides the smaller one is counted, and the other is what
/// is left of the node.
struct LagTreeGrower {
    private static let leaves = 12
    private static let leastRows = 20

    /// A leaf that may be split.
    private struct Leaf {
        var node: Int
        var range: Range<Int>
        /// [features that are looked at][bins]
        var histogram: [Int32]
        var split: Split?
    }

    private struct Split {
        var feature: Int
        var bin: Int
        var gain: Double
    }

    private let features: BinnedFeatures
    /// The rows of the tree that grows.
    private var rows: [Int32] = []
    /// A row of each sign in a word, by row.
    private var words: [Int32]
    private var scratch: [Double] = []
    /// 1 / (n + 1) [rows of a tree + 1].
    private let shares: [Double]

    /// Rows of a tree at the most: a word holds no more.
    static let limit = 1 << 15 - 1

    /// - Parameter sample: rows that a tree grows on.
    init(_ features: BinnedFeatures, sample: Int) {
        precondition(sample <= Self.limit, "a tree on \(sample) rows")
        self.features = features
        words = [Int32](repeating: 0, count: features.count)
        shares = (0...sample).map { 1 / Double($0 + 1) }
    }

    /// One row more above 16 bits, and its sign below.
    private static func word(_ residual: Double) -> Int32 { 1 << 16 + (residual > 0 ? 1 : residual < 0 ? -1 : 0) }

    private static func parts(_ word: Int32) -> (sum: Double, count: Int) {
        let sum = Int32(Int16(truncatingIfNeeded: word))
        return (Double(sum), Int((word &- sum) >> 16))
    }

    /// A tree over the rows of `sample` that looks at `choice` of the features; its leaves hold `rate` of the median residual.
    mutating func grow(
        _ sample: ArraySlice<Int32>, on choice: ArraySlice<Int>, _ residuals: [Double], rate: Double
    ) -> [LagTrees.Node] {
        rows = Array(sample)
        for row in rows { words[Int(row)] = Self.word(residuals[Int(row)]) }
        let choice = Array(choice)
        var nodes = [LagTrees.Node(feature: -1, threshold: 0)]
        var open = [leaf(0, rows.indices, histogram(rows.indices, on: choice), choice)]
        while open.count < Self.leaves {
            var best: (place: Int, split: Split)?
            for (place, leaf) in open.enumerated() {
                if let split = leaf.split, split.gain > best?.split.gain ?? 0 { best = (place, split) }
            }
            guard let (place, split) = best else { break }
            var parent = open.remove(at: place)
            let next = nodes.count
            nodes[parent.node] = LagTrees.Node(
                feature: Int32(split.feature), bin: Int32(split.bin), next: Int32(next),
                threshold: features.bounds[split.feature][split.bin])
            let middle = partition(parent.range, by: split)
            let sides = [parent.range.lowerBound..<middle, middle..<parent.range.upperBound]
            let smaller = sides[0].count <= sides[1].count ? 0 : 1
            let counted = histogram(sides[smaller], on: choice)
            for bin in counted.indices { parent.histogram[bin] &-= counted[bin] }
            for side in 0...1 {
                nodes.append(LagTrees.Node(feature: -1, threshold: 0))
                open.append(leaf(next + side, sides[side], side == smaller ? counted : parent.histogram, choice))
            }
        }
        for leaf in open { nodes[leaf.node].threshold = rate * median(leaf.range, residuals) }
        return nodes
    }

    private mutating func median(_ range: Range<Int>, _ residuals: [Double]) -> Double {
        scratch.removeAll(keepingCapacity: true)
        for row in rows[range] { scratch.append(residuals[Int(row)]) }
        let middle = scratch.count / 2
        let upper = Self.select(middle, &scratch)
        guard scratch.count % 2 == 0 else { return upper }
        let lower = scratch[..<middle].max() ?? upper
        return lower + (upper - lower) / 2
    }

    /// The value at `place` of the sorted `values`, which are moved so that none before it is larger (Hoare, "Algorithm 65:
    /// Find", 1961).
    private static func select(_ place: Int, _ values: inout [Double]) -> Double {
        var (low, high) = (0, values.count - 1)
        while low < high {
            let pivot = values[(low + high) / 2]
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while values[right] > pivot { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if place <= right { high = right } else if place >= left { low = left } else { break }
        }
        return values[place]
    }

    private func histogram(_ range: Range<Int>, on choice: [Int]) -> [Int32] {
        var histogram = [Int32](repeating: 0, count: choice.count * BinnedFeatures.bins)
        var sums = histogram.mutableSpan
        let (rows, words, bins) = (rows.span.extracting(range), words.span, features.bins.span)
        let choice = choice.span
        for index in rows.indices {
            let row = Int(rows[index])
            let (start, word) = (row &* features.columns, words[row])
            for place in choice.indices {
                sums[place &* BinnedFeatures.bins &+ Int(bins[start &+ choice[place]])] &+= word
            }
        }
        return histogram
    }

    private func leaf(_ node: Int, _ range: Range<Int>, _ histogram: [Int32], _ choice: [Int]) -> Leaf {
        Leaf(node: node, range: range, histogram: histogram, split: bestSplit(histogram, rows: range.count, choice))
    }

    private func bestSplit(_ histogram: [Int32], rows: Int, _ choice: [Int]) -> Split? {
        guard rows >= 2 * Self.leastRows, !choice.isEmpty else { return nil }
        let total = Self.parts(histogram[..<BinnedFeatures.bins].reduce(0, &+)).sum
        let whole = total * total * shares[rows]
        let (words, shares) = (histogram.span, shares.span)
        var best = Split(feature: 0, bin: 0, gain: 0)
        for (place, feature) in choice.enumerated() {
            let first = place * BinnedFeatures.bins
            var word: Int32 = 0
            for bin in 0..<features.bounds[feature].count - 1 {
                word &+= words[first + bin]
                let (sum, count) = Self.parts(word)
                guard count >= Self.leastRows else { continue }
                guard rows - count >= Self.leastRows else { break }
                let rest = total - sum
                let gain = sum * sum * shares[count] + rest * rest * shares[rows - count] - whole
                if gain > best.gain { best = Split(feature: feature, bin: bin, gain: gain) }
            }
        }
        return best.gain > 0 ? best : nil
    }

    /// Brings the rows of `range` that go left before the others; where those begin.
    private mutating func partition(_ range: Range<Int>, by split: Split) -> Int {
        let (bins, columns) = (features.bins, features.columns)
        var rows = rows.mutableSpan
        var middle = range.lowerBound
        for place in range {
            let row = rows[place]
            let isLeft = Int(bins[Int(row) &* columns &+ split.feature]) <= split.bin
            rows[place] = rows[middle]
            rows[middle] = row
            middle &+= isLeft ? 1 : 0
        }
        return middle
    }
}
