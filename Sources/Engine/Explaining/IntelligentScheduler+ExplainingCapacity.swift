import Decisions
import Files
import Workflows

extension IntelligentScheduler {
    /// What moved a forecast of demand, and what other rules would have forecast. The series stands in the record, or is looked up as it
    /// was known then.
    func explainCapacity(_ explanation: inout Explanation) async throws {
        try await measure(&explanation) { explanation in
            let record = explanation.record
            let question = try CapacityQuestion(record.question(), settings)
            let series = try await series(question.subject)
            let limit = explainingLimit
            let found = try await search {
                // The series is learned once, whatever that takes: with all of it everything else begins.
                let influences = try CapacityInfluences(series, question, record.answer())
                let began = ContinuousClock.now
                // What is left of the time is for the other rules.
                let factors = try influences.factors { ContinuousClock.now - began >= limit * 0.7 }
                let alternatives = try influences.alternatives { ContinuousClock.now - began >= limit }
                return (factors: factors, alternatives: alternatives)
            }
            explanation.factors += found.factors
            explanation.demands = found.alternatives
        }
    }
}
