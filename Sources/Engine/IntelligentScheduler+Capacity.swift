import Decisions
import Files
import History
import Models
import Prediction
import Workflows

extension IntelligentScheduler {
    /// Forecasts what the cluster will be asked for, and counts the nodes for it.
    ///
    /// A version has the latency target, and the rules as much where it does not answer: it is left out for a while where it was
    /// late. What either learns of a series beyond that is of use to the next question about it. They take no turn from the
    /// searches, so that one that hangs keeps none waiting.
    public func capacity(_ question: CapacityQuestion) async throws -> Decision<CapacityPlan> {
        try await decide("capacity", question: question.json.text()) {
            let (served, problem) = (forecaster.snapshot, forecaster.problem)
            let series = try await series(question.subject)
            let planner = try question.planner(for: series)
            let said = await served.watch?.ask(
                series, horizonSeconds: question.horizonSeconds, within: target)
            var reasons = [problem ?? served.reason].compactMap(\.self)
            switch said {
            case .plan(let plan):
                switch Result(catching: { try plan.counting(by: planner) }) {
                case .success(let plan): return Self.draft(plan, by: served.model, reasons)
                case .failure(let error): if let why = served.watch?.record.failed(error) { reasons.append(why) }
                }
            case .failed(let why): reasons.append(why)
            case nil: break
            }
            // What the question itself has wrong is said by the rules too.
            let rules = try await seriesRules.ask(series, horizonSeconds: question.horizonSeconds, within: target)
            if let why = rules.reason { reasons.append(why) }
            return Self.draft(try rules.plan.counting(by: planner), by: nil, reasons)
        }
    }

    private static func draft(
        _ plan: CapacityPlan, by model: ModelReference?, _ reasons: [String]
    ) -> Draft<CapacityPlan> {
        Draft(
            answer: plan, members: plan.members, source: model == nil ? .heuristic : .model,
            models: [model].compactMap(\.self), reason: reasons.isEmpty ? nil : reasons.joined(separator: "; "),
            confidence: plan.confidence)
    }

    /// Questions about series of which the beginning had been learned from before, and those about others; by rules, and by
    /// the version that answers now.
    public var seriesCacheCounts: (rules: (hits: Int, misses: Int), version: (hits: Int, misses: Int)?) {
        (seriesRules.counts, forecaster.snapshot.watch?.seriesCacheCounts)
    }

    /// The values of the series that is asked about that are learned from.
    func series(_ subject: CapacityQuestion.Subject) async throws -> MetricSeries {
        switch subject {
        // It may be a window that moves on from question to question.
        case .series(let series): return series.steadySuffix(ScoredForecaster.learnedValues)
        case .name(let name):
            let history = settings.historyPath
            return try await search { try Self.series(name, history: history) }
        }
    }

    private static func series(_ name: String, history path: String?) throws -> MetricSeries {
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
        return ScoredForecaster.learned(of: found)
    }
}

extension CapacityPlan {
    /// The plan with the nodes that `planner` counts; without a planner there are none.
    fileprivate func counting(by planner: CapacityPlanner?) throws -> CapacityPlan {
        guard let planner else { return self }
        var plan = self
        plan.nodes = try forecasts.map { try planner.need($0) }
        return plan
    }
}
