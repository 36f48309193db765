import Kernels

/// A forest of ``ExtraTrees`` while it grows, tree by tree.
struct GrowingForest: Sendable {
    /// The trees so far.
    private(set) var forest: ExtraTrees
    /// p features of n values each, without missing ones.
    private let columns: [[Float]]
    private let shrinkages: [Float]
    /// Rows that a tree is grown from.
    private let sampled: Int
    /// For each λ the sum of what trees say of each row that they had not seen, and how many trees those are.
    private var sums: [[Float]]
    private var counts: [Float]
    private var generator: SeededGenerator
    private var grower: TreeGrower
    /// All rows; the first ones are the sample of the last tree.
    private var order: [Int32]

    /// A forest without a tree; the arguments are those of ``ExtraTrees/grow(columns:targets:shrinkages:seed:)``.
    init(columns: [[Float]], targets: [Float], shrinkages: [Float], seed: UInt64) {
        let n = targets.count
        precondition(columns.allSatisfy { $0.count == n }, "columns of other lengths than \(n) targets")
        forest = ExtraTrees(missing: columns.map(ExtraTrees.belowAll))
        self.columns = zip(columns, forest.missing).map { column, missing in
            column.map { $0.isNaN ? missing : $0 }
        }
        self.shrinkages = shrinkages
        sampled = max(Int((ExtraTrees.sampleShare * Double(n)).rounded()), min(n, 1))
        sums = [[Float]](repeating: [Float](repeating: 0, count: n), count: shrinkages.count)
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
        var answers = [Float](repeating: 0, count: shrinkages.count)
        for row in (shrinkages.isEmpty ? [] : order.dropFirst(sampled)).map(Int.init) {
            counts[row] += 1
            forest.answer(of: forest.roots.count - 1, shrinkages: shrinkages, into: &answers) { columns[$0][row] }
            for place in answers.indices { sums[place][row] += answers[place] }
        }
        work.spend(shrinkages.isEmpty ? 0 : (order.count - sampled) * ExtraTrees.answerUnits)
    }

    /// For each λ the mean answer [n] of the trees that had not seen the row; NaN where all had.
    var heldOut: [[Float]] {
        sums.map { sums in zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan } }
    }
}
