import Foundation
import Workflows

/// One task type: which columns describe its tasks, and a model for each target.
struct TypeModel: Sendable {
    let columns: FeatureColumns
    /// What is known of its tasks.
    private var survey: FeatureColumns.Survey
    private(set) var targets: [ResourceTarget: TargetModel] = [:]
    /// What kinds of node add to ln of each target; rows are those of an average one.
    private var machines: [ResourceTarget: MachineEffects] = [:]
    /// What is said of larger inputs than any seen.
    private var extrapolations: [ResourceTarget: SizeExtrapolation] = [:]
    /// How far executions since the training lay outside of what was forecast of them.
    var tails: [ResourceTarget: AdaptiveTails] = [:]
    /// What allocations rest on.
    private(set) var evidence = SizingEvidence([], memory: nil, duration: nil)
    /// Usable executions that it has seen.
    private(set) var samples: Int
    /// Those at the last fit of everything.
    private var fitted: Int
    /// Whether a target came that had not been measured at the last fit.
    private var lacksTarget = false
    /// Executions since it was last decided how the next ones are answered.
    private var sinceChoice = 0

    /// Learns from `executions`, in the order of completion; a target in `choices` is answered as is settled there.
    init(
        _ executions: [TaskExecution], rules: [ForecastRule], choices: [ResourceTarget: ForecastChoice] = [:],
        scores: MachineScores
    ) {
        var fit = TypeFit(executions, rules: rules, choices: choices, scores: scores)
        var work = FitWork.unlimited
        guard let model = fit.advance(&work) else { preconditionFailure("a fit without a limit comes to its end") }
        self = model
    }

    /// No target yet, of `samples` executions.
    init(_ survey: FeatureColumns.Survey, samples: Int) {
        self.survey = survey
        columns = FeatureColumns(survey)
        self.samples = samples
        fitted = samples
    }

    /// Answers `target` by what was fitted.
    mutating func set(
        _ target: ResourceTarget, _ model: TargetModel, machines effects: MachineEffects?,
        extrapolation: SizeExtrapolation?
    ) {
        targets[target] = model
        machines[target] = effects
        extrapolations[target] = extrapolation
    }

    /// What the machine of `task` adds to ln of `target`, and half the width of the interval that holds it.
    func machine(of task: TaskSpec, _ target: ResourceTarget) -> (shift: Double, uncertainty: Double) {
        machines[target].map { ($0.shift(of: task), $0.uncertainty(of: task)) } ?? (0, 0)
    }

    /// What is said of a task with `features` that is larger than any seen, what share of the answer that has, and what
    /// it leaves, where `inside` is left of others; nil where it has no share.
    func beyond(
        _ features: [Double], _ target: ResourceTarget, _ inside: ResidualDistribution
    ) -> (logarithm: Double, share: Double, residuals: ResidualDistribution)? {
        guard let extrapolation = extrapolations[target] else { return nil }
        let distance = extrapolation.distance(features)
        let share = extrapolation.share(at: distance)
        guard share > 0 else { return nil }
        return (extrapolation.logarithm(features), share, extrapolation.residuals(inside, at: distance))
    }

    /// What is new of `task`; nil where nothing is.
    func novelty(of task: TaskSpec) -> FeatureColumns.Novelty? { survey.novelty(of: task) }

    /// Whether so many executions came since the last fit that another is worth while.
    var isDue: Bool { lacksTarget || samples - fitted >= max(1, fitted / 4) }

    /// Rows for what it has grown by since the last fit: the less, the sooner the next is worth its while.
    var rowsPerGrowth: Double { Double(fitted) * Double(fitted) / Double(samples - fitted) }

    /// Decides by which rules each target is answered, and what to ask for; `executions` are those that it was fitted on.
    mutating func choose(
        from rules: [ForecastRule], among pool: [ResourceTarget: PooledSkill], _ executions: [TaskExecution]
    ) {
        var work = FitWork.unlimited
        for target in ResourceTarget.allCases {
            for context in QuestionContext.allCases {
                choose(target, context, from: rules, among: pool, &work)
            }
        }
        settleSizing(executions, &work)
    }

    /// Decides by which rules questions of `context` about `target` are answered.
    mutating func choose(
        _ target: ResourceTarget, _ context: QuestionContext, from rules: [ForecastRule],
        among pool: [ResourceTarget: PooledSkill], _ work: inout FitWork
    ) {
        targets[target]?.choose(context, from: rules, among: pool[target] ?? PooledSkill())
        let judges = min(targets[target]?.heldOut[context]?.count ?? 0, RuleBlend.mostJudges)
        work.spend(judges * rules.count * RuleBlend.units)
    }

