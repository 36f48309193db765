import Kernels
import Tensors
import Workflows

/// A task that is asked about, as the network reads it.
struct Question: Sendable {
    /// Moment of submission in seconds; NaN where there is none.
    var submittedAt: Double
    var base: BaseForecast
    /// ln(1 + input bytes); NaN where that is not known.
    var input: Double
    var cores: Double
    var attempt: Double
    /// The run as its place in the memory's table of names; below 0 for one that is not in it.
    var run: Int
    var node: Int
    /// The type's place in the memory; nil for an unknown one.
    var type: Int?

    init(_ task: TaskSpec, base: BaseForecast, memory: StepMemory) {
        submittedAt = task.submittedAt ?? .nan
        self.base = base
        input = task.inputBytes.map { logarithm(1 + max($0, 0)) } ?? .nan
        cores = task.cores ?? .nan
        attempt = Double(task.attempt)
        run = memory.knownPlace(of: task.run)
        node = memory.knownPlace(of: task.node)
        type = memory.place(ofType: task.taskType)
    }
}

/// Turns past executions and a task into the rows of 16 numbers that the network reads.
///
/// | place | a past execution | the task itself |
/// |---|---|---|
/// | 0-2 | residual of each target over its type's spread, within ±5 | width of the base's interval over the type's spread, / 4, up to 5 |
/// | 3-5 | whether that target was measured | ln(1 + executions of the type) / 5; ln of cores; attempt - 1 |
/// | 6 | 0 | 1 |
/// | 7-9 | base forecast of each target, standardised by its type | the same |
/// | 10 | ln(1 + input bytes), standardised by its type | the same |
/// | 11 | 1 / its place from the newest, of its own type or of the others | whether the input is known |
/// | 12 | ln(1 + seconds from its completion to the submission of the task) / 10 | 0 |
/// | 13 | whether it was in the task's run | whether the run is known |
/// | 14 | whether it was on the task's node | whether the node is known |
/// | 15 | whether it is of the task's type | 1 |
public struct SequenceEncoder: Sendable {
    /// Numbers that describe one execution.
    public static let width = 16

    /// Rows of a sequence, padding included.
    let length: Int

    /// The past of a task: executions of other types, and those of its own, each oldest first.
    struct Past {
        var context: [StepMemory.Typed]
        var own: [StepMemory.Typed]

        var count: Int { context.count + own.count }

        /// All by completion, each with its place from the newest of its part.
        fileprivate var inOrder: [(typed: StepMemory.Typed, rank: Int)] {
            let ranked = [context, own].flatMap { part in
                part.enumerated().map { (typed: $1, rank: part.count - $0) }
            }
            return ranked.enumerated().sorted {
                ($0.element.typed.step.completedAt, $0.offset) < ($1.element.typed.step.completedAt, $1.offset)
            }.map(\.element)
        }

        /// Seconds since the last completion of the own type; NaN where there is none.
        func age(at moment: Double) -> Double { moment - (own.last?.step.completedAt ?? .nan) }
    }

    /// Writes the rows of one question into `rows` [T, 16] and their mask into `mask` [T], padding in front.
    ///
    /// - Parameter scale: the scale of a type by its place in the memory.
    func encode(
        _ past: Past, question: Question, samples: Int, scale: (Int?) -> TypeScale, rows: inout [Float],
        mask: inout [Float]
    ) {
        let padding = length - past.count - 1
        rows.append(contentsOf: repeatElement(0, count: padding * Self.width))
        mask.append(contentsOf: repeatElement(0, count: padding))
        // A task without a moment is asked about now: behind the last completion.
        let newest = (past.context + past.own).map(\.step.completedAt).max() ?? .nan
        let moment = question.submittedAt.isNaN ? newest : question.submittedAt
        for (typed, rank) in past.inOrder {
            append(typed, question: question, at: moment, rank: rank, scale: scale(typed.type), to: &rows)
        }
        append(question, samples: samples, scale: scale(question.type), to: &rows)
        mask.append(contentsOf: repeatElement(1, count: past.count + 1))
    }

    private func append(
        _ typed: StepMemory.Typed, question: Question, at moment: Double, rank: Int, scale: TypeScale,
        to rows: inout [Float]
    ) {
        let step = typed.step
        for target in 0..<3 { rows.append(Self.within5(step.residuals[target] / scale.residual[target])) }
        for target in 0..<3 { rows.append(step.residuals[target].isNaN ? 0 : 1) }
        rows.append(0)
        Self.appendBase(step.base, step.input, scale: scale, to: &rows)
        rows.append(1 / Float(rank))
        let age = moment - step.completedAt
        rows.append(age.isFinite ? Float(logarithm(1 + max(age, 0)) / 10) : 0)
        rows.append(step.run >= 0 && step.run == question.run ? 1 : 0)
        rows.append(step.node >= 0 && step.node == question.node ? 1 : 0)
        rows.append(typed.type == question.type ? 1 : 0)
    }

    private func append(_ question: Question, samples: Int, scale: TypeScale, to rows: inout [Float]) {
        let spreads = question.base.spreads / scale.residual / 4
        for target in 0..<3 { rows.append(Self.within5(spreads[target])) }
        rows.append(Float(logarithm(1 + Double(samples)) / 5))
        rows.append(question.cores > 0 ? Self.within5(logarithm(question.cores)) : 0)
        rows.append(Self.within5(question.attempt - 1))
        rows.append(1)
        Self.appendBase(question.base.medians, question.input, scale: scale, to: &rows)
        rows.append(question.input.isNaN ? 0 : 1)
        rows.append(0)
        rows.append(question.run >= 0 ? 1 : 0)
        rows.append(question.node >= 0 ? 1 : 0)
        rows.append(1)
    }

    private static func appendBase(_ base: Targets, _ input: Double, scale: TypeScale, to rows: inout [Float]) {
        for target in 0..<3 {
            rows.append(within5((base[target] - scale.baseCenter[target]) / scale.baseSpread[target]))
        }
        rows.append(within5((input - scale.inputCenter) / scale.inputSpread))
    }

    /// 0 for what is not known.
    private static func within5(_ value: Double) -> Float { value.isNaN ? 0 : Float(min(max(value, -5), 5)) }
}
