import Kernels
import Tensors
import Workflows

/// What the numbers of one task type are measured by, learned on the training side.
struct TypeScale: Sendable, Equatable, Codable {
    /// Spread of the residuals of each target.
    var residual: [Double]
    /// Mean of the ln of the base forecasts, and their spread.
    var baseMean: [Double]
    var baseSpread: [Double]
    /// Mean of ln(1 + input bytes), and its spread.
    var inputMean: Double
    var inputSpread: Double
}

/// Turns executions into the 16 numbers that the network reads of each.
///
/// | place | number |
/// |---|---|
/// | 0-2 | residual of each target over the type's spread, within ±5; 0 in the question |
/// | 3-5 | whether that target was measured |
/// | 6 | 1 for the question |
/// | 7-9 | base forecast of each target, standardised by the type |
/// | 10, 11 | ln(1 + input bytes), standardised by the type; whether it is known |
/// | 12 | ln(1 + seconds from the completion to the submission of the question) / 10 |
/// | 13 | whether it was in the run of the question |
/// | 14 | whether it was on the node of the question |
/// | 15 | attempt - 1 |
struct SequenceEncoder: Sendable {
    static let width = 16

    /// Past executions in a sequence, K.
    let history: Int

    /// A question as a step: its outcome is not there yet.
    static func question(_ task: TaskSpec, base: [Double], memory: StepMemory) -> Step {
        Step(
            completedAt: task.submittedAt ?? .nan, residuals: [.nan, .nan, .nan], base: base,
            input: task.inputBytes.map { logarithm(1 + max($0, 0)) } ?? .nan, run: memory.knownPlace(of: task.run),
            node: memory.knownPlace(of: task.node), attempt: Double(task.attempt))
    }

    /// Writes the K + 1 rows of one question into `rows` [K + 1, 16] and their mask into `mask`, padding in front.
    func encode(
        _ past: [Step], question: Step, scale: TypeScale, rows: inout [Float], mask: inout [Float]
    ) {
        let padding = history - past.count
        rows.append(contentsOf: repeatElement(0, count: padding * Self.width))
        mask.append(contentsOf: repeatElement(0, count: padding))
        for step in past { append(step, question: question, scale: scale, isQuestion: false, to: &rows) }
        append(question, question: question, scale: scale, isQuestion: true, to: &rows)
        mask.append(contentsOf: repeatElement(1, count: past.count + 1))
    }

    private func append(_ step: Step, question: Step, scale: TypeScale, isQuestion: Bool, to rows: inout [Float]) {
        for target in 0..<3 {
            let residual = step.residuals[target] / scale.residual[target]
            rows.append(isQuestion || !residual.isFinite ? 0 : Float(min(max(residual, -5), 5)))
        }
        for target in 0..<3 { rows.append(isQuestion || step.residuals[target].isNaN ? 0 : 1) }
        rows.append(isQuestion ? 1 : 0)
        for target in 0..<3 {
            let value = (step.base[target] - scale.baseMean[target]) / scale.baseSpread[target]
            rows.append(value.isFinite ? Float(min(max(value, -5), 5)) : 0)
        }
        let input = (step.input - scale.inputMean) / scale.inputSpread
        rows.append(input.isFinite ? Float(min(max(input, -5), 5)) : 0)
        rows.append(step.input.isNaN ? 0 : 1)
        let age = question.completedAt - step.completedAt
        rows.append(isQuestion || !age.isFinite ? 0 : Float(logarithm(1 + max(age, 0)) / 10))
        rows.append(!isQuestion && step.run >= 0 && step.run == question.run ? 1 : 0)
        rows.append(!isQuestion && step.node >= 0 && step.node == question.node ? 1 : 0)
        rows.append(Float(min(step.attempt - 1, 5)))
    }
}
