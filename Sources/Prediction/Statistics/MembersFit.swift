import Foundation

/// ``ForecastMembers`` while they are fitted: the line, what it says of rows held out, and then the trees, one by one.
struct MembersFit: Sendable {
    /// What comes next.
    private enum Stage {
        /// The line through all rows.
        case line
        /// That through all but every fifth, from one of the first five on.
        case fold(Int)
        /// Trees over the features, or over the moment of submission too.
        case trees, timedTrees
        case done
    }

    private let rows: [TargetRow]
    private let rules: [ForecastRule]
    /// λ of each feature.
    private let penalties: [Double]
    private let judges: Bool
    private let sorted: [Double]
    private var stage = Stage.line
    private var moments: LineMoments?
    private var line: LinearModel?
    private var forest: GrowingForest?
    private var timedForest: GrowingForest?
    /// What it says of each of its own rows without having seen it, as far as it has come: the line, and then, where they
    /// are judged, each kind of tree.
    private(set) var heldOut: HeldOutTrees

    /// Begins to fit `rules` on `rows`, in the order of completion, of which there is one at least.
    ///
    /// - Parameters:
    ///   - isWord: for each feature whether it names a word.
    ///   - judges: whether it is asked what trees are worth.
    init(_ rows: [TargetRow], rules: [ForecastRule], isWord: [Bool], judges: Bool) {
        self.rows = rows
        self.rules = rules
        penalties = LinearModel.penalties(isWord, features: isWord.count)
        self.judges = judges
        sorted = rows.map(\.value).sorted()
        heldOut = HeldOutTrees(line: [Double](repeating: 0, count: rows.count))
    }

    /// Goes on while there is `work` left; whether all is done.
    mutating func advance(_ work: inout FitWork) -> Bool {
        while work.isLeft {
            switch stage {
            case .line: fitLine(&work)
            case .fold(let fold): judgeLine(fold, &work)
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
            sorted: sorted, moments: moments, line: line, forest: forest?.forest, timedForest: timedForest?.forest,
            center: log(median(ofSorted: sorted)), start: rows[0].submitted)
    }

    private mutating func fitLine(_ work: inout FitWork) {
        if rules.contains(where: { $0 == .linear || $0.hasTrees }) {
            let moments = LineMoments(rows[...], penalties: penalties)
            (self.moments, line) = (moments, LinearModel(moments))
        }
        work.spend(LinearModel.units(rows: rows.count, features: penalties.count))
        stage = .fold(0)
    }

    /// What a line through the other four fifths says of each row of one; where there is no line, the median of the others.
    private mutating func judgeLine(_ fold: Int, _ work: inout FitWork) {
        guard fold < min(5, rows.count) else { return plant() }
        let kept = rows.indices.filter { $0 % 5 != fold }.map { rows[$0] }
        let others = line == nil ? nil : LinearModel(LineMoments(kept[...], penalties: penalties))
        let center = log(median(ofSorted: kept.isEmpty ? sorted : kept.map(\.value).sorted()))
        for row in stride(from: fold, to: rows.count, by: 5) {
            heldOut.line[row] = others?.logarithm(rows[row].features) ?? center
        }
        work.spend(LinearModel.units(rows: kept.count, features: line == nil ? 0 : penalties.count))
        stage = .fold(fold + 1)
    }

    /// Begins the forests that the rules need, on what the line leaves.
    private mutating func plant() {
        stage = .trees
        guard rules.contains(where: \.hasTrees), rows.count >= ForecastMembers.leastTreeRows else { return }
        let targets = zip(rows, heldOut.line).map { Float(log($0.value) - $1) }
        let columns = rows[0].features.indices.map { column in rows.map { Float($0.features[column]) } }
        let judged = judges ? ForecastMembers.shrinkages : nil
        if line != nil {
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

extension LineMoments {
    /// Of `rows`.
    init(_ rows: ArraySlice<TargetRow>, penalties: [Double]) {
        self.init(penalties: penalties)
        for row in rows { add(row.features, target: row.value) }
    }
}
