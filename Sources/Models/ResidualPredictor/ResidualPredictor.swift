import Foundation
import Kernels
import Prediction
import Tensors
import Workflows

/// Corrects a base predictor by a network over the last executions of the task's type and of its run.
///
/// The forecast of level q of each target is
///
///     ln Q_q = (1 - g) ln B_q + g (ln B_0.5 + s r_q) + s c_q
///
/// where B is the forecast of the base, s the type's spread of residuals, r the network's answer, g the gate that says
/// how much of it is applied (0 where held-out executions do not prove that it helps), and c the conformal correction
/// (0 for the median). Both belong to the type, the target and the kind of question. Where the gate is closed, and for a
/// type that was not there in training, the answer is that of the base, whose levels are calibrated by themselves.
public struct ResidualPredictor<Network: ResidualNetwork>: ResourcePredictor {
    let architecture: Network.Architecture
    var network: Network
    var base: StatisticsPredictor
    var memory: StepMemory
    var calibrations: Calibrations

    /// Forecasts for `tasks`, in their order.
    public func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        let answers = base.predict(tasks)
        return zip(answers, forecasts(tasks, answers.map(BaseForecast.init))).map { $0.corrected($1, Network.words) }
    }

    /// Learns from one execution: it is the newest of its type from now on. The base fits anew only what is quick.
    public mutating func observe(_ execution: TaskExecution) {
        remember(execution)
        base.observe(execution)
    }

    /// Learns from many executions: each is remembered beside what the base, that had taken in those before it, forecast
    /// of it, and counts for or against the network. The base is fitted once, behind all of them.
    public mutating func observe(_ executions: [TaskExecution]) {
        for execution in executions {
            remember(execution)
            base.insert(execution)
        }
        base.refit()
    }

    /// Keeps `execution` beside what the base says of it, which does not know it yet.
    private mutating func remember(_ execution: TaskExecution) {
        guard execution.isUsable else { return }
        let base = BaseForecast(self.base.predict([execution.task])[0])
        judge(execution, base)
        let sample = ResidualSample(execution)
        memory.insert(sample.step(base, memory: &memory), of: execution.task)
    }

    /// Lets the gates of its type learn whether the network would have helped with `execution`.
    private mutating func judge(_ execution: TaskExecution, _ base: BaseForecast) {
        let type = execution.task.taskType
        guard calibrations.types[type]?.hasGate == true, let context = self.base.context(of: execution.task) else {
            return
        }
        let forecast = forecasts([execution.task], [base], ignoringSkill: true)[0]
        let judged = JudgedForecast(
            place: 0, context: context, base: base, learned: forecast.learned, actual: ResidualSample(execution).actual,
            age: .nan)
        for target in 0..<3 where forecast.shares[target] > 0 {
            let gain = judged.gain(target, share: forecast.shares[target])
            calibrations.types[type]?[context][target].gate.observe(gain: gain)
        }
    }
}

/// What is said of one task before the conformal correction.
struct BlendedForecast {
    var base: BaseForecast
    /// ln of the network's quantiles [3 Q]; empty where it was not asked.
    var learned: [Double] = []
    /// The share of the network for each target.
    var shares = [0.0, 0.0, 0.0]
    /// What moves the levels of each target, in spreads, and the spreads; empty where there is no network.
    var corrections: [ConformalCorrection] = []
    var spreads = Targets.zero
    /// Whether the network was there to be asked, and is left out for that it did not help.
    var isJudged = false
}

extension ResidualPredictor {
    private static var chunk: Int { 256 }

    /// What base and network say of `tasks` together; the network is asked only where a gate is open.
    ///
    /// - Parameter ignoringSkill: whether gates count that executions since the training have closed.
    func forecasts(
        _ tasks: [TaskSpec], _ bases: [BaseForecast], ignoringSkill: Bool = false
    ) -> [BlendedForecast] {
        var forecasts = bases.map { BlendedForecast(base: $0) }
        var open: [(place: Int, question: Question, past: SequenceEncoder.Past)] = []
        for (place, task) in tasks.enumerated() {
            guard let type = calibrations.types[task.taskType] else { continue }
            forecasts[place].isJudged = true
            guard type.hasGate, let context = base.context(of: task) else { continue }
            let question = Question(task, base: bases[place], memory: memory)
            let past = memory.past(
                of: question, workflow: task.workflow, before: question.submittedAt, architecture)
            let age = question.submittedAt.isNaN ? 0 : past.age(at: question.submittedAt)
            forecasts[place].shares = type[context].map(\.gate).map { gate in
                let counted = ignoringSkill ? ResidualGate(share: gate.share, reach: gate.reach, skill: 1) : gate
                return counted.isOpen(at: age) ? gate.share : 0
            }
            forecasts[place].corrections = type[context].map(\.correction)
            forecasts[place].spreads = type.scale.residual
            if forecasts[place].shares.contains(where: { $0 > 0 }) { open.append((place, question, past)) }
        }
        for start in stride(from: 0, to: open.count, by: Self.chunk) {
            let chunk = open[start..<min(start + Self.chunk, open.count)]
            for (asked, learned) in zip(chunk, answers(chunk.map { ($0.question, $0.past) })) {
                forecasts[asked.place].learned = learned
            }
        }
        return forecasts
    }

    /// ln of the network's quantiles [3 Q] for each question.
    private func answers(_ asked: [(question: Question, past: SequenceEncoder.Past)]) -> [[Double]] {
        // Padding that all share is left out.
        let encoder = SequenceEncoder(length: (asked.map(\.past.count).max() ?? 0) + 1)
        var (rows, mask): ([Float], [Float]) = ([], [])
        for (question, past) in asked {
            encoder.encode(
                past, question: question, samples: question.type.map { memory.types[$0].steps.count } ?? 0,
                scale: scale, rows: &rows, mask: &mask)
        }
        let output = network(
            Sequences(
                inputs: Tensor(rows, shape: [asked.count, encoder.length, SequenceEncoder.width]),
                mask: Tensor(mask, shape: [asked.count, encoder.length]))
        ).scalars
        let width = 3 * BaseForecast.levels
        return asked.enumerated().map { row, asked in
            asked.question.base.moved(
                by: output[row * width..<(row + 1) * width], spread: scale(asked.question.type).residual)
        }
    }

    private func scale(_ type: Int?) -> TypeScale {
        type.map { calibrations.scale(ofType: memory.types[$0].type) } ?? calibrations.scale
    }
}
