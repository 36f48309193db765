import Files
import Workflows

extension HistoryContent {
    /// All executions as comma-separated values, one column for each field and feature.
    public var csv: String {
        let features = Set(executions.flatMap(\.task.features.keys)).sorted()
        let texts = TextColumn.all
        let numbers = NumberColumn.all
        var csv = CSV(
            columns: ["process", "taskId", "status", "attempt", "exit"] + texts.map(\.name) + numbers.map(\.name)
                + features)
        for execution in executions {
            let fixed = [
                execution.task.process, execution.taskID, execution.status.rawValue, "\(execution.task.attempt)",
                execution.exit.map { "\($0)" } ?? "",
            ]
            let values = features.map { name -> String in
                switch execution.task.features[name] {
                case .number(let number): CSV.number(number)
                case .word(let word): word
                case nil: ""
                }
            }
            csv.append(
                fixed + texts.map { $0.value(execution) ?? "" } + numbers.map { CSV.number($0.value(execution)) }
                    + values)
        }
        return csv.text
    }
}
