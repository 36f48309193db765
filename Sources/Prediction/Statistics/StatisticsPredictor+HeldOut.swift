import Foundation
import Workflows

extension StatisticsPredictor {
    /// ln of what it would have forecast, at each of ``ForecastLevels``, of the executions of `type` that it stands on if it
    /// had not seen them and had been asked a question of `context`.
    ///
    /// They stand in the order of ``observed``; nil where a target was not measured or an execution was not held out in that
    /// way. A predictor whose choices were settled elsewhere knows of none.
    public func heldOutForecasts(
        of type: String, _ target: ResourceTarget, _ context: QuestionContext
    ) -> [[Double]?] {
        let executions = observed.types[type] ?? []
        var found = [[Double]?](repeating: nil, count: executions.count)
        guard let model = types[type]?.targets[target], !model.isMoved, let judges = model.heldOut[context],
            let answering = model.answering[context]
        else { return found }
        let measured = executions.indices.filter { executions[$0][target] != nil }
        // The model keeps the oldest for a while longer.
        guard measured.count == model.count else { return found }
        let left = answering.blend.residuals(judges, rules)
        for (row, residual) in zip(judges.rows, left) where row >= 0 {
            let center = log(model.rows[row].value) - residual
            found[measured[row]] = answering.residuals.shifts.map { center + $0 }
        }
        return found
    }

    /// What an allocation for `task` rests on; nil for a type of which nothing is known.
    public func evidence(for task: TaskSpec) -> SizingEvidence? {
        types[task.taskType].map { $0.evidence(for: task, $0.novelty(of: task)) }
    }

    /// How a question about `task` stands to what is known of the duration of its type; nil for a type of which nothing is.
    public func context(of task: TaskSpec) -> QuestionContext? {
        types[task.taskType]?.targets[.duration]?.context(of: task.run, at: task.submittedAt)
    }
}
