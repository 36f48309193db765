import Files
import Workflows

/// What is wrong with the rows of a history.
public struct HistoryValidation: Sendable {
    /// One finding for each row and field, in the order of rows.
    public private(set) var problems: [InputError] = []
    /// Rows that ``HistoryContent/cleaned()`` would take out.
    public private(set) var faultyRows: Set<Int> = []

    /// Looks at every row of `content`.
    public init(_ content: HistoryContent) {
        var seen: [Key: Int] = [:]
        for (row, execution) in content.executions.enumerated() {
            checkMoments(execution, row)
            checkMeasurements(execution, row)
            let key = Key(execution, source: content.sourcePlaces[row])
            if let first = seen.updateValue(row, forKey: key) {
                report(row, "taskId", "task \(execution.taskID) repeats row \(first)")
                seen[key] = first
            }
        }
    }

    /// Executions that are equal in all that tells them apart: run, task, attempt and moment.
    private struct Key: Hashable {
        var source: Int
        var run: String?
        var taskID: String
        var attempt: Int
        var submittedAt: Double?
        var completedAt: Double?
        var duration: Double?

        init(_ execution: TaskExecution, source: Int) {
            self.source = source
            run = execution.task.run
            taskID = execution.taskID
            attempt = execution.task.attempt
            submittedAt = execution.task.submittedAt
            completedAt = execution.completedAt
            duration = execution.duration
        }
    }

    private mutating func report(_ row: Int, _ field: String, _ problem: String) {
        problems.append(InputError(problem, row: row, field: field))
        faultyRows.insert(row)
    }

    private mutating func checkMoments(_ execution: TaskExecution, _ row: Int) {
        if let started = execution.startedAt, let submitted = execution.task.submittedAt, started < submitted {
            report(row, "startedAt", "lies \(submitted - started) s before the submission")
        }
        if let completed = execution.completedAt, let started = execution.startedAt, completed < started {
            report(row, "completedAt", "lies \(started - completed) s before the start")
        } else if let completed = execution.completedAt, let submitted = execution.task.submittedAt,
            completed < submitted
        {
            report(row, "completedAt", "lies \(submitted - completed) s before the submission")
        }
    }

    private mutating func checkMeasurements(_ execution: TaskExecution, _ row: Int) {
        for column in NumberColumn.all where !column.name.hasSuffix("At") {
            guard let value = column.value(execution) else { continue }
            if !value.isFinite {
                report(row, column.name, "is not finite")
            } else if value < 0 {
                report(row, column.name, "is negative: \(value)")
            }
        }
        for target in ResourceTarget.allCases {
            if let problem = execution.impossibility(of: target) { report(row, target.rawValue, problem) }
        }
        if execution.task.attempt < 1 { report(row, "attempt", "is \(execution.task.attempt); the first is 1") }
    }
}

extension HistoryContent {
    /// The history without the rows that ``HistoryValidation`` finds fault with.
    public func cleaned() -> HistoryContent {
        let faulty = HistoryValidation(self).faultyRows
        var result = self
        result.executions = executions.enumerated().filter { !faulty.contains($0.offset) }.map(\.element)
        result.sourcePlaces = sourcePlaces.enumerated().filter { !faulty.contains($0.offset) }.map(\.element)
        return result
    }
}
