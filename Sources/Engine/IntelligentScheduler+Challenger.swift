import Decisions
import Files
import Models
import Registry
import Workflows

extension IntelligentScheduler {
    /// Forecasts by what serves: the challenger where it is the canary of the run, else the champion, with the challenger in
    /// its shadow.
    func forecast(_ tasks: [TaskSpec]) async throws -> Forecasts {
        let champion = model.snapshot
        guard let trial = challenger.current, let served = trial.snapshot else {
            return try await forecast(tasks, by: champion)
        }
        guard Canary.takes(tasks, share: settings.canaryShare), trial.mayAct else {
            let forecasts = try await forecast(tasks, by: champion)
            shadow(tasks, by: served, in: trial)
            return forecasts
        }
        // It has half of the time: where it has no forecast in that, the champion still answers in time.
        let (began, limit) = (ContinuousClock.now, forecastLimit(tasks.count))
        let forecasts = try await forecast(tasks, by: served, within: limit / 2)
        // Many tasks take their time, and wait for their turn among the searches.
        let seconds = tasks.count <= ModelWatch.quickForecasts ? (.now - began) / .seconds(1) : nil
        trial.answered(served, forecasts, seconds: seconds, acted: true)
        challenger.endBreached(trial)
        guard forecasts.model == nil else { return forecasts }
        let rest = max(limit - (.now - began), limit / 2)
        var fallen = try await forecast(tasks, by: champion, within: rest)
        fallen.reason = ["the challenger: " + (forecasts.reason ?? ""), fallen.reason].compactMap(\.self)
            .joined(separator: "; ")
        return fallen
    }

    /// Asks the challenger too, while nobody waits for it; a few questions at a time.
    private func shadow(_ tasks: [TaskSpec], by served: ServedPredictor, in trial: Challenger<ServedPredictor>) {
        guard tasks.count <= ModelWatch.quickForecasts, trial.beginShadow() else { return }
        Task {
            defer { trial.endShadow() }
            let began = ContinuousClock.now
            guard let forecasts = try? await forecast(tasks, by: served) else { return }
            trial.answered(served, forecasts, seconds: (.now - began) / .seconds(1), acted: false)
            challenger.endBreached(trial)
        }
    }

    /// Outcomes of one report that both are scored on; of more, that many of them.
    private static let scoredOutcomes = 64

    /// Keeps outcomes by `keeping`, lets what serves learn them, and scores the challenger beside the champion on what
    /// both said before that; how many could be learned from.
    func learn(_ executions: [TaskExecution], keeping: @escaping @Sendable () async throws -> Void) async throws -> Int
    {
        let (champion, rival) = (model.snapshot, challenger.current?.snapshot)
        let count = try await model.learn(executions) { [self] in
            guard let trial = challenger.current else { return try await keeping() }
            _ = try await trial.model.learn(executions, keeping: keeping)
            // By the time that the champion has learned, it may have been read anew.
            guard let version = trial.model.behind else { return }
            trial.end(version, why: "learning: \(trial.model.problem ?? "it took too long")")
            challenger.endBreached(trial)
        }
        guard let trial = challenger.current else { return count }
        // Whoever reports outcomes does not wait for that; and of reports that come faster than both answer, some are left out.
        if let rival, trial.beginScore() {
            Task {
                trial.endScore(rival, await score(rival, against: champion, on: executions))
                challenger.endBreached(trial)
            }
        }
        return count
    }

    /// Scores both on what they said before they knew: beside the questions, and without a mark on how they answer those.
    private func score(
        _ rival: ServedPredictor, against champion: ServedPredictor, on executions: [TaskExecution]
    ) async -> Challenger<ServedPredictor>.Score {
        let usable = executions.filter(\.isUsable)
        let step = max(1, (usable.count + Self.scoredOutcomes - 1) / Self.scoredOutcomes)
        let chosen = stride(from: 0, to: usable.count, by: step).map { usable[$0] }
        guard !chosen.isEmpty else { return .none }
        let (tasks, limit) = (chosen.map(\.task), model.stepLimit)
        let theirs: [ResourcePrediction]
        switch await rival.probe(tasks, for: .score, within: limit) {
        case .predictions(let predictions): theirs = predictions
        case .failed(let why): return .failed(why)
        case .busy: return .none
        }
        // Where the champion says nothing, nothing is known of the challenger.
        guard let ours = await champion.probe(tasks, for: .score, within: limit).predictions else { return .none }
        return .gains(
            zip(chosen, zip(theirs, ours)).map { execution, said in
                execution.accuracy(of: said.0) - execution.accuracy(of: said.1)
            })
    }
}

extension Challenger<ServedPredictor> {
    /// Takes in how `served` answered a question.
    ///
    /// - Parameter seconds: what it took; nil where that is not to be judged.
    func answered(_ served: ServedPredictor, _ forecasts: Forecasts, seconds: Double?, acted: Bool) {
        // What it was not asked says nothing of it.
        guard !forecasts.isBusy else { return }
        answered(
            served, failure: forecasts.model == nil ? forecasts.reason ?? "" : nil, seconds: seconds, acted: acted)
    }
}

extension TaskExecution {
    /// The mean of 1 - min(|p50 / y - 1|, 1) over the targets that were measured; NaN where none was.
    fileprivate func accuracy(of prediction: ResourcePrediction) -> Double {
        var (sum, count) = (0.0, 0.0)
        for target in ResourceTarget.allCases {
            guard let actual = self[target], actual > 0 else { continue }
            sum += 1 - min(abs(prediction[target].p50 / actual - 1), 1)
            count += 1
        }
        return sum / count
    }
}
