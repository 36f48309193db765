import Workflows

/// One task type: which columns describe its tasks, and a model for each target.
struct TypeModel: Sendable {
    let columns: FeatureColumns
    private(set) var targets: [ResourceTarget: TargetModel]
    /// What allocations rest on.
    private(set) var evidence: SizingEvidence
    /// Usable executions that it has seen.
    private(set) var samples: Int
    /// Executions since the last fit.
    private var sinceFit = 0

    /// Learns from `executions`, in the order of completion; a target in `choices` is answered by the rule named there.
    init(_ executions: [TaskExecution], rules: [ForecastRule], choices: [ResourceTarget: ForecastRule] = [:]) {
        let columns = FeatureColumns(rules.contains(.linear) ? executions.map(\.task) : [])
        let features = executions.map { columns.values(of: $0.task) }
        targets = [:]
        for target in ResourceTarget.allCases {
            let rows = zip(executions, features).compactMap { execution, features in
                execution[target].map {
                    TargetModel.Row(
                        submitted: execution.task.submittedAt ?? .nan, moment: execution.completedAt ?? .nan, value: $0,
                        features: features)
                }
            }
            if !rows.isEmpty { targets[target] = TargetModel(rows, rules: choices[target].map { [$0] } ?? rules) }
        }
        self.columns = columns
        samples = executions.count
        evidence = SizingEvidence(
            executions, memory: targets[.memory]?.heldOut.forecasts, duration: targets[.duration]?.heldOut.forecasts)
    }

    /// Whether so many executions came since the last fit that another is worth while.
    var isDue: Bool { sinceFit >= min(20, max(1, (samples - sinceFit) / 4)) }

    /// Adds an execution without a new fit.
    mutating func insert(_ execution: TaskExecution) {
        samples += 1
        sinceFit += 1
        let features = columns.values(of: execution.task)
        evidence.observe(
            execution,
            memory: targets[.memory]?.logarithm(of: features, at: execution.task.submittedAt))
        for target in ResourceTarget.allCases {
            guard let value = execution[target] else { continue }
            targets[target]?.insert(
                .init(
                    submitted: execution.task.submittedAt ?? .nan, moment: execution.completedAt ?? .nan, value: value,
                    features: features))
        }
    }
}
