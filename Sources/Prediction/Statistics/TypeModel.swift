import Foundation
import Workflows

/// One task type: which columns describe its tasks, and a model for each target.
struct TypeModel: Sendable {
    let columns: FeatureColumns
    private let isWord: [Bool]
    private(set) var targets: [ResourceTarget: TargetModel]
    /// What kinds of node add to ln of each target; rows are those of an average one.
    private var machines: [ResourceTarget: MachineEffects] = [:]
    /// What is said of larger inputs than any seen.
    private var extrapolations: [ResourceTarget: SizeExtrapolation] = [:]
    /// How far executions since the training lay outside of what was forecast of them.
    private(set) var tails: [ResourceTarget: AdaptiveTails]
    /// What allocations rest on.
    private(set) var evidence = SizingEvidence([], memory: nil, duration: nil)
    /// Usable executions that it has seen.
    private(set) var samples: Int
    /// Those at the last fit of everything.
    private var fitted: Int
    /// Whether a target came that had not been measured before.
    private var lacksTarget = false
    /// Executions since the last fit of the line.
    private var sinceLine = 0

    /// Learns from `executions`, in the order of completion; a target in `choices` is answered as is settled there.
    ///
    /// - Parameter tails: those of the model that this one takes the place of.
    init(
        _ executions: [TaskExecution], rules: [ForecastRule], choices: [ResourceTarget: ForecastChoice] = [:],
        scores: MachineScores, tails: [ResourceTarget: AdaptiveTails] = [:]
    ) {
        self.tails = tails
        let needsColumns = rules.contains { $0 == .linear || $0.hasTrees }
        let columns = FeatureColumns(needsColumns ? executions.map(\.task) : [], excluding: Set(scores.keys))
        let features = executions.map { columns.values(of: $0.task) }
        let areWords = columns.areWords
        isWord = areWords
        self.columns = columns
        targets = [:]
        let size = rules.contains(where: \.hasTrees) ? Self.size(executions, features, kinds: columns.kinds) : nil
        for target in ResourceTarget.allCases {
            let effects = MachineEffects(executions, of: target, scores: scores)
            let rows = zip(executions, features).compactMap { execution, features in
                TargetRow(execution, target, features: features, shift: effects?.shift(of: execution.task) ?? 0)
            }
            guard !rows.isEmpty else { continue }
            targets[target] = TargetModel(rows, rules: rules, isWord: isWord, choice: choices[target])
            machines[target] = effects
            extrapolations[target] = size.flatMap {
                SizeExtrapolation(
                    rows.map(\.features), targets: rows.map(\.value), of: target, size: $0, isWord: areWords)
            }
        }
        samples = executions.count
        fitted = samples
    }

    private static func size(
        _ executions: [TaskExecution], _ features: [[Double]], kinds: [FeatureColumns.Kind]
    ) -> SizeColumn? {
        let timed = executions.indices.filter { executions[$0][.duration] != nil }
        return SizeColumn(
            timed.map { features[$0] }, kinds: kinds, durations: timed.compactMap { executions[$0][.duration] })
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

    /// Executions up to which a type is fitted anew while it is asked for answers; more take too long.
    private static let quickSamples = 128
    /// The same for the products of columns that a line sums up.
    private static let quickProducts = 200_000

    /// Whether so many executions came since the last fit that another is worth while, and, unless there is time, is
    /// quick.
    func isDue(hasTime: Bool) -> Bool {
        if lacksTarget { return true }
        let isQuick = samples <= Self.quickSamples && samples * isWord.count * isWord.count <= Self.quickProducts
        return samples - fitted >= max(1, fitted / 4) && (hasTime || isQuick)
    }

    /// Decides by which rules each target is answered, and what to ask for; `executions` are those that it was fitted on.
    mutating func choose(
        from rules: [ForecastRule], among pool: [ResourceTarget: PooledSkill], _ executions: [TaskExecution]
    ) {
        for target in ResourceTarget.allCases {
            targets[target]?.choose(from: rules, among: pool[target] ?? PooledSkill())
        }
        func forecasts(_ target: ResourceTarget) -> SizingEvidence.HeldOutForecasts? {
            guard let model = targets[target] else { return nil }
            let measured = executions.compactMap { $0[target] }
            func logarithms(_ context: QuestionContext) -> [Double] {
                zip(measured, model.left(context)).map { log($0) - $1 }
            }
            return (logarithms(.among), logarithms(.ahead))
        }
        evidence = SizingEvidence(executions, memory: forecasts(.memory), duration: forecasts(.duration))
    }

    /// ln of the forecast of `target` for `task`, as the next question.
    private func logarithm(_ target: ResourceTarget, of task: TaskSpec, _ features: [Double]) -> Double? {
        guard let model = targets[target] else { return nil }
        return model.logarithm(model.answering(.next).blend, of: features, at: task.submittedAt)
            + machine(of: task, target).shift
    }

    /// Adds an execution without a new fit.
    mutating func insert(_ execution: TaskExecution, rules: [ForecastRule]) {
        samples += 1
        sinceLine += 1
        let features = columns.values(of: execution.task)
        evidence.observe(execution, memory: logarithm(.memory, of: execution.task, features))
        for target in ResourceTarget.allCases {
            let shift = machine(of: execution.task, target).shift
            guard let row = TargetRow(execution, target, features: features, shift: shift) else { continue }
            if let model = targets[target] {
                let answering = model.answering(model.context(of: row.run, at: execution.task.submittedAt))
                let middle = model.logarithm(answering.blend, of: features, at: execution.task.submittedAt)
                tails[target, default: AdaptiveTails()].observe(log(row.value) - middle, expected: answering.residuals)
            } else {
                lacksTarget = true
            }
            targets[target]?.insert(row, rules: rules)
            extrapolations[target]?.note(features)
        }
    }

    /// Fits the lines anew where enough has come since, and decides anew how the next executions are answered.
    mutating func refitLines(rules: [ForecastRule], pool: [ResourceTarget: PooledSkill]) {
        guard sinceLine >= min(20, max(1, (samples - sinceLine) / 4)) else { return }
        sinceLine = 0
        for target in ResourceTarget.allCases {
            targets[target]?.refitLine(isWord: isWord)
            targets[target]?.choose(from: rules, among: pool[target] ?? PooledSkill(), only: .next)
        }
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
