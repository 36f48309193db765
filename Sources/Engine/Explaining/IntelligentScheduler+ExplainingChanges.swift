import Decisions
import Files
import WorkflowOptimization
import Workflows

extension IntelligentScheduler {
    /// What moved a decision about a workflow: its question stands in the record, and is simulated without each part.
    func explainOptimization(_ explanation: inout Explanation) async throws {
        try await measure(&explanation) { explanation in
            let record = explanation.record
            let (question, answer) = (try explainingQuestion(record), try record.answer())
            let found = try await search {
                var influences = try OptimizationInfluences(question, record.answer())
                return try influences.factors()
            }
            // Bottlenecks and suggestions stand there with what they did, in place of what was read of them.
            let read = try answer["bottlenecks"].elementsIfPresent() + answer["suggestions"].elementsIfPresent()
            explanation.factors = found + explanation.factors.dropFirst(read.count)
        }
    }

    /// What each suggestion that was carried out did beside the others.
    func explainApplied(_ explanation: inout Explanation) async throws {
        try await measure(&explanation) { explanation in
            let (record, asked) = (explanation.record, try explanation.record.question())
            let origin = try await decision(asked["id"].string())
            let question = try explainingQuestion(origin)
            let names = try asked["suggestions"].elements().map { try $0.string() }
            explanation.alternatives.append(
                try .init(record.answer()["before"], question.policy, []))
            explanation.factors =
                try await search {
                    let known = try origin.answer()["suggestions"].elements().map { try OptimizationSuggestion($0) }
                    var influences = try OptimizationInfluences(question, record.answer())
                    return try influences.applied(known.filter { names.contains($0.id) })
                } + explanation.factors
        }
    }

    /// The question of `record`, to be simulated anew in the time for one explanation.
    private func explainingQuestion(_ record: DecisionRecord) throws -> OptimizationQuestion {
        var question = try OptimizationQuestion(record.question(), settings)
        question.budget = explainingLimit
        return question
    }
}
