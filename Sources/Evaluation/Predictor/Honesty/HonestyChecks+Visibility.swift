import Prediction
import Workflows

extension HonestyChecks {
    /// Replays the protocol `online` for a predictor that learns nothing, and remembers the latest completion it was shown.
    func visibility() throws -> HonestyReport.Visibility {
        let executions = evaluator.executions
        let replay = OnlineReplay(executions: executions, trainer: Witness(), seed: evaluator.seed, learned: executions)
        let answers = try replay.run()
        let early = answers.count { place, answer in
            answer.duration.p50 > executions[place].task.submittedAt ?? -.infinity
        }
        return .init(
            verdict: answers.isEmpty ? .skipped : early == 0 ? .passed : .failed,
            reason: answers.isEmpty ? "no task was tested" : nil, forecasts: answers.count, early: early)
    }
}

/// Answers with the latest completion that it was shown.
private struct Witness: PredictorTrainer, ResourcePredictor {
    let kind = "witness"
    var latest = -Double.infinity

    func train(on executions: [TaskExecution], seed: UInt64) -> any ResourcePredictor {
        Witness(latest: executions.compactMap(\.completedAt).max() ?? -.infinity)
    }

    mutating func observe(_ execution: TaskExecution) { latest = max(latest, execution.completedAt ?? .infinity) }

    func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        tasks.map { _ in
            let latest = PredictedQuantity(
                .duration, p05: latest, p50: latest, p95: latest, allocation: latest, reason: "", source: .heuristic)
            return ResourcePrediction(
                cpu: latest, memory: latest, duration: latest, retry: [], samples: 0, cold: false)
        }
    }
}
