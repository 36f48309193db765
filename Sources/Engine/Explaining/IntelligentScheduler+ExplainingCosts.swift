import Decisions
import Files
import Prediction
import Workflows

extension IntelligentScheduler {
    /// What moved the choice of nodes, and what else could be chosen: the question stands in the record, and is asked without each part.
    /// What is forecast of its tasks is what the version that serves now says.
    func explainCost(_ explanation: inout Explanation) async throws {
        try await measure(&explanation) { explanation in
            let record = explanation.record
            let asked = try record.question()
            let document = try WfFormatDocument(asked["workflow"])
            var question = try CostQuestion(asked, about: document)
            question.forecasts = try await forecasts(document.taskSpecs)
            let found = try await search { [question, limit = explainingLimit] in
                var influences = try CostInfluences(question, record.answer(), within: limit)
                let parts = try influences.parts()
                return (factors: try influences.factors(parts), alternatives: try influences.alternatives(parts))
            }
            explanation.factors.insert(contentsOf: found.factors, at: 0)
            explanation.alternatives = found.alternatives
        }
    }
}
