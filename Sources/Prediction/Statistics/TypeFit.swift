import Workflows

/// A ``TypeModel`` while it is fitted: what describes the tasks, and then one target after the other.
struct TypeFit: Sendable {
    /// What it is fitted on, in the order of completion.
    let executions: [TaskExecution]
    private let rules: [ForecastRule]
    private let choices: [ResourceTarget: ForecastChoice]
    private let scores: MachineScores
    private var survey: FeatureColumns.Survey
    private var surveyed = 0
    /// Those of each execution, as far as they are known.
    private var features: [[Double]] = []
    private var size: SizeColumn?
    /// The model as far as it has come, from when its columns are known.
    private var model: TypeModel?
    /// The targets that are not done; the first of them is being fitted on its rows once those are known.
    private var targets = ResourceTarget.allCases[...]
    private var effects: MachineEffects?
    private var rows: [TargetRow] = []
    private var fit: TargetFit?

    /// Begins to learn from `executions`, in the order of completion; a target in `choices` is answered as is settled there.
    init(
        _ executions: [TaskExecution], rules: [ForecastRule], choices: [ResourceTarget: ForecastChoice] = [:],
        scores: MachineScores
    ) {
        self.executions = executions
        self.rules = rules
        self.choices = choices
        self.scores = scores
        survey = FeatureColumns.Survey(excluding: Set(scores.keys))
    }

    /// Goes on while there is `work` left; the model, once all is done.
    mutating func advance(_ work: inout FitWork) -> TypeModel? {
        while work.isLeft {
            guard let model else {
                look(&work)
                continue
            }
            guard let target = targets.first else { return model }
            if features.count < executions.count {
                describe(by: model.columns, &work)
            } else if fit == nil {
                begin(target, &work)
            } else if let fitted = fit?.advance(&work) {
                end(target, fitted, &work)
            }
        }
        return nil
    }

    /// Looks at one more task, or settles what columns there are.
    private mutating func look(_ work: inout FitWork) {
        if surveyed < executions.count, rules.contains(where: \.hasFeatures) {
            survey.add(executions[surveyed].task)
            surveyed += 1
            work.spend(Self.taskUnits)
        } else {
            model = TypeModel(survey, samples: executions.count)
        }
    }

    private mutating func describe(by columns: FeatureColumns, _ work: inout FitWork) {
        features.append(columns.values(of: executions[features.count].task))
        work.spend(Self.taskUnits)
        guard features.count == executions.count, rules.contains(where: \.hasTrees) else { return }
        let timed = executions.indices.filter { executions[$0][.duration] != nil }
        size = SizeColumn(
            timed.map { features[$0] }, kinds: columns.kinds, durations: timed.compactMap { executions[$0][.duration] })
        work.spend(timed.count * columns.kinds.count * SizeColumn.units)
    }

    /// Begins with `target`, or goes on to the next where it was never measured.
    private mutating func begin(_ target: ResourceTarget, _ work: inout FitWork) {
        effects = MachineEffects(executions, of: target, scores: scores)
        rows = zip(executions, features).compactMap { execution, features in
            TargetRow(execution, target, features: features, shift: effects?.shift(of: execution.task) ?? 0)
        }
        work.spend(effects == nil ? 0 : MachineEffects.units(rows: rows.count, features: features[0].count))
        guard !rows.isEmpty, let model else { return targets = targets.dropFirst() }
        fit = TargetFit(rows, rules: rules, kinds: model.columns.kinds, choice: choices[target])
    }

    private mutating func end(_ target: ResourceTarget, _ fitted: TargetModel, _ work: inout FitWork) {
        let extrapolation = size.flatMap { size in
            SizeExtrapolation(
                rows.map(\.features), targets: rows.map(\.value), of: target, size: size,
                isWord: model?.columns.areWords ?? [])
        }
        work.spend(size == nil ? 0 : SizeExtrapolation.units(rows: rows.count, features: rows[0].features.count))
        model?.set(target, fitted, machines: effects, extrapolation: extrapolation)
        fit = nil
        targets = targets.dropFirst()
    }

    /// What it takes to read what is known of a task, in units of ``FitWork``.
    private static let taskUnits = 2_000
}
