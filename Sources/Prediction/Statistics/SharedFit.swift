import Workflows

/// What holds for all types together, while it is drawn up: the skill of the rules, and the levels for what is not known.
struct SharedFit: Sendable {
    /// The values of a target in a group of types.
    private struct Values: Sendable {
        var target: ResourceTarget
        var group: FallbackLevels.Group
        var values: [Double] = []
    }

    /// Executions that there were when it began.
    let count: Int
    /// The types that have not been asked, in their order.
    private var types: ArraySlice<String>
    private var surveys: [ResourceTarget: PooledSkill.Survey] = [:]
    /// What the types said, in the order in which groups came up, and where each group begins.
    private var said: [Values] = []
    private var places: [FallbackLevels.Group: Int] = [:]
    /// What was drawn up.
    private(set) var levels = FallbackLevels()

    init(_ observed: ObservedExecutions) {
        count = observed.count
        types = observed.types.keys.sorted()[...]
    }

    /// The skill of the rules on the types that were asked.
    var skills: [ResourceTarget: PooledSkill] { surveys.mapValues(PooledSkill.init) }

    /// Goes on while there is `work` left; whether all is done.
    ///
    /// - Parameter model: that of a type.
    mutating func advance(
        _ work: inout FitWork, rules: [ForecastRule], observed: ObservedExecutions, model: (String) -> TypeModel?
    ) -> Bool {
        while work.isLeft {
            if let type = types.popFirst() {
                ask(model(type), observed.types[type] ?? [], rules: rules, &work)
            } else if let next = said.popLast() {
                levels.set(next.target, of: next.group, next.values)
                work.spend(next.values.count * Self.sortedUnits)
            } else {
                return true
            }
        }
        return false
    }

    private mutating func ask(
        _ model: TypeModel?, _ executions: [TaskExecution], rules: [ForecastRule], _ work: inout FitWork
    ) {
        guard let task = executions.first?.task else { return }
        var groups = [FallbackLevels.Group.process(task.process), .everything]
        if let workflow = task.workflow { groups.append(.workflow(workflow)) }
        for group in groups where places[group] == nil {
            places[group] = said.count
            said += ResourceTarget.allCases.map { Values(target: $0, group: group) }
        }
        for (offset, target) in ResourceTarget.allCases.enumerated() {
            if let own = model?.targets[target] {
                surveys[target, default: PooledSkill.Survey()].add(own, rules: rules, &work)
            }
            let known = executions.compactMap { $0[target] }
            for group in groups { said[(places[group] ?? 0) + offset].values += known }
            work.spend(executions.count * Self.readUnits)
        }
    }

    /// What it takes to read a value, and to put it in order, in units of ``FitWork``.
    private static let (readUnits, sortedUnits) = (30, 100)
}
