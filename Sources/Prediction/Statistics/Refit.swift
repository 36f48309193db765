import Workflows

/// A new model of a type, made beside the one that answers meanwhile: it is fitted on the executions that were known at
/// its beginning, its rules are chosen, and it takes in those that came since.
struct Refit: Sendable {
    /// The type.
    let type: String
    private let rules: [ForecastRule]
    private var fit: TypeFit
    /// The model, once it is fitted.
    private(set) var model: TypeModel?
    /// Whose rules are not chosen.
    private var open = ResourceTarget.allCases.flatMap { target in
        QuestionContext.allCases.map { (target: target, context: $0) }
    }[...]
    private var isSized = false
    /// Executions that came since it began and are not taken in.
    private var missed: ArraySlice<TaskExecution> = []

    /// Begins on the `executions` of `type`, in the order of completion.
    init(_ type: String, _ executions: [TaskExecution], rules: [ForecastRule], scores: MachineScores) {
        self.type = type
        self.rules = rules
        fit = TypeFit(executions, rules: rules, scores: scores)
    }

    /// Executions that it is fitted on.
    var rows: Int { fit.executions.count }

    /// Goes on with the fit while there is `work` left; whether it is done.
    mutating func advance(_ work: inout FitWork) -> Bool {
        if model == nil { model = fit.advance(&work) }
        return model != nil
    }

    /// Goes on behind the fit while there is `work` left: what rules are worth in all types stands in `pool`. The model,
    /// once it knows what the other one knows.
    mutating func settle(_ work: inout FitWork, among pool: [ResourceTarget: PooledSkill]) -> TypeModel? {
        while work.isLeft {
            if let (target, context) = open.popFirst() {
                model?.choose(target, context, from: rules, among: pool, &work)
            } else if !isSized {
                model?.settleSizing(fit.executions, &work)
                isSized = true
            } else if let execution = missed.popFirst() {
                model?.insert(execution, rules: rules, pool: pool, &work)
            } else {
                return model
            }
        }
        return nil
    }

    /// Takes note of an execution of the type that came meanwhile.
    mutating func insert(_ execution: TaskExecution) { missed.append(execution) }
}

/// The types that are due for a fit, and the fits that are under way.
struct Refits: Sendable {
    private var due: Set<String> = []
    /// Fits under way: the last one goes on, and the others when it is done.
    private var underWay: [Refit] = []
    /// Fits that are done, whose models do not answer yet, the first one first.
    private var fitted: [Refit] = []

    /// Takes note of an execution of a type that may be under way.
    mutating func insert(_ execution: TaskExecution) {
        let type = execution.task.taskType
        if let place = underWay.firstIndex(where: { $0.type == type }) { underWay[place].insert(execution) }
        if let place = fitted.firstIndex(where: { $0.type == type }) { fitted[place].insert(execution) }
    }

    /// Takes note that `type` is due, unless its fit is under way.
    mutating func demand(_ type: String) {
        guard !underWay.contains(where: { $0.type == type }), model(of: type) == nil else { return }
        due.insert(type)
    }

    /// How many rows each fit that is under way has, the one that goes on the last.
    var rowsUnderWay: [Int] { underWay.map(\.rows) }

    /// What was fitted for `type` and does not answer yet.
    func model(of type: String) -> TypeModel? { fitted.first { $0.type == type }?.model }

    /// Fits what is due while there is `work` left.
    ///
    /// First come those that have the fewest rows for what they have grown by. A fit that is under way is put off for one of
    /// at most half as many rows that comes before it, so that all under way together have at most twice the rows of one.
    mutating func fit(
        _ work: inout FitWork, _ types: [String: TypeModel], _ observed: ObservedExecutions, rules: [ForecastRule],
        scores: MachineScores
    ) {
        while work.isLeft {
            if let type = next(types, observed) {
                due.remove(type)
                underWay.append(Refit(type, observed.types[type] ?? [], rules: rules, scores: scores))
            }
            guard let last = underWay.indices.last else { return }
            if underWay[last].advance(&work) { fitted.append(underWay.removeLast()) }
        }
    }

    /// The type whose fit is to begin now; nil for none.
    private func next(_ types: [String: TypeModel], _ observed: ObservedExecutions) -> String? {
        func rank(_ type: String) -> Double { types[type]?.rowsPerGrowth ?? 0 }
        let most = underWay.last.map { ($0.rows / 2, rank($0.type)) } ?? (Int.max, .infinity)
        return due.filter { (observed.types[$0]?.count ?? 0) <= most.0 && rank($0) <= most.1 }
            .min { (rank($0), $0) < (rank($1), $1) }
    }

    /// Goes on with the first of the fits that are done while there is `work` left; its type and model, once that may answer.
    mutating func settle(
        _ work: inout FitWork, among pool: [ResourceTarget: PooledSkill]
    ) -> (type: String, model: TypeModel)? {
        guard !fitted.isEmpty, let model = fitted[0].settle(&work, among: pool) else { return nil }
        return (fitted.removeFirst().type, model)
    }
}