    /// Decides what to ask for, from what was chosen; `executions` are those that it was fitted on.
    mutating func settleSizing(_ executions: [TaskExecution], _ work: inout FitWork) {
        func logarithms(_ target: ResourceTarget, _ context: QuestionContext) -> [Double] {
            guard let model = targets[target] else { return [] }
            return zip(executions.compactMap { $0[target] }, model.left(context)).map { log($0) - $1 }
        }
        func forecasts(_ target: ResourceTarget) -> SizingEvidence.HeldOutForecasts? {
            targets[target] == nil ? nil : (logarithms(target, .among), logarithms(target, .ahead))
        }
        evidence = SizingEvidence(
            executions, memory: forecasts(.memory), duration: forecasts(.duration),
            memoryOfNewRuns: logarithms(.memory, .newRun))
        work.spend(executions.count * SizingEvidence.units)
    }

    /// What an allocation for `task` rests on, of which `novelty` is new.
    func evidence(for task: TaskSpec, _ novelty: FeatureColumns.Novelty?) -> SizingEvidence {
        if novelty?.wasConstant == true { return evidence.asked(.unlike) }
        guard let model = targets[.memory] else { return evidence }
        return model.context(of: task.run, at: task.submittedAt) == .newRun ? evidence.asked(.newRun) : evidence
    }

    /// ln of the forecast of `target` for `task`, as the next question.
    private func logarithm(_ target: ResourceTarget, of task: TaskSpec, _ features: [Double]) -> Double? {
        guard let model = targets[target] else { return nil }
        return model.logarithm(model.answering(.next).blend, of: features, at: task.submittedAt)
            + machine(of: task, target).shift
    }

    /// Adds an execution: medians and lines take it in, and trees wait for the next fit.
    mutating func insert(
        _ execution: TaskExecution, rules: [ForecastRule], pool: [ResourceTarget: PooledSkill], _ work: inout FitWork
    ) {
        samples += 1
        sinceChoice += 1
        survey.add(execution.task)
        let features = columns.values(of: execution.task)
        evidence.observe(execution, memory: logarithm(.memory, of: execution.task, features))
        for target in ResourceTarget.allCases {
            let shift = machine(of: execution.task, target).shift
            guard let row = TargetRow(execution, target, features: features, shift: shift) else { continue }
            if let model = targets[target] {
                let answering = model.answering(model.context(of: row.run, at: execution.task.submittedAt))
                let middle = model.logarithm(answering.blend, of: features, at: execution.task.submittedAt)
                tails[target, default: AdaptiveTails()].observe(log(row.value) - middle, expected: answering.residuals)
                work.spend(model.insertUnits)
                targets[target]?.insert(row, rules: rules)
            } else {
                measureFirst(target, row, rules: rules, pool: pool)
            }
            extrapolations[target]?.note(features)
        }
    }

    /// Answers a target that had not been measured before by the one row there is, until the next fit.
    private mutating func measureFirst(
        _ target: ResourceTarget, _ row: TargetRow, rules: [ForecastRule], pool: [ResourceTarget: PooledSkill]
    ) {
        var fit = TargetFit([row], rules: rules, kinds: columns.kinds, choice: nil)
        var work = FitWork.unlimited
        targets[target] = fit.advance(&work)
        for context in QuestionContext.allCases { choose(target, context, from: rules, among: pool, &work) }
        lacksTarget = true
    }

    /// Decides anew how the next executions are answered, where enough have come since.
    mutating func chooseNext(
        rules: [ForecastRule], pool: [ResourceTarget: PooledSkill], _ work: inout FitWork
    ) {
        guard sinceChoice >= min(20, max(1, (samples - sinceChoice) / 4)) else { return }
        sinceChoice = 0
        for target in ResourceTarget.allCases { choose(target, .next, from: rules, among: pool, &work) }
    }
}

extension TargetRow {
    /// The row of an execution with `features`, as on an average machine, where its own adds `shift` to ln of the
    /// target; nil where that was not measured.
    init?(_ execution: TaskExecution, _ target: ResourceTarget, features: [Double], shift: Double) {
        guard let value = execution[target] else { return nil }
        self.init(
            submitted: execution.task.submittedAt ?? .nan, moment: execution.completedAt ?? .nan,
            run: execution.task.run, value: value * exp(-shift), features: features)
    }
}

/// How the questions about one target of one type are answered: what training has settled.
public struct ForecastChoice: Codable, Hashable, Sendable {
    /// For each kind of question that could be judged.
    public var answering: [QuestionContext: Answering]
    /// What is left of each execution, held out at random or later than what was known; nil where it was not.
    var left: [QuestionContext: [Double?]] = [:]
}
