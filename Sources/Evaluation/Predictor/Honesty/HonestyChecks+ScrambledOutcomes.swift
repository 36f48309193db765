import Kernels
import Prediction
import Workflows

extension HonestyChecks {
    /// Answers the tasks of one division again after what is measured of them was dealt out anew among them.
    ///
    /// Online, what is measured of a task may count once that has completed: there the outcomes of all that complete in the
    /// second half are scrambled, and the tasks that are submitted before are answered again.
    func scrambledOutcomes(_ predictions: [PredictionRow]) throws -> HonestyReport.ScrambledOutcomes {
        let executions = evaluator.executions
        let answers: [Answer]
        if evaluator.division == .online {
            let end = middle()
            let late = evaluator.usablePlaces.filter { executions[$0].completedAt ?? 0 > end }
            let replay = OnlineReplay(
                executions: executions, trainer: evaluator.trainer, seed: evaluator.seed,
                learned: evaluator.learnedExecutions(scrambled(executions, at: late)), end: end)
            answers = try replay.run().map { Answer(fold: 0, place: $0.key, prediction: $0.value) }
        } else {
            let (training, tested) = try firstDivision()
            var other = evaluator
            other.executions = scrambled(executions, at: tested)
            let predictor = try evaluator.trainer.train(
                on: evaluator.learnedExecutions(training), seed: evaluator.seed)
            answers = try other.ask(predictor, tested, fold: 0)
        }
        var before: [Int: [PredictionRow]] = [:]
        for row in predictions where row.fold == 0 { before[row.row, default: []].append(row) }
        let changed = answers.count { answer in
            (before[answer.place] ?? []).contains { !$0.isForecast(answer.prediction[$0.target]) }
        }
        return .init(
            verdict: answers.isEmpty ? .skipped : changed == 0 ? .passed : .failed,
            reason: answers.isEmpty ? "no task was tested" : nil, tasks: answers.count, changed: changed)
    }

    /// `executions` with everything that is only known afterwards dealt out anew among those at `places`; how they ended
    /// and when stays, as the division rests on it.
    private func scrambled(_ executions: [TaskExecution], at places: [Int]) -> [TaskExecution] {
        var generator = SeededGenerator(seed: evaluator.seed ^ 0x5C4A)
        var scrambled = executions
        for (place, source) in zip(places, places.shuffled(using: &generator)) {
            scrambled[place].cpu = executions[source].cpu.map { $0 * 1.7 }
            scrambled[place].memory = executions[source].memory.map { $0 * 0.6 }
            scrambled[place].duration = executions[source].duration.map { $0 * 2.3 }
        }
        return scrambled
    }
}

extension PredictionRow {
    /// Whether `quantity` is this forecast, bit by bit.
    fileprivate func isForecast(_ quantity: PredictedQuantity) -> Bool {
        p05 == quantity.p05 && p50 == quantity.p50 && p95 == quantity.p95 && allocation == quantity.allocation
            && quantiles == quantity.quantiles
    }
}
