/// A ``TargetModel`` while it is fitted: the rules on all rows, and what they are worth on later ones and on other runs.
struct TargetFit: Sendable {
    private let rows: [TargetRow]
    private let rules: [ForecastRule]
    private let choice: ForecastChoice?
    private var members: MembersFit
    private var ahead: HeldOutFit
    private var newRun: HeldOutFit

    /// Begins to fit `rules` on `rows`, in the order of completion, of which there is one at least.
    ///
    /// - Parameter choice: how it is answered, where that is settled: nothing is judged then.
    init(_ rows: [TargetRow], rules: [ForecastRule], kinds: [FeatureColumns.Kind], choice: ForecastChoice?) {
        self.rows = rows
        self.rules = rules
        self.choice = choice
        let needed = choice.map { $0.needed(of: rules) } ?? rules
        members = MembersFit(rows, rules: needed, kinds: kinds, judges: choice == nil)
        func judged(_ folds: ([TargetRow]) -> [HeldOutForecasts.Fold]) -> HeldOutFit {
            HeldOutFit(rows, rules: rules, kinds: kinds, folds: choice == nil ? folds(rows) : [])
        }
        ahead = judged(HeldOutForecasts.foldsAhead)
        newRun = judged(HeldOutForecasts.foldsOfRuns)
    }

    /// Goes on while there is `work` left; the model, once all is done.
    mutating func advance(_ work: inout FitWork) -> TargetModel? {
        guard members.advance(&work), ahead.advance(&work), newRun.advance(&work), work.isLeft else { return nil }
        var heldOut: [QuestionContext: HeldOutForecasts] = [:]
        if choice == nil {
            heldOut[.among] = .among(rows, rules, members.heldOut)
            heldOut[.ahead] = ahead.found
            heldOut[.next] = .next(ahead.found, rows, rules)
            heldOut[.newRun] = newRun.found
            work.spend(rows.count * rules.count * HeldOutForecasts.units)
        }
        return TargetModel(rows, rules: rules, members: members.members, heldOut: heldOut, choice: choice)
    }
}

extension ForecastChoice {
    /// The rules that have a part.
    fileprivate func needed(of rules: [ForecastRule]) -> [ForecastRule] {
        rules.filter { rule in
            // Both answers of a forest come from one and the same.
            answering.values.contains { answer in answer.blend.weights.keys.contains { $0 == rule || $0.isLike(rule) } }
        }
    }
}
