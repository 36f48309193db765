import Files
import Prediction
import Workflows

extension PredictorEvaluation {
    /// One line for each tested task and target.
    public var predictionsCSV: String {
        var csv = CSV(columns: [
            "row", "fold", "workflow", "run", "task_id", "task_type", "target", "unit", "actual", "p50", "p95",
            "allocation", "cold", "source",
        ])
        for row in predictions {
            csv.append([
                "\(row.row)", "\(row.fold)", row.workflow, row.run, row.taskID, row.taskType, row.target.rawValue,
                row.target.unit, CSV.number(row.actual), CSV.number(row.p50), CSV.number(row.p95),
                CSV.number(row.allocation), row.cold ? "1" : "0", row.source.rawValue,
            ])
        }
        return csv.text
    }
}

extension PredictorEvaluator {
    /// The rows and features that a peer needs to run on the very same division: one line for each fold and task, with
    /// every feature as a number.
    public func rowsCSV(_ evaluation: PredictorEvaluation) -> String {
        let features = FeatureColumns(executions.lazy.filter(\.isUsable).map(\.task))
        var csv = CSV(
            columns: [
                "row", "fold", "part", "workflow", "run", "task_id", "task_type", "submitted", "completed", "cpu",
                "memory", "duration",
            ] + features.names)
        func append(_ execution: TaskExecution, place: Int, fold: Int, part: String) {
            let task = execution.task
            csv.append(
                ["\(place)", "\(fold)", part, task.workflow ?? "", task.run ?? "", execution.taskID, task.taskType]
                    + [
                        task.submittedAt, execution.completedAt, execution[.cpu], execution[.memory],
                        execution[.duration],
                    ].map(CSV.number) + features.plainValues(of: task).map { CSV.number($0) })
        }
        func append(_ places: [Int], fold: Int, part: String) {
            for place in places { append(executions[place], place: place, fold: fold, part: part) }
        }
        let usable = executions.indices.filter { executions[$0].isUsable }
        switch division {
        case .online: append(usable, fold: 0, part: "online")
        case .fixed:
            // Rows that are only learned from are in another history: they are numbered behind the tested ones.
            for (place, execution) in (trainingHistory ?? []).enumerated() where execution.isUsable {
                append(execution, place: executions.count + place, fold: 0, part: "train")
            }
            append(usable, fold: 0, part: "test")
        case .groups, .time, .random, .leaveOut, .larger:
            for (number, fold) in evaluation.folds.enumerated() {
                append(fold.training, fold: number, part: "train")
                append(fold.tested, fold: number, part: "test")
            }
        }
        return csv.text
    }
}
