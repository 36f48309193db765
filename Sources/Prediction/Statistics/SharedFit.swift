import Workflows

/// What holds for all types together, while it is drawn up: the skill of the rules, and the levels for what is not known.
struct SharedFit: Sendable {
    /// The values of a target in a group of executions.
    private struct Values: Sendable {
        var target: ResourceTarget
        var group: FallbackLevels.Group
        var sort = SteppedSort()
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
            } else if let last = said.indices.last {
                guard let sorted = said[last].sort.advance(&work) else { continue }
                levels.set(said[last].target, of: said[last].group, sorted)
                said.removeLast()
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
        for target in ResourceTarget.allCases {
            if let own = model?.targets[target] {
                surveys[target, default: PooledSkill.Survey()].add(own, rules: rules, &work)
            }
        }
        add(executions, to: .process(task.process), &work)
        add(executions, to: .everything, &work)
        if let workflow = task.workflow { add(executions, to: .workflow(workflow), &work) }
        // A process may have been given another tool, and who reports executions may name one of its own for each.
        var tools: [String: [TaskExecution]] = [:]
        for execution in executions { if let tool = execution.task.tool { tools[tool, default: []].append(execution) } }
        for (tool, executions) in tools.sorted(by: { $0.key < $1.key }) { add(executions, to: .tool(tool), &work) }
    }

    private mutating func add(
        _ executions: [TaskExecution], to group: FallbackLevels.Group, _ work: inout FitWork
    ) {
        let place = places[group] ?? said.count
        if place == said.count {
            places[group] = place
            said += ResourceTarget.allCases.map { Values(target: $0, group: group) }
        }
        for (offset, target) in ResourceTarget.allCases.enumerated() {
            said[place + offset].sort.insert(executions.compactMap { $0[target] }, &work)
        }
        work.spend(executions.count * ResourceTarget.allCases.count * Self.readUnits)
    }

    /// What it takes to read a value, in units of ``FitWork``.
    private static let readUnits = 30
}
