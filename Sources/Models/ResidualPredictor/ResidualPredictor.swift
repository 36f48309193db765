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
/// type that was not there in training, the answer is that of the base, whose levels are calibrated by themselves; so it
/// is for a question that lies far outside of what its type has had (``SeenTasks``).
///
/// Executions since the training judge the network too: they close a gate where it has come to do harm and open it again,
/// and open one that training left closed where it helps by more than chance. Such a gate moves all levels of the base
/// by g s r_0.5 alone.
public struct ResidualPredictor<Network: ResidualNetwork>: ResourcePredictor {
    let architecture: Network.Architecture
    var network: Network
    var base: StatisticsPredictor
    var memory: StepMemory
    var calibrations: Calibrations
    /// What the tasks of each type that was there in training have had: the network is asked of no other.
    private(set) var seen: [String: SeenTasks]

    init(
        architecture: Network.Architecture, network: Network, base: StatisticsPredictor, memory: StepMemory,
        calibrations: Calibrations
    ) {
        self.architecture = architecture
        self.network = network
        self.base = base
        self.memory = memory
        self.calibrations = calibrations
        seen = base.observed.types.filter { calibrations.types[$0.key] != nil }
            .mapValues { SeenTasks($0.lazy.map(\.task)) }
    }

    /// Forecasts for `tasks`, in their order.
    public func predict(_ tasks: [TaskSpec]) -> [ResourcePrediction] {
        let answers = base.predict(tasks)
        return zip(tasks, zip(answers, forecasts(tasks, answers.map(BaseForecast.init)))).map { task, forecasts in
            forecasts.0.corrected(forecasts.1, Network.words, evidence: base.evidence(for: task))
        }
    }

    /// Learns from one execution: it is the newest of its type from now on. The base does a part of the fits that are due.
    public mutating func observe(_ execution: TaskExecution) {
        remember(execution)
        base.observe(execution)
    }

    /// Learns from many executions: each is remembered beside what the base, that had taken in those before it, forecast
    /// of it, and counts for or against the network. The base fits what is due behind all of them.
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
        let type = execution.task.taskType
        if calibrations.types[type] != nil { seen[type, default: SeenTasks()].insert(execution.task) }
    }

    /// One of so many executions judges the gates that training left closed: to ask the network takes time.
    private static var judgedShare: Int { 4 }

    /// Lets the gates of its type learn whether the network would have helped with `execution`.
    private mutating func judge(_ execution: TaskExecution, _ base: BaseForecast) {
        let type = execution.task.taskType
        guard let known = calibrations.types[type], let context = self.base.context(of: execution.task) else { return }
        let count = memory.place(ofType: type).map { memory.types[$0].steps.count } ?? 0
        let judgesClosed = count % Self.judgedShare == 0
        guard known.hasGate || judgesClosed else { return }
        let forecast = forecasts([execution.task], [base], for: judgesClosed ? .judgingAll : .judgingOpen)[0]
        guard !forecast.learned.isEmpty else { return }
        let judged = JudgedForecast(
            place: 0, context: context, base: base, learned: forecast.learned, actual: ResidualSample(execution).actual,
            age: forecast.age)
        for target in 0..<3 where forecast.shares[target] > 0 {
            calibrations.types[type]?[context][target].gate.observe(judged, target)
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
    /// Whether only the network's median counts for a target, and moves all levels: the others are not calibrated.
    var movesAlike = [false, false, false]
    /// Why the network is left out for each target that it has no share in; nil where it was not there to be asked.
    var whyLeftOut: [String]?
    /// Seconds since the last completion of the type; NaN where there is none.
    var age = Double.nan
}

/// What forecasts are made for.
enum ForecastPurpose {
    /// To be answered.
    case answering
    /// To judge the gates that training opened, whatever has become of their skill.
    case judgingOpen
    /// To judge all gates.
    case judgingAll
}

extension ResidualGate {
    /// The share that the network has for a purpose.
    fileprivate func share(_ purpose: ForecastPurpose, at age: Double) -> Double {
        switch purpose {
        case .answering: share(at: age)
        case .judgingOpen: isWithinReach(age) ? share : earned ?? 0
        case .judgingAll: share == 0 ? 1 : isWithinReach(age) ? share : 0
        }
    }

    /// Why it has none.
    fileprivate var whyClosed: String {
        isClosedSince ? "it did not help on the latest executions" : "it did not help on held-out executions"
    }
}

extension ResidualPredictor {
    private static var chunk: Int { 256 }
    private static var neverHelped: [String] { [String](repeating: ResidualGate.closed.whyClosed, count: 3) }

    /// What base and network say of `tasks` together; the network is asked only where a gate is open, or to be judged.
    func forecasts(
        _ tasks: [TaskSpec], _ bases: [BaseForecast], for purpose: ForecastPurpose = .answering
    ) -> [BlendedForecast] {
        var forecasts = bases.map { BlendedForecast(base: $0) }
        var open: [(place: Int, question: Question, past: SequenceEncoder.Past)] = []
        for (place, task) in tasks.enumerated() {
            guard let type = calibrations.types[task.taskType] else { continue }
            guard type.hasGate || purpose == .judgingAll, let context = base.context(of: task) else {
                forecasts[place].whyLeftOut = Self.neverHelped
                continue
            }
            if let surprise = seen[task.taskType]?.surprise(in: task) {
                forecasts[place].whyLeftOut = [String](repeating: surprise, count: 3)
                continue
            }
            let question = Question(task, base: bases[place], memory: memory)
            let past = memory.past(
                of: question, workflow: task.workflow, before: question.submittedAt, architecture)
            let age = question.submittedAt.isNaN ? 0 : past.age(at: question.submittedAt)
            let gates = type[context].map(\.gate)
            forecasts[place].age = age
            forecasts[place].shares = gates.map { $0.share(purpose, at: age) }
            forecasts[place].movesAlike = gates.map { $0.share == 0 }
            forecasts[place].whyLeftOut = gates.map(\.whyClosed)
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
