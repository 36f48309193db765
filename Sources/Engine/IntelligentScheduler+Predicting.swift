import Decisions
import Files
import Prediction
import Workflows

extension IntelligentScheduler {
    /// Forecasts what a task will need.
    public func predictResources(_ task: TaskSpec) async throws -> Decision<ResourcePrediction> {
        let decision = try await predict(PredictQuestion([task]))
        return Decision(
            id: decision.id, answer: decision.answer[0], source: decision.source, model: decision.model,
            reason: decision.reason, confidence: decision.confidence, latencyMs: decision.latencyMs, body: decision.body
        )
    }

    /// Forecasts what tasks will need.
    ///
    /// - Parameter text: the question as it was asked, for the record.
    public func predict(_ question: PredictQuestion, text: String? = nil) async throws -> Decision<[ResourcePrediction]>
    {
        try await decide("predict", question: text ?? question.json.text()) {
            var forecasts = try await forecast(question.tasks)
            if let limits = question.cluster.map(SizingLimits.init) {
                for place in forecasts.predictions.indices { limits.apply(to: &forecasts.predictions[place]) }
            }
            return Draft(
                answer: forecasts.predictions,
                members: [("predictions", .array(forecasts.predictions.map(\.json)))], source: forecasts.source,
                models: [forecasts.model].compactMap(\.self), reason: forecasts.reason,
                confidence: forecasts.confidence, outcomesLearned: forecasts.outcomesLearned,
                forecasts: zip(forecasts.predictions, question.tasks).map { TaskForecast($0, for: $1) })
        }
    }

    /// Forecasts by `served`, within `limit`, the latency target if there is none: that holds for a few tasks, and for many as
    /// often as they hold those. Many wait for a turn among the searches.
    func forecast(
        _ tasks: [TaskSpec], by served: ServedPredictor, within limit: Duration? = nil
    ) async throws -> Forecasts {
        let limit = limit ?? forecastLimit(tasks.count)
        guard tasks.count > ModelWatch.quickForecasts else { return try await served.predict(tasks, within: limit) }
        return try await searches.run { try await served.predict(tasks, within: limit) }
    }

    /// The latency target.
    var target: Duration { .milliseconds(settings.targetLatencyMs) }

    /// The time for forecasts of `count` tasks: the latency target for every ``ModelWatch/quickForecasts`` of them.
    func forecastLimit(_ count: Int) -> Duration {
        target * ((count + ModelWatch.quickForecasts - 1) / ModelWatch.quickForecasts)
    }

    /// Keeps outcomes in the journal and learns them at once.
    ///
    /// - Returns: how many there were.
    public func record(_ executions: [ReportedExecution]) async throws -> Int {
        let moment = now
        let learned = try await keeping {
            try await learn(executions.map(\.execution)) { [log] in try await log.record(executions, at: moment) }
        }
        counters.withLockedValue { $0.outcomes += learned }
        followUp(executions)
        return executions.count
    }
}
