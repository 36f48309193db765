import Kernels

/// A forest of ``ExtraTrees`` while it grows, tree by tree.
struct GrowingForest: Sendable {
    /// The trees so far.
    private(set) var forest: ExtraTrees
    /// p features of n values each, without missing ones.
    private let columns: [[Float]]
    private let shrinkages: SIMD2<Float>?
    /// Rows that a tree is grown from.
    private let sampled: Int
    /// For each λ the sum of what trees say of each row that they had not seen, and how many trees those are.
    private var sums: [SIMD2<Float>]
    private var counts: [Float]
    private var generator: SeededGenerator
    private var grower: TreeGrower
    /// All rows; the first ones are the sample of the last tree.
    private var order: [Int32]

    /// A forest without a tree; the arguments are those of ``ExtraTrees/grow(columns:targets:shrinkages:seed:)``.
    init(columns: [[Float]], targets: [Float], shrinkages: SIMD2<Float>?, seed: UInt64) {
        let n = targets.count
        precondition(columns.allSatisfy { $0.count == n }, "columns of other lengths than \(n) targets")
        forest = ExtraTrees(missing: columns.map(ExtraTrees.belowAll))
        self.columns = zip(columns, forest.missing).map { column, missing in
            column.map { $0.isNaN ? missing : $0 }
        }
        self.shrinkages = shrinkages
        sampled = max(Int((ExtraTrees.sampleShare * Double(n)).rounded()), min(n, 1))
        sums = [SIMD2<Float>](repeating: .zero, count: shrinkages == nil ? 0 : n)
        counts = [Float](repeating: 0, count: n)
        generator = SeededGenerator(seed: seed)
        grower = TreeGrower(columns: self.columns, targets: targets)
        order = (0..<n).map(Int32.init)
    }

    /// Whether all trees are there; without rows there are none.
    var isGrown: Bool { order.isEmpty || forest.roots.count == ExtraTrees.treeCount }

    /// Grows one more tree, and asks it of the rows that it has not seen.
    mutating func growTree(_ work: inout FitWork) {
        order.shuffle(using: &generator)
        forest.grow(Array(order.prefix(sampled)), by: &grower, using: &generator, &work)
        if isGrown { forest.compact() }
        guard let shrinkages else { return }
        for row in order.dropFirst(sampled).map(Int.init) {
            counts[row] += 1
            sums[row] += forest.answers(of: forest.roots.count - 1, shrinkages: shrinkages) { columns[$0][row] }
        }
        work.spend((order.count - sampled) * ExtraTrees.answerUnits)
    }

    /// For each λ the mean answer [n] of the trees that had not seen the row; NaN where all had. None without λ.
    var heldOut: [[Float]] {
        (0..<(shrinkages == nil ? 0 : 2)).map { place in zip(sums, counts).map { $1 > 0 ? $0[place] / $1 : .nan } }
    }
}
