import Kernels

/// Extremely randomised regression trees over a sample each, with hierarchical shrinkage.
///
/// At each node every feature is tried at one threshold, drawn evenly between its least and its largest value there, and
/// the one that leaves the least squared error is taken (Geurts, Ernst and Wehenkel, "Extremely randomized trees", 2006).
/// Trees are grown out; how far an answer trusts small nodes is decided when it is asked: along the path from the root, the
/// step from a node of n rows to its child counts 1 / (1 + λ / n) (Agarwal et al., "Hierarchical Shrinkage", ICML 2022). So one
/// forest gives answers of any smoothness. Each tree is grown from seven tenths of the rows, and the others tell what it is
/// worth on rows that it has not seen.
///
/// A missing feature, NaN, stands below all values of its column.
public struct ExtraTrees: Sendable, Equatable {
    /// Trees in a forest.
    public static let treeCount = 40
    /// Share of the rows that each tree is grown from.
    static let sampleShare = 0.7
    /// What an answer of one tree takes, in units of ``FitWork``.
    static let answerUnits = 80

    /// Where rows part; leaves stand in it as the means of its sides.
    struct Split: Sendable, Equatable {
        var feature: Int32
        /// The largest value that goes left.
        var threshold: Float
        /// Rows that come here.
        var count: Float
        var leftMean: Float = 0
        var rightMean: Float = 0
        /// The places of the splits of the sides; -1 for a leaf.
        var left: Int32 = -1
        var right: Int32 = -1
    }

    /// Where a tree begins: the mean of its sample, and the place of its first split; -1 for none.
    struct Root: Sendable, Equatable {
        var mean: Float
        var split: Int32
    }

    /// The splits of all trees, one tree behind the other.
    private(set) var splits: [Split] = []
    /// The trees.
    private(set) var roots: [Root] = []
    /// What stands in for a missing value of each feature.
    let missing: [Float]

    /// Grows a forest on `columns`, p features of n values each, towards `targets` [n].
    ///
    /// - Parameter shrinkages: two values of λ for which answers of rows held out are wanted; without them it is quicker.
    /// - Returns: the forest, and for each λ the mean answer [n] of the trees that had not seen the row; NaN where all had.
    public static func grow(
        columns: [[Float]], targets: [Float], shrinkages: SIMD2<Float>?, seed: UInt64
    ) -> (forest: ExtraTrees, heldOut: [[Float]]) {
        var growing = GrowingForest(columns: columns, targets: targets, shrinkages: shrinkages, seed: seed)
        var work = FitWork.unlimited
        while !growing.isGrown { growing.growTree(&work) }
        return (growing.forest, growing.heldOut)
    }

    /// Adds the tree that `grower` makes of `sample`.
    mutating func grow(
        _ sample: [Int32], by grower: inout TreeGrower, using generator: inout SeededGenerator, _ work: inout FitWork
    ) {
        roots.append(grower.grow(sample, into: &splits, using: &generator, &work))
    }

    /// Gives back the memory that was taken ahead for more trees.
    mutating func compact() { splits = splits.map(\.self) }

    /// A forest without a tree.
    init(missing: [Float]) {
        self.missing = missing
    }

    /// A value below all of `column`, by a tenth of their range and one.
    static func belowAll(_ column: [Float]) -> Float {
        let present = column.filter { !$0.isNaN }
        guard let low = present.min(), let high = present.max() else { return 0 }
        return low - (high - low) / 10 - 1
    }

    /// The answers of one tree along the path that `value` takes, for two shrinkages.
    @inline(__always)
    func answers(of tree: Int, shrinkages: SIMD2<Float>, value: (Int) -> Float) -> SIMD2<Float> {
        let root = roots[tree]
        var (mean, next) = (root.mean, root.split)
        var answers = SIMD2(repeating: mean)
        while next >= 0 {
            let split = splits[Int(next)]
            let isLeft = value(Int(split.feature)) <= split.threshold
            let child = isLeft ? split.leftMean : split.rightMean
            answers += SIMD2(repeating: child - mean) / (1 + shrinkages / SIMD2(repeating: split.count))
            (mean, next) = (child, isLeft ? split.left : split.right)
        }
        return answers
    }

    /// The mean answers of all trees for one row of p features, for two shrinkages.
    public func callAsFunction(_ row: [Float], shrinkages: SIMD2<Float>) -> SIMD2<Float> {
        precondition(row.count == missing.count, "\(row.count) features for \(missing.count) columns")
        guard !roots.isEmpty else { return .zero }
        let filled = zip(row, missing).map { $0.isNaN ? $1 : $0 }
        var sums = SIMD2<Float>.zero
        for tree in roots.indices { sums += answers(of: tree, shrinkages: shrinkages) { filled[$0] } }
        return sums / Float(roots.count)
    }
}
