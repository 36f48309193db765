import Decisions
import Files
import Prediction
import Workflows

extension IntelligentScheduler {
    /// Finds the cheapest nodes and allocations that keep a deadline and a failure rate, each of them simulated.
    ///
    /// What is forecast comes from the version that answers: what tasks need, and with `predictsDurations` also what they take.
    ///
    /// - Parameter document: the workflow of `question`, as it stands in the record and as forecasts know it.
    public func cost(_ question: CostQuestion, about document: WfFormatDocument) async throws -> Decision<CostPlan> {
        try await decide("cost", question: question.json(about: document).text()) {
            let forecasts = try await forecast(document.taskSpecs)
            let plan = try await search {
                var question = question
                question.forecasts = forecasts.predictions
                return try inBody { try CostOptimizer.plan(question) }
            }
            // Where nothing was known of any task, no forecast had a part in the answer.
            let hasPart = question.predictsDurations || forecasts.predictions.contains { !$0.cold }
            let confidence =
                question.predictsDurations
                ? plan.outcome.deadlineProbability
                : plan.outcome.use.cost > 0 ? plan.lowerBound / plan.outcome.use.cost : 1
            return Draft(
                answer: plan, members: plan.members, source: hasPart ? forecasts.sourceOfPlan : .heuristic,
                models: hasPart ? [forecasts.model].compactMap(\.self) : [],
                reason: hasPart || forecasts.model == nil ? forecasts.reason : nil,
                confidence: confidence, seed: Int(clamping: question.seed), iterations: plan.iterations,
                outcomesLearned: forecasts.outcomesLearned)
        }
    }
}

extension Explanation {
    /// The nodes, what was compared and what could be chosen instead.
    mutating func explainCost(_ answer: JSONField) throws {
        let nodes = try answer["nodes"].elements().map { "\(try $0["count"].int()) of \(try $0["pool"].string())" }
        let (cost, saved) = (try answer["cost"].double(), try answer["saved"].double())
        summary =
            "\(nodes.joined(separator: ", ")): \(JSONValue.text(of: cost)), which saves \(JSONValue.text(of: saved))"
        let (before, bound) = (try answer["baseline"]["cost"].double(), try answer["lowerBound"].double())
        factors = [
            .init(
                name: "baseline",
                detail: "the whole cluster, first in, first out, requests as defined: \(JSONValue.text(of: before))"),
            .init(name: "lowerBound", detail: "no mix costs less than \(JSONValue.text(of: bound))"),
            .init(name: "allocation", detail: "memory by the \(try answer["allocation"].string())"),
        ]
        alternatives = try answer["front"].elements().map {
            Alternative(
                policy: try $0["policy"].string(), makespan: try $0["makespan"].double(), cost: try $0["cost"].double())
        }
    }
}
