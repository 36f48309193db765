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
    /// The rules that may answer.
    private let blendRules: [ForecastRule]
    private var members: ForecastMembers
    /// What the rules forecast of executions held out; empty in a model that was read, or whose rule was given.
    private(set) var heldOut: [QuestionContext: HeldOutForecasts] = [:]
    private(set) var answering: [QuestionContext: Answering] = [:]
    /// What was settled elsewhere, before the executions that came since.
    private var settled = ForecastChoice(answering: [:])
    /// Whether rows have moved since the fit, so that places that were held out are no longer theirs.
    private(set) var isMoved = false
    private var firstSubmission: Double
    private var latestSubmission: Double
    private var runs: Set<String>

    var count: Int { rows.count }

    /// What ``TargetFit`` has come to.
    ///
    /// - Parameters:
    ///   - rows: in the order of completion; there is one at least.
    ///   - heldOut: what the rules forecast of executions held out; empty where `choice` settles how it is answered.
    init(
        _ rows: [TargetRow], rules: [ForecastRule], members: ForecastMembers,
        heldOut: [QuestionContext: HeldOutForecasts], choice: ForecastChoice?
    ) {
        self.rows = rows
        blendRules = rules
        self.members = members
        self.heldOut = heldOut
        let submissions = rows.lazy.map(\.submitted).filter { !$0.isNaN }
        firstSubmission = submissions.min() ?? .nan
        latestSubmission = submissions.max() ?? .nan
        runs = Set(rows.compactMap(\.run))
        guard let choice else { return }
        answering = choice.answering
        settled = choice
    }

    /// Decides by which rules questions of `context` are answered.
    mutating func choose(_ context: QuestionContext, from rules: [ForecastRule], among pool: PooledSkill) {
        guard let judges = heldOut[context] else { return }
        let skill = pool[context]
        guard judges.count > 0 || skill != nil else { return }
        // What was settled for this type rests on more of its own executions than came since.
        let known = settled.answering[context]
        if known != nil, judges.count < Self.enoughJudges { return }
        let hasMoments = !rows.contains { $0.moment.isNaN }
        let allowed = rules.map { members.has($0) && (hasMoments || !$0.needsMoments || rules.count == 1) }
        let blend = RuleBlend.selected(
            from: judges, rules: rules, allowed: allowed.contains(true) ? allowed : rules.map { _ in true },
            prior: skill?.errors)
        let prior = known?.residuals ?? skill?.residuals ?? .unknown
        let left = blend.residuals(judges, rules)
        var residuals = ResidualDistribution(left)?.shrunk(towards: prior) ?? prior
        if context == .newRun || context == .ahead {
            residuals = residuals.widened(to: ResidualDistribution(left, groups: judges.groups, another: prior))
        }
        answering[context] = Answering(blend: blend, residuals: residuals)
    }

    /// How it is answered, to be settled for the newest `count` rows: those before them are not kept elsewhere.
    func choice(ofNewest count: Int) -> ForecastChoice {
        let left = [QuestionContext.among, .ahead, .newRun].map { context in
            (context, self.left(context).suffix(count).map { $0.isNaN ? nil : $0 })
        }
        return ForecastChoice(answering: answering, left: Dictionary(uniqueKeysWithValues: left))
    }

    /// ln(measured / forecast) of each execution, held out as questions of `context` are; NaN where it was not.
    func left(_ context: QuestionContext) -> [Double] {
        var found = [Double](repeating: .nan, count: rows.count)
        guard !isMoved else { return found }
        if let judges = heldOut[context], let blend = answering[context]?.blend {
            for (row, residual) in zip(judges.rows, blend.residuals(judges, blendRules)) where row >= 0 {
                found[row] = residual
            }
        } else {
            for (row, residual) in (settled.left[context] ?? []).enumerated() where row < found.count {
                found[row] = residual ?? .nan
            }
        }
        return found
    }

    /// Executions since that it takes to choose anew what was settled.
    private static let enoughJudges = 50
    /// Residuals of the next executions that are remembered.
    private static let remembered = 200

    /// Adds a value: medians and lines take it in at once, trees do not. What the rules said of it before counts for what
    /// they are worth.
    mutating func insert(_ row: TargetRow, rules: [ForecastRule]) {
        if !row.submitted.isNaN {
            let answers = members.logarithms(
                rules, of: row.features, at: row.submitted, past: rows[..<end(before: row.submitted)])
            heldOut[.next, default: HeldOutForecasts(rules: rules.count)].append(
                answers.map { log(row.value) - $0 }, capacity: Self.remembered)
        }
        var place = rows.count
        if !row.moment.isNaN { while place > 0, rows[place - 1].moment > row.moment { place -= 1 } }
        isMoved = isMoved || place < rows.count
        rows.insert(row, at: place)
        members.insert(row)
        trim()
        // `min` and `max` of a number and NaN are the number.
        firstSubmission = Double.minimum(firstSubmission, row.submitted)
        latestSubmission = Double.maximum(latestSubmission, row.submitted)
        if let run = row.run { runs.insert(run) }
    }

    /// Drops the oldest rows, a fifth at once, so that a type that never stops takes no more than its room.
    private mutating func trim() {
        guard rows.count > ObservedExecutions.capacity + ObservedExecutions.capacity / 4 else { return }
        rows.removeFirst(rows.count - ObservedExecutions.capacity)
        runs = Set(rows.compactMap(\.run))
        members.replace(rows[...])
        isMoved = true
    }

    /// What share of the time that executions span a question may be later than the last of them to be the next.
    private static let near = 0.05

    /// How a question of `run` that is asked at `moment` stands to what is known.
    func context(of run: String?, at moment: Double?) -> QuestionContext {
        if let run, !runs.isEmpty, !runs.contains(run) { return .newRun }
        guard !latestSubmission.isNaN else { return .among }
        guard let moment else { return .next }
        if moment < latestSubmission { return .among }
        return moment - latestSubmission <= Self.near * (latestSubmission - firstSubmission) ? .next : .ahead
    }

    /// What it takes to answer by all rules and then to add a value, in units of ``FitWork``.
    var insertUnits: Int { members.answerUnits + members.insertUnits }

    /// How questions of `context` are answered.
    func answering(_ context: QuestionContext) -> Answering {
        answering[context] ?? answering[context == .next ? .ahead : .among] ?? answering[.among]
            ?? Answering(blend: RuleBlend(.median), residuals: .unknown)
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
