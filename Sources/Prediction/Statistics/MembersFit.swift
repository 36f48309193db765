import Foundation

/// ``ForecastMembers`` while they are fitted: the lines, what they say of rows held out, and then the trees, one by one.
struct MembersFit: Sendable {
    /// What comes next.
    private enum Stage {
        /// The lines through all rows.
        case lines
        /// Those through all but every fifth, from one of the first five on.
        case fold(Int)
        /// Trees over the features, or over the moment of submission too.
        case trees, timedTrees
        case done
    }

    private let rows: [TargetRow]
    private let rules: [ForecastRule]
    private let kinds: [FeatureColumns.Kind]
    private let judges: Bool
    private let sorted: [Double]
    private var stage = Stage.lines
    private var lines: TargetLines
    private var forest: GrowingForest?
    private var timedForest: GrowingForest?
    /// What it says of each of its own rows without having seen it, as far as it has come: the lines, and then, where they
    /// are judged, each kind of tree.
    private(set) var heldOut: HeldOutTrees

    /// Begins to fit `rules` on `rows`, in the order of completion, of which there is one at least.
    ///
    /// - Parameters:
    ///   - kinds: what each feature is.
    ///   - judges: whether it is asked what trees are worth.
    init(_ rows: [TargetRow], rules: [ForecastRule], kinds: [FeatureColumns.Kind], judges: Bool) {
        self.rows = rows
        self.rules = rules
        self.kinds = kinds
        lines = TargetLines([], rules: [], kinds: [])
        self.judges = judges
        sorted = rows.map(\.value).sorted()
        let none = [Double](repeating: 0, count: rows.count)
        heldOut = HeldOutTrees(line: none, sizeLine: none)
    }

    /// Goes on while there is `work` left; whether all is done.
    mutating func advance(_ work: inout FitWork) -> Bool {
        while work.isLeft {
            switch stage {
            case .lines: fitLines(&work)
            case .fold(let fold): judgeLines(fold, &work)
            case .trees:
                if Self.isGrown(&forest, answers: &heldOut.trees, &work) { stage = .timedTrees }
            case .timedTrees:
                if Self.isGrown(&timedForest, answers: &heldOut.timedTrees, &work) { stage = .done }
            case .done: return true
            }
        }
        if case .done = stage { return true }
        return false
    }

    /// The members, once all is done.
    var members: ForecastMembers {
        ForecastMembers(
            sorted: sorted, lines: lines, forest: forest?.forest, timedForest: timedForest?.forest,
            center: log(median(ofSorted: sorted)), start: rows[0].submitted)
    }

    private mutating func fitLines(_ work: inout FitWork) {
        lines = TargetLines(rows[...], rules: rules, kinds: kinds)
        work.spend(TargetLines.units(rows: rows.count, features: kinds.count))
        stage = .fold(0)
    }

    /// What lines through the other four fifths say of each row of one; where there is no line, the median of the others.
    private mutating func judgeLines(_ fold: Int, _ work: inout FitWork) {
        guard fold < min(5, rows.count) else { return plant() }
        let kept = rows.indices.filter { $0 % 5 != fold }.map { rows[$0] }
        let others = TargetLines(kept[...], rules: rules, kinds: kinds)
        let center = log(median(ofSorted: kept.isEmpty ? sorted : kept.map(\.value).sorted()))
        for row in stride(from: fold, to: rows.count, by: 5) {
            heldOut.line[row] = others.line?.logarithm(rows[row].features) ?? center
            heldOut.sizeLine[row] = others.sizeLine?.logarithm(rows[row].features) ?? center
        }
        work.spend(TargetLines.units(rows: kept.count, features: kinds.count))
        stage = .fold(fold + 1)
    }

    /// Begins the forests that the rules need, on what the line leaves.
    private mutating func plant() {
        stage = .trees
        guard rules.contains(where: \.hasTrees), rows.count >= ForecastMembers.leastTreeRows else { return }
        let targets = zip(rows, heldOut.line).map { Float(log($0.value) - $1) }
        let columns = rows[0].features.indices.map { column in rows.map { Float($0.features[column]) } }
        let judged = judges ? ForecastMembers.shrinkages : nil
        if lines.line != nil {
            forest = GrowingForest(columns: columns, targets: targets, shrinkages: judged, seed: 0x7EE5)
        }
        if rules.contains(.timedTrees), !rows.contains(where: { $0.submitted.isNaN }) {
            let start = rows[0].submitted
            let time = rows.map { Float($0.submitted - start) }
            timedForest = GrowingForest(columns: columns + [time], targets: targets, shrinkages: judged, seed: 0x71E5)
        }
    }

    /// Grows one more tree of `forest`; if that has all of them, or is none, says so and what they answer.
    private static func isGrown(
        _ forest: inout GrowingForest?, answers: inout [[Float]], _ work: inout FitWork
    ) -> Bool {
        guard forest?.isGrown ?? true else {
            forest?.growTree(&work)
            return false
        }
        answers = forest?.heldOut ?? []
        return true
    }
}
