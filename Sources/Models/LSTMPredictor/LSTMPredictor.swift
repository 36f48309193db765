import Foundation
import Kernels
import Prediction
import Tensors
import Workflows

/// Corrects a base predictor by an LSTM over the last executions of the task's type.
///
/// The forecast of each target is base · e^(g s r + q): r is the network's answer, s the type's spread of residuals,
/// g the gate that says how much of the correction is applied, and q the quantile of the residuals that held-out
/// executions left. A task of a type that was not there in training gets the answer of the base.
public struct LSTMPredictor: ResourcePredictor {
    let architecture: LSTMArchitecture
    var network: LSTMNetwork
    var base: StatisticsPredictor
    var memory: StepMemory
    /// What was learned of each type.
    var types: [String: TypeCalibration]
    /// The same over all types, for types that came later.
    var pooled: TypeCalibration

    private var encoder: SequenceEncoder { SequenceEncoder(history: architecture.history) }

    /// Forecasts for `tasks`, in their order.
    public func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        var answers = base.predict(tasks)
        let known = tasks.indices.filter { types[tasks[$0].taskType] != nil }
        for chunk in stride(from: 0, to: known.count, by: 256) {
            let places = known[chunk..<min(chunk + 256, known.count)]
            let corrections = corrections(places.map { (tasks[$0], answers[$0].logarithms) })
            for (place, correction) in zip(places, corrections) {
                let before = answers[place]
                answers[place].apply(correction, of: calibration(of: tasks[place].taskType))
                Sizing.resize(&answers[place], from: before)
            }
        }
        return answers
    }

    /// Learns from one execution: it is the newest of its type from now on.
    public mutating func observe(_ execution: TaskExecution) {
        observe([execution])
    }

    /// Learns from many executions: each is remembered beside what the base, that had taken in those before it, forecast
    /// of it. The lines and rules of the base are fitted once, behind all of them.
    public mutating func observe(_ executions: [TaskExecution]) {
        for execution in executions where execution.isUsable {
            let step = step(execution, base: base.predict([execution.task])[0].logarithms)
            memory.insert(step, type: execution.task.taskType)
            base.insert(execution)
        }
        base.refit()
    }

    /// `execution` as the network will read it.
    mutating func step(_ execution: TaskExecution, base: [Double]) -> Step {
        let (run, node) = (memory.place(of: execution.task.run), memory.place(of: execution.task.node))
        var step = SequenceEncoder.question(execution.task, base: base, memory: memory)
        step.run = run
        step.node = node
        step.completedAt = execution.completedAt ?? .nan
        step.residuals = zip(ResourceTarget.allCases, base).map { target, base in
            execution[target].map { Kernels.logarithm($0) - base } ?? .nan
        }
        return step
    }

    func calibration(of type: String) -> TypeCalibration { types[type] ?? pooled }

    /// ln of the factors by which the network corrects the base forecasts of `questions`, before gates.
    private func corrections(_ questions: [(task: TaskSpec, base: [Double])]) -> [[Double]] {
        guard !questions.isEmpty else { return [] }
        var rows: [Float] = []
        var mask: [Float] = []
        for (task, base) in questions {
            let question = SequenceEncoder.question(task, base: base, memory: memory)
            let past = memory.recent(architecture.history, of: task.taskType, before: task.submittedAt)
            encoder.encode(
                past, question: question, scale: calibration(of: task.taskType).scale, rows: &rows, mask: &mask)
        }
        let length = architecture.history + 1
        let output = network(
            Sequences(
                inputs: Tensor(rows, shape: [questions.count, length, SequenceEncoder.width]),
                mask: Tensor(mask, shape: [questions.count, length])))
        return questions.indices.map { row in
            let scale = calibration(of: questions[row].task.taskType).scale
            return (0..<3).map { Double(output.scalars[row * 3 + $0]) * scale.residual[$0] }
        }
    }
}

extension ResourcePrediction {
    /// ln of the three medians.
    var logarithms: [Double] { ResourceTarget.allCases.map { Kernels.logarithm(self[$0].p50) } }

    /// Moves the forecasts by the gated `correction` and sets the interval by the residuals that held-out tasks left.
    mutating func apply(_ correction: [Double], of calibration: TypeCalibration) {
        for (place, target) in ResourceTarget.allCases.enumerated() {
            let gate = calibration.gate[place]
            let residuals = calibration.residuals[place]
            var quantity = self[target]
            let center = Kernels.logarithm(quantity.p50) + min(max(gate * correction[place], -3), 3)
            func value(_ shift: Double) -> Double { Foundation.exp(min(max(center + shift, -60), 90)) }
            quantity.p50 = value(residuals.p50)
            quantity.p05 = min(value(residuals.p05), quantity.p50)
            quantity.p95 = max(value(residuals.p95), quantity.p50)
            if gate > 0 {
                quantity.source = .ensemble
                quantity.reason += ", corrected by the last executions"
            }
            self[target] = quantity
        }
    }
}
