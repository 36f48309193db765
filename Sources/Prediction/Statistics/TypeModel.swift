import Workflows

/// One task type: which columns describe its tasks, and a model for each target.
struct TypeModel: Sendable {
    let columns: FeatureColumns
    private let isWord: [Bool]
    private(set) var targets: [ResourceTarget: TargetModel]
    /// Usable executions that it has seen.
    private(set) var samples: Int
    /// Those at the last fit of everything.
    private var fitted: Int
    /// Executions since the last fit of the line.
    private var sinceLine = 0

    /// Learns from `executions`, in the order of completion; a target in `choices` is answered as is settled there.
    init(_ executions: [TaskExecution], rules: [ForecastRule], choices: [ResourceTarget: ForecastChoice] = [:]) {
        let needsColumns = rules.contains { $0 == .linear || $0.hasTrees }
        let columns = FeatureColumns(needsColumns ? executions.map(\.task) : [])
        let features = executions.map { columns.values(of: $0.task) }
        isWord = columns.areWords
        targets = [:]
        for target in ResourceTarget.allCases {
            let rows = zip(executions, features).compactMap { TargetRow($0, target, features: $1) }
            guard !rows.isEmpty else { continue }
            targets[target] = TargetModel(rows, rules: rules, isWord: isWord, answering: choices[target]?.answering)
        }
        self.columns = columns
        samples = executions.count
        fitted = samples
    }

    /// Executions up to which a type is fitted anew while it is asked for answers; more take too long.
    private static let quickSamples = 128

    /// Whether so many executions came since the last fit that another is worth while, and, unless there is time, is quick.
    func isDue(hasTime: Bool) -> Bool {
        samples - fitted >= max(1, fitted / 4) && (hasTime || samples <= Self.quickSamples)
    }

    /// Decides by which rules each target is answered.
    mutating func choose(from rules: [ForecastRule], among pool: [ResourceTarget: PooledSkill]) {
        for target in ResourceTarget.allCases {
            targets[target]?.choose(from: rules, among: pool[target] ?? PooledSkill())
        }
    }

    /// Adds an execution without a new fit.
    mutating func insert(_ execution: TaskExecution) {
        samples += 1
        sinceLine += 1
        let features = columns.values(of: execution.task)
        for target in ResourceTarget.allCases {
            guard let row = TargetRow(execution, target, features: features) else { continue }
            targets[target]?.insert(row)
        }
    }

    /// Fits the lines anew where enough has come since.
    mutating func refitLines() {
        guard sinceLine >= min(20, max(1, (samples - sinceLine) / 4)) else { return }
        sinceLine = 0
        for target in ResourceTarget.allCases { targets[target]?.refitLine(isWord: isWord) }
    }
}

extension TargetRow {
    /// The row of an execution with `features`; nil where the target was not measured.
    init?(_ execution: TaskExecution, _ target: ResourceTarget, features: [Double]) {
        guard let value = execution[target] else { return nil }
        self.init(
            submitted: execution.task.submittedAt ?? .nan, moment: execution.completedAt ?? .nan,
            run: execution.task.run, value: value, features: features)
    }
}

/// How the questions about one target of one type are answered: what training has settled.
public struct ForecastChoice: Codable, Hashable, Sendable {
    /// For each kind of question that could be judged.
    public var answering: [QuestionContext: Answering]
}
