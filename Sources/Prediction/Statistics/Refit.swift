import Workflows

/// A new model of a type, made beside the one that answers meanwhile: it is fitted on the executions that were known at
/// its beginning, its rules are chosen, and it takes in those that came since.
struct Refit: Sendable {
    /// The type.
    let type: String
    /// When it became due, as a count of executions.
    let demandedAt: Int
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

    /// Begins on the `executions` of `type`, which became due at `demandedAt`, in the order of completion.
    init(
        _ type: String, demandedAt: Int, _ executions: [TaskExecution], rules: [ForecastRule], scores: MachineScores
    ) {
        self.type = type
        self.demandedAt = demandedAt
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
///
/// Small fits come first, and each of them at last: one that was asked for ``patience`` executions ago goes before all others,
/// the oldest first, until it is done. So a fit waits for no more than that and one fit of each other type, and so many
/// executions at the most come while it is under way.
struct Refits: Sendable {
    /// Executions for which a fit may be put off.
    var patience = 1_000
    /// Executions so far.
    private var clock = 0
    /// The types whose fits are to begin, each with when it became due.
    private var due: [String: Int] = [:]
    /// Fits under way: the last one goes on, and the others when it is done.
    private var underWay: [Refit] = []
    /// Fits that are done, whose models do not answer yet, the first one first.
    private var fitted: [Refit] = []

    /// Takes note of an execution of a type that may be under way.
    mutating func insert(_ execution: TaskExecution) {
        clock += 1
        let type = execution.task.taskType
        if let place = underWay.firstIndex(where: { $0.type == type }) { underWay[place].insert(execution) }
        if let place = fitted.firstIndex(where: { $0.type == type }) { fitted[place].insert(execution) }
    }

    /// Takes note that `type` is due, unless its fit is under way.
    mutating func demand(_ type: String) {
        guard due[type] == nil, !underWay.contains(where: { $0.type == type }), model(of: type) == nil else { return }
        due[type] = clock
    }

    /// How many rows each fit that is under way has, the one that goes on the last.
    var rowsUnderWay: [Int] { underWay.map(\.rows) }

    /// What was fitted for `type` and does not answer yet.
    func model(of type: String) -> TypeModel? { fitted.first { $0.type == type }?.model }

    /// Fits what is due while there is `work` left.
    ///
    /// First comes what has waited too long, and then those that have the fewest rows for what they have grown by. A fit that is
    /// under way is put off for one of at most half as many rows that comes before it, so that all under way together have at
    /// most twice the rows of one, beside the one that has waited too long.
    mutating func fit(
        _ work: inout FitWork, _ types: [String: TypeModel], _ observed: ObservedExecutions, rules: [ForecastRule],
        scores: MachineScores
    ) {
        while work.isLeft {
            let overdue = overdue
            if let type = overdue ?? next(types, observed), let moment = due.removeValue(forKey: type) {
                underWay.append(
                    Refit(type, demandedAt: moment, observed.types[type] ?? [], rules: rules, scores: scores))
            }
            let place = overdue.flatMap { type in underWay.firstIndex { $0.type == type } } ?? underWay.indices.last
            guard let place else { return }
            if underWay[place].advance(&work) { fitted.append(underWay.remove(at: place)) }
        }
    }

    /// The type that has waited the longest, where that is too long.
    private var overdue: String? {
        let waiting = due.map { ($0.value, $0.key) } + underWay.map { ($0.demandedAt, $0.type) }
        guard let (moment, type) = waiting.min(by: <), clock - moment > patience else { return nil }
        return type
    }

    /// The type whose fit is to begin now; nil for none.
    private func next(_ types: [String: TypeModel], _ observed: ObservedExecutions) -> String? {
        func rank(_ type: String) -> Double { types[type]?.rowsPerGrowth ?? 0 }
        let most = underWay.last.map { ($0.rows / 2, rank($0.type)) } ?? (Int.max, .infinity)
        return due.keys.filter { (observed.types[$0]?.count ?? 0) <= most.0 && rank($0) <= most.1 }
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
