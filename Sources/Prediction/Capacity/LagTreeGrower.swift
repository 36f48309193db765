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
        var histogram: [Int]
        var split: Split?
    }

    private struct Split {
        var feature: Int
        var bin: Int
        var gain: Double
    }

    /// The rows of the tree that grows.
    private var rows: [Int32] = []
    /// A row of each sign in a word, by row.
    private var words: [Int]
    private var scratch: [Double] = []

    init(rows: Int) {
        words = [Int](repeating: 0, count: rows)
    }

    /// One row more above 32 bits, and its sign below.
    private static func word(_ residual: Double) -> Int { 1 << 32 + (residual > 0 ? 1 : residual < 0 ? -1 : 0) }

    private static func parts(_ word: Int) -> (sum: Double, count: Int) {
        let sum = Int(Int32(truncatingIfNeeded: word))
        return (Double(sum), (word - sum) >> 32)
    }

    /// A tree over the rows of `sample` that looks at `choice` of the features; its leaves hold `rate` of the median residual.
    mutating func grow(
        _ sample: ArraySlice<Int32>, on choice: ArraySlice<Int>, _ residuals: [Double], _ features: BinnedFeatures,
        rate: Double
    ) -> [LagTrees.Node] {
        rows = Array(sample)
        for row in rows { words[Int(row)] = Self.word(residuals[Int(row)]) }
        var nodes = [LagTrees.Node(feature: -1, threshold: 0)]
        var open = [leaf(0, rows.indices, histogram(rows.indices, on: choice, features), choice, features)]
        while open.count < Self.leaves {
            var best: (place: Int, split: Split)?
            for (place, leaf) in open.enumerated() {
                if let split = leaf.split, split.gain > best?.split.gain ?? 0 { best = (place, split) }
            }
            guard let (place, split) = best else { break }
            let parent = open.remove(at: place)
            let next = nodes.count
            nodes[parent.node] = LagTrees.Node(
                feature: Int32(split.feature), bin: Int32(split.bin), next: Int32(next),
                threshold: features.bounds[split.feature][split.bin])
            let middle = partition(parent.range, by: split, features)
            let sides = [parent.range.lowerBound..<middle, middle..<parent.range.upperBound]
            let smaller = sides[0].count <= sides[1].count ? 0 : 1
            let counted = histogram(sides[smaller], on: choice, features)
            var rest = parent.histogram
            for bin in rest.indices { rest[bin] -= counted[bin] }
            for side in 0...1 {
                nodes.append(LagTrees.Node(feature: -1, threshold: 0))
                open.append(leaf(next + side, sides[side], side == smaller ? counted : rest, choice, features))
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

    private func histogram(_ range: Range<Int>, on choice: ArraySlice<Int>, _ features: BinnedFeatures) -> [Int] {
        var histogram = [Int](repeating: 0, count: choice.count * BinnedFeatures.bins)
        var sums = histogram.mutableSpan
        let (rows, words, bins) = (rows.span.extracting(range), words.span, features.bins.span)
        for (place, feature) in choice.enumerated() {
            let (first, start) = (place * BinnedFeatures.bins, feature * features.count)
            for index in rows.indices {
                let row = Int(rows[index])
                sums[first + Int(bins[start + row])] += words[row]
            }
        }
        return histogram
    }

    private func leaf(
        _ node: Int, _ range: Range<Int>, _ histogram: [Int], _ choice: ArraySlice<Int>, _ features: BinnedFeatures
    ) -> Leaf {
        Leaf(
            node: node, range: range, histogram: histogram,
            split: Self.bestSplit(histogram, rows: range.count, choice, features))
    }

    private static func bestSplit(
        _ histogram: [Int], rows: Int, _ choice: ArraySlice<Int>, _ features: BinnedFeatures
    ) -> Split? {
        guard rows >= 2 * leastRows, !choice.isEmpty else { return nil }
        let total = parts(histogram[..<BinnedFeatures.bins].reduce(0, +)).sum
        let whole = total * total / Double(rows + 1)
        var best: Split?
        for (place, feature) in choice.enumerated() {
            var word = 0
            for bin in 0..<features.bounds[feature].count - 1 {
                word += histogram[place * BinnedFeatures.bins + bin]
                let (sum, count) = parts(word)
                guard count >= leastRows else { continue }
                guard rows - count >= leastRows else { break }
                let gain =
                    sum * sum / Double(count + 1) + (total - sum) * (total - sum) / Double(rows - count + 1) - whole
                if gain > (best?.gain ?? 0) { best = Split(feature: feature, bin: bin, gain: gain) }
            }
        }
        return best
    }

    /// Brings the rows of `range` that go left before the others; where those begin.
    private mutating func partition(_ range: Range<Int>, by split: Split, _ features: BinnedFeatures) -> Int {
        let start = split.feature * features.count
        var middle = range.lowerBound
        for place in range where Int(features.bins[start + Int(rows[place])]) <= split.bin {
            rows.swapAt(place, middle)
            middle += 1
        }
        return middle
    }
}
