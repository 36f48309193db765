import Workflows

extension RunOutline {
    /// The runs of one application, and where their dependencies come from.
    ///
    /// Recorded graphs are used where there are any. Without them a run is what has one name; where every such run holds
    /// one process only, as where a file holds a process, it is what has one sample, and the last execution of each process
    /// counts.
    static func runs(
        of executions: [TaskExecution], graphs: [RecordedGraph]
    ) throws -> (runs: [RunOutline], structure: FittedApplication.Structure) {
        if !graphs.isEmpty {
            let byRun = Dictionary(grouping: executions, by: \.task.run)
            let runs = try graphs.filter { !$0.taskIDs.isEmpty }
                .map { try RunOutline($0, executions: byRun[$0.run] ?? []) }
            return (runs, .recorded)
        }
        let ended = executions.filter(\.endedWell)
        var groups = grouped(ended) { $0.task.run ?? "" }
        if groups.allSatisfy({ Set($0.map(\.task.process)).count == 1 }) {
            let samples = grouped(ended.filter { $0.sample != nil }) { $0.sample ?? "" }.map(lastOfEachProcess)
            if samples.contains(where: { $0.count > 1 }) {
                groups = samples + grouped(ended.filter { $0.sample == nil }) { "\($0.task.run ?? "") \($0.taskID)" }
            }
        }
        let chained = groups.map { RunOutline($0, isChained: true) }
        if chained.contains(where: { $0.tasks.contains { !$0.parents.isEmpty } }) { return (chained, .chains) }
        return (groups.map { RunOutline($0, isChained: false) }, .independent)
    }

    /// Elements with one key together, in the order of their first.
    private static func grouped(_ executions: [TaskExecution], by key: (TaskExecution) -> String) -> [[TaskExecution]] {
        var places: [String: Int] = [:]
        var groups: [[TaskExecution]] = []
        for execution in executions {
            let key = key(execution)
            if let place = places[key] {
                groups[place].append(execution)
            } else {
                places[key] = groups.count
                groups.append([execution])
            }
        }
        return groups
    }

    private static func lastOfEachProcess(_ executions: [TaskExecution]) -> [TaskExecution] {
        grouped(executions, by: \.task.process).compactMap { same in
            same.enumerated().max { ($0.element.startedAt ?? 0, $0.offset) < ($1.element.startedAt ?? 0, $1.offset) }?
                .element
        }
    }
}
