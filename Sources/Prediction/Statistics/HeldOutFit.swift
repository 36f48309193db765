import Foundation

/// ``HeldOutForecasts`` while they are found: a fit on the rows that each fold leaves, and what that says of those it
/// holds out.
struct HeldOutFit: Sendable {
    private let rows: [TargetRow]
    private let rules: [ForecastRule]
    private let kinds: [FeatureColumns.Kind]
    /// The folds that are not done, in their order.
    private var folds: ArraySlice<HeldOutForecasts.Fold>
    /// What the first of them leaves, its fit, and how many of its rows have been asked about.
    private var known: [TargetRow] = []
    private var fit: MembersFit?
    private var members: ForecastMembers?
    private var asked = 0
    /// What the rules said so far.
    private(set) var found: HeldOutForecasts

    init(_ rows: [TargetRow], rules: [ForecastRule], kinds: [FeatureColumns.Kind], folds: [HeldOutForecasts.Fold]) {
        self.rows = rows
        self.rules = rules
        self.kinds = kinds
        self.folds = folds[...]
        found = HeldOutForecasts(rules: rules.count)
    }

    /// Goes on while there is `work` left; whether all is done.
    mutating func advance(_ work: inout FitWork) -> Bool {
        while let fold = folds.first, work.isLeft {
            if let members {
                ask(members, fold, &work)
            } else if fit == nil {
                known = fold.kept.map { rows[$0] }
                fit = MembersFit(known, rules: rules, kinds: kinds, judges: false)
            } else if fit?.advance(&work) == true {
                members = fit?.members
                fit = nil
            }
        }
        return folds.isEmpty
    }

    /// Asks about one more row, or goes on to the next fold.
    private mutating func ask(
        _ members: ForecastMembers, _ fold: HeldOutForecasts.Fold, _ work: inout FitWork
    ) {
        guard asked < fold.held.count else {
            (self.members, asked) = (nil, 0)
            folds.removeFirst()
            return
        }
        let (place, row) = (fold.held[asked], rows[fold.held[asked]])
        let answers = members.logarithms(
            rules, of: row.features, at: row.submitted.isNaN ? nil : row.submitted, past: known[...])
        found.append(place, group: fold.groups[asked], measured: log(row.value), answers)
        asked += 1
        work.spend(members.answerUnits)
    }
}
