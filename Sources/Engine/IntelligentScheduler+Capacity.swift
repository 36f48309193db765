import Files
import History
import Models
import Prediction
import Workflows

extension IntelligentScheduler {
    /// Forecasts what the cluster will be asked for, and counts the nodes for it.
    public func capacity(_ question: CapacityQuestion) async throws -> Decision<CapacityPlan> {
        let history = settings.historyPath
        return try await decide("capacity", question: question.json.text()) {
            let (served, problem) = (forecaster.snapshot, forecaster.problem)
            let found = try await search {
                let series = try Self.series(question.subject, history: history)
                return try ScoredForecaster.plan(
                    served.forecaster, reason: problem ?? served.reason, for: series
                ) { series, forecaster in
                    try CapacityPlan(
                        series, horizonSeconds: question.horizonSeconds, by: forecaster,
                        planner: question.planner(for: series))
                }
            }
            return Draft(
                answer: found.answer, members: found.answer.members, source: found.by == nil ? .heuristic : .model,
                model: found.by == nil ? nil : served.model, reason: found.reason,
                confidence: found.answer.confidence)
        }
    }

    /// The series that is asked about.
    private static func series(_ subject: CapacityQuestion.Subject, history path: String?) throws -> MetricSeries {
        switch subject {
        case .series(let series): return series
        case .name(let name):
            guard let path else {
                throw InputError(
                    "is a name, and the settings name no history to look it up in (server.history)", field: "series")
            }
            let content: HistoryContent
            do {
                content = try HDF5ExecutionStore(path: path).content()
            } catch let error as InputError {
                throw InputError("is a name, and the history cannot be read: \(error.problem)", field: "series")
            }
            guard let found = content.series.first(where: { $0.name == name }) else {
                let known = content.series.prefix(20).map(\.name).joined(separator: ", ")
                throw InputError(
                    "\"\(name)\" is not in the history; "
                        + (known.isEmpty ? "it holds no series" : "there are \(known)"),
                    field: "series")
            }
            return found
        }
    }
}
