import Foundation

/// How one kind of question about a target of a type is answered.
public struct Answering: Codable, Hashable, Sendable {
    /// The rules whose mean is the forecast.
    public var blend: RuleBlend
    /// What the blend leaves.
    public var residuals: ResidualDistribution
}

/// One target of one task type: its values, the rules fitted on them, and for each kind of question which of the rules have
/// been the most accurate on held-out executions.
struct TargetModel: Sendable {
    private(set) var rows: [TargetRow]
    private var members: ForecastMembers
    /// What the rules forecast of executions held out; empty in a model that was read, or whose rule was given.
    private(set) var heldOut: [QuestionContext: HeldOutForecasts] = [:]
    private(set) var answering: [QuestionContext: Answering] = [:]
    private var latestSubmission: Double
    private var runs: Set<String>

    var count: Int { rows.count }

    /// Fits `rules` on `rows`, in the order of completion, of which there is one at least.
    init(_ rows: [TargetRow], rules: [ForecastRule], isWord: [Bool], answering: [QuestionContext: Answering]?) {
        self.rows = rows
        let fitted = Self.rules(rules, answering: answering)
        let fit = ForecastMembers.fit(rows, rules: fitted, isWord: isWord)
        members = fit.members
        latestSubmission = rows.map(\.submitted).max { $1.isNaN || $0 < $1 } ?? .nan
        runs = Set(rows.compactMap(\.run))
        if let answering {
            self.answering = answering
            return
        }
        heldOut[.among] = .among(rows, rules, fit.heldOut)
        heldOut[.ahead] = .ahead(rows, rules, isWord: isWord)
        heldOut[.newRun] = .newRun(rows, rules, isWord: isWord)
    }

    /// The rules that are needed: all, or those that have a part where that is settled.
    private static func rules(
        _ rules: [ForecastRule], answering: [QuestionContext: Answering]?
    ) -> [ForecastRule] {
        guard let answering else { return rules }
        return rules.filter { rule in
            // Both answers of a forest come from one and the same.
            answering.values.contains { answer in answer.blend.weights.keys.contains { $0 == rule || $0.isLike(rule) } }
        }
    }

    /// Decides by which rules each kind of question is answered.
    mutating func choose(from rules: [ForecastRule], among pool: PooledSkill) {
        guard !heldOut.isEmpty else { return }
        let hasMoments = !rows.contains { $0.moment.isNaN }
        let allowed = rules.map { members.has($0) && (hasMoments || !$0.needsMoments || rules.count == 1) }
        for context in QuestionContext.allCases {
            guard let judges = heldOut[context] else { continue }
            let skill = pool[context]
            guard judges.count > 0 || skill != nil else { continue }
            let blend = RuleBlend.selected(
                from: judges, rules: rules, allowed: allowed.contains(true) ? allowed : rules.map { _ in true },
                prior: skill?.errors)
            let prior = skill?.residuals ?? .unknown
            let own = ResidualDistribution(blend.residuals(judges, rules))
            answering[context] = Answering(blend: blend, residuals: own?.shrunk(towards: prior) ?? prior)
        }
    }

    /// Fits the line anew and leaves the rest.
    mutating func refitLine(isWord: [Bool]) { members.refitLine(rows, isWord: isWord) }

    /// Adds a value without a new fit.
    mutating func insert(_ row: TargetRow) {
        var place = rows.count
        if !row.moment.isNaN { while place > 0, rows[place - 1].moment > row.moment { place -= 1 } }
        rows.insert(row, at: place)
        members.insert(row.value)
        if !(row.submitted <= latestSubmission) { latestSubmission = row.submitted }
        if let run = row.run { runs.insert(run) }
    }

    /// How a question of `run` that is asked at `moment` stands to what is known.
    func context(of run: String?, at moment: Double?) -> QuestionContext {
        if let run, !runs.isEmpty, !runs.contains(run) { return .newRun }
        if latestSubmission.isNaN { return .among }
        return moment.map { $0 >= latestSubmission } ?? true ? .ahead : .among
    }

    /// How questions of `context` are answered.
    func answering(_ context: QuestionContext) -> Answering {
        answering[context] ?? answering[.among] ?? Answering(blend: RuleBlend(.median), residuals: .unknown)
    }

    /// ln of the forecast by `blend` for a task with `features` that is submitted at `moment`.
    func logarithm(_ blend: RuleBlend, of features: [Double], at moment: Double?) -> Double {
        let rules = blend.rules
        return blend.mean(
            of: members.logarithms(rules, of: features, at: moment, past: rows[..<end(before: moment)]), rules)
    }

    /// How many rows had completed at `moment`; one where none had, all where it is not known.
    private func end(before moment: Double?) -> Int {
        guard let moment, rows.last?.moment.isNaN == false else { return rows.count }
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].moment <= moment { low = middle + 1 } else { high = middle }
        }
        return max(low, 1)
    }
}

extension ForecastRule {
    /// Whether both ask the same forest.
    func isLike(_ other: ForecastRule) -> Bool {
        switch (self, other) {
        case (.trees, .smoothTrees), (.smoothTrees, .trees), (.timedTrees, .smoothTimedTrees),
            (.smoothTimedTrees, .timedTrees):
            true
        default: self == other
        }
    }
}
