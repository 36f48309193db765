import Workflows

/// How many completed executions of its type could be known when a task was forecast.
struct KnownExecutions {
    /// By the place of the execution in the history, with the protocols that do not divide.
    private var byPlace: [Int: Int] = [:]
    /// By fold and type, with those that do.
    private var byType: [[String: Int]] = []
    private let types: [String]

    init(of evaluator: PredictorEvaluator, folds: [Fold]) {
        let executions = evaluator.executions
        types = executions.map(\.task.taskType)
        switch evaluator.division {
        case .online:
            var counts: [String: Int] = [:]
            for event in OnlineReplay.events(executions, evaluator.usablePlaces) {
                let type = types[event.place]
                if event.isCompletion {
                    counts[type, default: 0] += 1
                } else {
                    byPlace[event.place] = counts[type] ?? 0
                }
            }
        case .fixed: byType = [Self.counts(evaluator.trainingHistory ?? [])]
        case .groups, .time, .random, .leaveOut, .larger:
            byType = folds.map { Self.counts($0.training.lazy.map { executions[$0] }) }
        }
    }

    private static func counts(_ executions: some Sequence<TaskExecution>) -> [String: Int] {
        executions.reduce(into: [:]) { counts, execution in
            if execution.isUsable { counts[execution.task.taskType, default: 0] += 1 }
        }
    }

    /// Those known when the execution at `place` was forecast in `fold`.
    subscript(place: Int, fold fold: Int) -> Int {
        byType.isEmpty ? byPlace[place] ?? 0 : byType[fold][types[place]] ?? 0
    }
}
