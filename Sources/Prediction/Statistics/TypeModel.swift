import Foundation
import Workflows

/// One task type: which columns describe its tasks, and a model for each target.
struct TypeModel: Sendable {
    let columns: FeatureColumns
    private(set) var targets: [ResourceTarget: TargetModel]
    /// What kinds of node add to ln of each target.
    private let machines: [ResourceTarget: MachineEffects]
    /// Usable executions that it has seen.
    private(set) var samples: Int
    /// Executions since the last fit.
    private var sinceFit = 0

    /// Learns from `executions`, in the order of completion; a target in `choices` is answered by the rule named there.
    init(
        _ executions: [TaskExecution], rules: [ForecastRule], choices: [ResourceTarget: ForecastRule] = [:],
        scores: MachineScores
    ) {
        let columns = FeatureColumns(rules.contains(.linear) ? executions.map(\.task) : [], excluding: Set(scores.keys))
        var machines: [ResourceTarget: MachineEffects] = [:]
        let features = executions.map { columns.values(of: $0.task) }
        targets = [:]
        let timed = zip(executions, features).compactMap { execution, row in
            execution.duration.map { (row: row, duration: $0) }
        }
        let size = SizeColumn(timed.map(\.row), kinds: columns.kinds, durations: timed.map(\.duration))
        let isWord = columns.isWord
        for target in ResourceTarget.allCases {
            let effects = MachineEffects(executions, of: target, scores: scores)
            machines[target] = effects
            let rows = zip(executions, features).compactMap { execution, features in
                execution[target].map { value in
                    TargetModel.Row(
                        submitted: execution.task.submittedAt ?? .nan, moment: execution.completedAt ?? .nan,
                        value: value * exp(-(effects?.shift(of: execution.task) ?? 0)),
                        features: features)
                }
            }
            if !rows.isEmpty {
                targets[target] = TargetModel(
                    rows, rules: choices[target].map { [$0] } ?? rules, isWord: isWord, size: size, target: target)
            }
        }
        self.columns = columns
        self.machines = machines
        samples = executions.count
    }

    /// What the machine of `task` adds to ln of `target`, and how unsure that is.
    func machineShift(of task: TaskSpec, _ target: ResourceTarget) -> (shift: Double, uncertainty: Double) {
        machines[target].map { ($0.shift(of: task), $0.uncertainty(of: task)) } ?? (0, 0)
    }

    /// Whether so many executions came since the last fit that another is worth while.
    var isDue: Bool { sinceFit >= min(20, max(1, (samples - sinceFit) / 4)) }

    /// Adds an execution without a new fit.
    mutating func insert(_ execution: TaskExecution) {
        samples += 1
        sinceFit += 1
        let features = columns.values(of: execution.task)
        for target in ResourceTarget.allCases {
            guard let value = execution[target] else { continue }
            let shift = machineShift(of: execution.task, target).shift
            targets[target]?.insert(
                .init(
                    submitted: execution.task.submittedAt ?? .nan, moment: execution.completedAt ?? .nan,
                    value: value * exp(-shift), features: features))
        }
    }
}
